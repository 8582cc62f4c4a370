"""What turned a dossier's way: its end with the ground, a later promise, and every hand-over on it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.dossiers.contracts import Status
from tinhso.foundation.ids import new_id

_ENDS = [status.value for status in (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.RETURNED)]
_WITH_A_GROUND = [status.value for status in (Status.REFUSED, Status.STOPPED, Status.RETURNED)]


class Ending(models.Model):
    """How a dossier ended though nobody signed: refused, withdrawn, stopped, or deemed approved and returned.

    Why, and on what legal ground.
    """

    dossier = models.OneToOneField(
        "dossiers.Dossier", primary_key=True, on_delete=models.PROTECT, related_name="ending"
    )
    status = models.TextField(choices=[(status, status) for status in _ENDS])
    at = models.DateTimeField()
    by_name = models.TextField()
    unit_id = models.UUIDField(null=True)
    reason = models.TextField(default="", blank=True)
    ground = models.TextField(default="", blank=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=_ENDS), name="ending_known_status"),
            models.CheckConstraint(
                condition=~Q(status__in=_WITH_A_GROUND) | (~Q(reason="") & ~Q(ground="")),
                name="ending_by_the_agency_has_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.status}"


class Extension(models.Model):
    """An apology with a later promise (xin lỗi và hẹn lại): asked for, then granted or denied, or lapsed.

    `days` are working days that the promise moves on; the two dates are the promise before and after.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="extensions")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.TextField()
    reason = models.TextField()
    until = models.DateField()
    days = models.PositiveIntegerField(default=0)
    due_before = models.DateTimeField()
    due_after = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_name = models.TextField(default="", blank=True)
    granted = models.BooleanField(null=True)
    answer = models.TextField(default="", blank=True)
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(decided_at=None, lapsed_at=None), name="extension_one_open"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
            models.CheckConstraint(
                condition=Q(granted=None, decided_at=None)
                | Q(granted__isnull=False, decided_at__isnull=False, lapsed_at=None)
                & Q(decided_at__gte=F("asked_at")),
                name="extension_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(granted__isnull=False, granted=True, days__gte=1, due_after__isnull=False)
                & Q(due_after__gt=F("due_before"))
                | (Q(due_after=None) & (Q(granted=None) | Q(granted=False))),
                name="extension_granted_moves_the_promise",
            ),
            models.CheckConstraint(
                condition=Q(granted=None) | Q(granted=True) | ~Q(answer=""),
                name="extension_denied_with_an_answer",
            ),
        ]
        indexes = [models.Index(fields=["dossier", "asked_at"], name="extension_of_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.until:%Y-%m-%d}"


class HandOver(models.Model):
    """One hand-over of a dossier (giao, nhận): who had it, who has it, when, and the deadline of that moment.

    Written by the database whenever the unit, the person or the step of a dossier changes, so that no way of
    moving work goes round the control sheet.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="hand_overs")
    at = models.DateTimeField()
    by_name = models.TextField()
    step_name = models.TextField(default="", blank=True)
    from_unit = models.UUIDField(null=True)
    from_holder = models.UUIDField(null=True)
    to_unit = models.UUIDField(null=True)
    to_holder = models.UUIDField(null=True)
    to_step_name = models.TextField(default="", blank=True)
    due_at = models.DateTimeField(null=True)
    stood = models.BooleanField(default=False)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(
                condition=Q(from_unit__isnull=False) | Q(to_unit__isnull=False), name="hand_over_of_somebody"
            )
        ]
        indexes = [models.Index(fields=["dossier", "id"], name="hand_over_of_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at:%Y-%m-%d %H:%M}"
