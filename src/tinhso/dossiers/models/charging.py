"""What a dossier costs, each time it was assessed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

OCCASIONS = ("intake", "supplement", "judged", "result")


class Assessment(models.Model):
    """One assessment, written once.

    `said` are the lines as the rules gave them, `lines` what is charged, after an officer's judgement where
    it needed one; `by` names who judged, empty for the rules alone.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="assessments")
    occasion = models.TextField(choices=[(one, one) for one in OCCASIONS])
    said = models.JSONField()
    lines = models.JSONField()
    by = models.TextField(default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=Q(occasion__in=OCCASIONS), name="assessment_known_occasion"),
            models.CheckConstraint(
                condition=~Q(occasion="judged") | ~Q(by=""), name="assessment_judged_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.occasion}"
