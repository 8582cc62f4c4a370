"""Messages of our own rooms to other systems, with every try."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.exchange.message_contracts import MessageKind, MessageState, Outcome
from tinhso.foundation.ids import new_id

_OPEN = [MessageState.WAITING.value]


class Errand(models.Model):
    """A message that one client sends, with what comes of it; its id is the `X-Road-Id` of every try.

    A client answers a business key once: `fingerprint` (SHA-256 of what is asked) tells another question
    under the same key. `request` and `answer` are sealed under the message's own key and forgotten at
    `forget_at`. `about` are keyed hashes of personal identifiers. `next_at` is when it is tried next,
    `claimed_until` keeps two from trying at once. Who looks after it once dead: `owner_role` in `unit_id`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.TextField()
    business_key = models.TextField()
    kind = models.TextField()
    state = models.TextField(default=MessageState.WAITING)
    service = models.TextField()
    verb = models.TextField()
    path = models.TextField(blank=True, default="")
    fingerprint = models.BinaryField()
    request = models.BinaryField(null=True)
    about = ArrayField(models.BinaryField(), default=list, blank=True)
    reason = models.TextField(blank=True, default="")
    issue = models.TextField(blank=True, default="")
    user_id = models.TextField(blank=True, default="")
    by_kind = models.TextField()
    by_id = models.UUIDField(null=True)
    by_name = models.TextField(blank=True, default="")
    owner_role = models.TextField()
    unit_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    tries_since = models.PositiveIntegerField(default=0)
    """Tries since it was made or last replayed: what its retry policy counts."""
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True, default="")
    fault_code = models.TextField(blank=True, default="")
    detail = models.TextField(blank=True, default="")
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(null=True)
    request_id = models.TextField(blank=True, default="")
    forget_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["client", "business_key"], name="errand_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in MessageKind]), name="errand_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in MessageState]), name="errand_state"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(each.value for each in Outcome)]),
                name="errand_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN, ended_at=None)
                | (~Q(state__in=_OPEN) & Q(ended_at__isnull=False, ended_at__gte=F("made_at"))),
                name="errand_open_or_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.ANSWERED) | Q(status__isnull=False),
                name="errand_answered_by_a_status",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.DEAD) | Q(kind=MessageKind.SEND),
                name="errand_only_sent_ones_die",
            ),
            models.CheckConstraint(
                condition=Q(about=[]) | ~Q(reason=""), name="errand_says_why_about_persons"
            ),
            models.CheckConstraint(condition=~Q(business_key=""), name="errand_has_a_key"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="errand_waiting", condition=Q(state=MessageState.WAITING)),
            models.Index(fields=["-ended_at"], name="errand_dead", condition=Q(state=MessageState.DEAD)),
            models.Index(fields=["-made_at", "-id"], name="errand_newest"),
            models.Index(
                fields=["forget_at"],
                name="errand_forget",
                condition=Q(forget_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.business_key}"


class Attempt(models.Model):
    """One try of a message, written before anything else comes of it."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Errand, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    outcome = models.TextField()
    status = models.PositiveSmallIntegerField(null=True)
    fault_code = models.TextField(blank=True, default="")
    detail = models.TextField(blank=True, default="")
    request_id = models.TextField(blank=True, default="")

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="attempt_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=[each.value for each in Outcome]), name="attempt_outcome"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempt_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.number}"
