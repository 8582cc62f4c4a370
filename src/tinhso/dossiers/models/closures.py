"""Days on which an office is closed out of turn, as for a flood."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Closure(models.Model):
    """One day on which an agency's office is closed, and why. `lifted_at` when it opens after all."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    reason = models.TextField()
    closed_by = models.TextField()
    closed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "day"], condition=Q(lifted_at=None), name="closure_once_a_day"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="closure_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_at__gte=F("closed_at")),
                name="closure_lifted_after_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.day:%Y-%m-%d}"
