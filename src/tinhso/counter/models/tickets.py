"""Queue tickets and their calls to windows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.counter.contracts import Need, Outcome, Taken, TicketState, TurnKind
from tinhso.counter.models.places import Office, Service, Window
from tinhso.foundation.ids import new_id

_AT_WINDOW = [TicketState.CALLED.value, TicketState.SERVING.value]
_ENDED = [TicketState.DONE.value, TicketState.NO_SHOW.value, TicketState.GONE.value]


class Ticket(models.Model):
    """One number of one day. `letter` and `seq` stay when it is transferred to another service.

    `stands_at` is its place in the line; `appointed_at` the time of its appointment. `sender` is the keyed
    hash of the address a phone sent from, `token` the address of its own page.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="tickets")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="tickets")
    day = models.DateField()
    letter = models.CharField(max_length=1)
    seq = models.PositiveIntegerField()
    need = models.TextField(default="", blank=True)
    state = models.TextField(default=TicketState.WAITING.value)
    taken = models.TextField()
    taken_at = models.DateTimeField()
    stands_at = models.DateTimeField()
    appointed_at = models.DateTimeField(null=True)
    window = models.ForeignKey(Window, null=True, on_delete=models.PROTECT, related_name="+")
    calls = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    token = models.TextField(unique=True)
    sender = models.BinaryField(null=True, max_length=32)

    class Meta:
        app_label = "counter"
        constraints = [
            models.UniqueConstraint(
                fields=["office", "day", "letter", "seq"], name="ticket_number_once_a_day"
            ),
            models.CheckConstraint(condition=Q(seq__gte=1), name="ticket_numbers_from_one"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in TicketState]), name="ticket_known_state"
            ),
            models.CheckConstraint(
                condition=Q(need__in=[need.value for need in Need]), name="ticket_known_need"
            ),
            models.CheckConstraint(
                condition=Q(taken__in=[how.value for how in Taken]), name="ticket_taken_somehow"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_AT_WINDOW, window__isnull=False, called_at__isnull=False)
                | (~Q(state__in=_AT_WINDOW) & Q(window=None)),
                name="ticket_at_a_window_when_called",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED, ended_at__isnull=False)
                | (~Q(state__in=_ENDED) & Q(ended_at=None)),
                name="ticket_ended_when_final",
            ),
            models.UniqueConstraint(
                fields=["window"], condition=Q(state__in=_AT_WINDOW), name="ticket_one_at_a_window"
            ),
        ]
        indexes = [
            models.Index(fields=["office", "day", "stands_at", "id"], name="ticket_of_day"),
            models.Index(
                fields=["office", "day", "service", "stands_at"],
                condition=Q(state="waiting"),
                name="ticket_waiting",
            ),
            models.Index(
                fields=["sender", "taken_at"], condition=Q(sender__isnull=False), name="ticket_of_sender"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}{self.seq:03d}"


class Call(models.Model):
    """One call of a ticket to a window, and how it ended: what real service times are counted from.

    `began_at` is when serving began; `turn` by which rule they were called.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="history")
    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    officer = models.UUIDField(null=True)
    officer_name = models.TextField()
    turn = models.TextField()
    called_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="", blank=True)

    class Meta:
        app_label = "counter"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at=None), name="call_one_open_per_ticket"
            ),
            models.UniqueConstraint(
                fields=["window"], condition=Q(ended_at=None), name="call_one_open_per_window"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="")
                | Q(ended_at__isnull=False, outcome__in=[outcome.value for outcome in Outcome]),
                name="call_ends_somehow",
            ),
            models.CheckConstraint(
                condition=(Q(began_at=None) | Q(began_at__gte=F("called_at")))
                & (Q(ended_at=None) | Q(ended_at__gte=F("called_at"))),
                name="call_goes_forward",
            ),
            models.CheckConstraint(
                condition=Q(turn__in=[kind.value for kind in TurnKind]), name="call_by_a_rule"
            ),
        ]
        indexes = [
            models.Index(fields=["office", "-called_at"], name="call_of_office"),
            models.Index(
                fields=["service", "-ended_at"], condition=Q(outcome="done"), name="call_done_of_service"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.window_id}"
