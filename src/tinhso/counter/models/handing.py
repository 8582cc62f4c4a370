"""The hand-over book: each result that left the counter, and who took it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id


class HandOver(models.Model):
    """One result handed over. `receiver` is empty while only the dossier's own person is known to have it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.OneToOneField("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    handed_at = models.DateTimeField()
    handed_by = models.TextField()
    receiver = models.TextField(default="", blank=True)
    receiver_paper = models.TextField(default="", blank=True)

    class Meta:
        app_label = "counter"
        constraints = [
            models.CheckConstraint(
                condition=Q(receiver_paper="") | ~Q(receiver=""), name="hand_over_paper_is_somebodys"
            ),
            models.CheckConstraint(condition=~Q(handed_by=""), name="hand_over_by_somebody"),
        ]
        indexes = [models.Index(fields=["unit", "day", "handed_at"], name="hand_over_of_day")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.day}"
