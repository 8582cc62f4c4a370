"""Corrections of a calendar, and every promise that moved by one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.dossiers.outcomes import Movable
from tinhso.foundation.ids import new_id

MOVABLE = [what.value for what in Movable]


class Recount(models.Model):
    """A calendar was corrected, and every open promise that rests on it is counted anew, once.

    `what` says the correction in words, `reached` is the last dossier counted so far.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    calendar = models.TextField()
    calendar_name = models.TextField()
    what = models.TextField()
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.TextField()
    asked_at = models.DateTimeField()
    reached = models.UUIDField(null=True)
    counted = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="recount_says_what"),
            models.CheckConstraint(condition=Q(moved__lte=F("counted")), name="recount_moves_what_it_counts"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("asked_at")),
                name="recount_finished_after_asked",
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(finished_at__isnull=False), name="recount_told_when_finished"
            ),
        ]

    def __str__(self) -> str:
        return self.what


class MovedPromise(models.Model):
    """One date of a dossier before and after a correction: the promise, or a deadline between agencies.

    `agency` answers for it; `row` is the phase, opinion or hand-over that has the deadline, empty for the
    promise. `told_at` is when the applicant was told of a promise.
    """

    recount = models.ForeignKey(Recount, on_delete=models.PROTECT, related_name="+", db_index=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    agency = models.UUIDField()
    what = models.TextField(choices=[(what, what) for what in MOVABLE], default=Movable.PROMISE.value)
    row = models.TextField(default="", blank=True)
    was = models.DateTimeField()
    becomes = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        indexes = [
            models.Index(fields=["recount", "agency", "id"], name="moved_of_recount_by_agency"),
            models.Index(fields=["recount", "id"], name="moved_of_recount"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recount", "dossier", "what", "row"], name="moved_once_by_recount"
            ),
            models.CheckConstraint(condition=Q(what__in=MOVABLE), name="moved_known_kind"),
            models.CheckConstraint(
                condition=Q(what=Movable.PROMISE.value, row="")
                | (~Q(what=Movable.PROMISE.value) & ~Q(row="")),
                name="moved_deadline_has_its_row",
            ),
            models.CheckConstraint(condition=~Q(was=F("becomes")), name="moved_to_another_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.was:%Y-%m-%d} -> {self.becomes:%Y-%m-%d}"
