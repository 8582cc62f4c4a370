"""Whose data go once the law no longer keeps them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Erasure(models.Model):
    """The person of a dossier asked for erasure; `done_at` is empty while the dossier must still be kept."""

    dossier = models.OneToOneField(
        "dossiers.Dossier", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        indexes = [models.Index(fields=["dossier"], condition=Q(done_at=None), name="erasure_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(done_at__gte=F("asked_at")), name="erasure_done_after_asked"
            )
        ]

    def __str__(self) -> str:
        return str(self.dossier_id)
