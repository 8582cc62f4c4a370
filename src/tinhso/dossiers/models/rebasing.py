"""Running dossiers taken over to another version of their procedure: each one, and runs over many."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.procedures.api import Unit

UNITS = [unit.value for unit in Unit]


class Rebasing(models.Model):
    """A run that takes the open dossiers of a procedure over to the version in force, one by one.

    `agencies` are whose dossiers it takes, None for the whole province; `chosen` are those that were picked,
    None for all. A `trial` changes nothing. `reached` is the last dossier tried so far. With `new_term` the
    promises are counted anew by the new term, on the `ground` given.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    procedure = models.TextField()
    procedure_name = models.TextField()
    agencies = ArrayField(models.UUIDField(), null=True)
    chosen = ArrayField(models.UUIDField(), null=True)
    trial = models.BooleanField()
    reason = models.TextField()
    new_term = models.BooleanField(default=False)
    ground = models.TextField(default="", blank=True)
    asked_by = models.UUIDField()
    asked_by_name = models.TextField()
    asked_unit = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    reached = models.UUIDField(null=True)
    able = models.PositiveIntegerField(default=0)
    unable = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by_name = models.TextField(default="", blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        indexes = [models.Index(fields=["-asked_at", "-id"], name="rebasing_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(trial=True) | ~Q(reason=""), name="rebasing_says_why"),
            models.CheckConstraint(
                condition=Q(new_term=False) | ~Q(ground=""), name="rebasing_new_term_has_its_ground"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by_name="")
                | (Q(cancelled_at__gte=F("asked_at")) & ~Q(cancelled_by_name="")),
                name="rebasing_cancelled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("asked_at"), cancelled_at=None),
                name="rebasing_finished_or_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.asked_at:%Y-%m-%d %H:%M}"


class RebasingFault(models.Model):
    """A dossier that a run could not take over, and why."""

    rebasing = models.ForeignKey(Rebasing, on_delete=models.CASCADE, related_name="+", db_index=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    why = models.TextField()

    class Meta:
        app_label = "dossiers"
        indexes = [models.Index(fields=["rebasing", "id"], name="rebasing_faults")]
        constraints = [
            models.UniqueConstraint(fields=["rebasing", "dossier"], name="rebasing_fault_once"),
            models.CheckConstraint(condition=~Q(why=""), name="rebasing_fault_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.why}"


class Rebased(models.Model):
    """A dossier went over from one version to another; the last row tells what holds.

    `term_amount` and `term_unit` are the term that its promise stays with, empty when the version's own
    counts. `looked_at` is when its officer had looked at what changed.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey("procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey("procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_name = models.TextField()
    reason = models.TextField()
    term_amount = models.PositiveIntegerField(null=True)
    term_unit = models.TextField(default="", blank=True)
    looked_at = models.DateTimeField(null=True)
    looked_by_name = models.TextField(default="", blank=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="rebased_to_another_version"),
            models.CheckConstraint(condition=~Q(reason=""), name="rebased_for_a_reason"),
            models.CheckConstraint(
                condition=Q(term_amount=None, term_unit="")
                | Q(term_amount__isnull=False, term_unit__in=UNITS),
                name="rebased_term_whole",
            ),
            models.CheckConstraint(
                condition=Q(looked_at=None, looked_by_name="")
                | (Q(looked_at__gte=F("at")) & ~Q(looked_by_name="")),
                name="rebased_looked_at_afterwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at:%Y-%m-%d}"
