"""Which deadlines officers were warned of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.dossiers.contracts import AlarmKind

KINDS = [kind.value for kind in AlarmKind]


class Alarm(models.Model):
    """One warning about one deadline of a dossier; a deadline that moved is warned of anew."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    at = models.DateTimeField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "due_at", "kind"], name="alarm_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="alarm_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"
