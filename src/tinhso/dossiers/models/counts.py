"""How many dossiers there are of each kind, counted as they change, so that no figure reads them all.

What a dossier counts as is said once, by the database function `dossiers_counts`: a trigger writes what an
act changed of it into `CountChange`, in the act's own transaction; a job folds changes into `Count`; another
job counts all dossiers anew and keeps what differed as `CountFault`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.dossiers.measures import CountLevel, Measure

MEASURES = [measure.value for measure in Measure]
LEVELS = [level.value for level in CountLevel]


class CountChange(models.Model):
    """By how much an act changed one count. Many officers write at once, so that none waits for a row."""

    measure = models.TextField()
    day = models.DateField(null=True)
    agency = models.UUIDField()
    unit = models.UUIDField(null=True)
    version = models.UUIDField()
    status = models.TextField()
    via = models.TextField()
    number = models.IntegerField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=Q(measure__in=MEASURES), name="count_change_known_measure"),
            models.CheckConstraint(condition=~Q(number=0), name="count_change_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.number:+d}"


class Count(models.Model):
    """A count: of each key, and rolled up by agency and by procedure (flows by month there).

    `day` is a legal day; for open dossiers the day of their deadline, None without one. `unit` and `status`
    are told of open dossiers only.
    """

    level = models.TextField()
    measure = models.TextField()
    agency = models.UUIDField(null=True)
    day = models.DateField(null=True)
    version = models.UUIDField(null=True)
    unit = models.UUIDField(null=True)
    status = models.TextField()
    via = models.TextField()
    number = models.IntegerField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["level", "measure", "agency", "day", "version", "unit", "status", "via"],
                name="count_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(measure__in=MEASURES, level__in=LEVELS), name="count_known_measure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.number}"


class CountFault(models.Model):
    """A count that differed from the dossiers when all were counted anew; it was mended then."""

    found_at = models.DateTimeField()
    measure = models.TextField()
    day = models.DateField(null=True)
    agency = models.UUIDField()
    unit = models.UUIDField(null=True)
    version = models.UUIDField()
    status = models.TextField()
    via = models.TextField()
    kept = models.IntegerField()
    counted = models.IntegerField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(kept=models.F("counted")), name="count_fault_differs")
        ]
        indexes = [models.Index(fields=["-found_at"], name="count_fault_found")]

    def __str__(self) -> str:
        return f"{self.measure} {self.kept} ≠ {self.counted}"
