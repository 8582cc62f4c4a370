"""The dossier's clock: when it stood still, and every date that was promised."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class _Span(Func):
    function = "TSTZRANGE"
    template = "%(function)s(%(expressions)s, '[)')"


class Standing(models.Model):
    """A span in which the clock stood (tạm dừng), with its reason. At most one is open, none overlap."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="standings")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(ended_at=None), name="standing_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
                name="standing_ends_after_it_began",
            ),
            ExclusionConstraint(
                name="standing_never_twice_at_once",
                expressions=[
                    ("dossier", RangeOperators.EQUAL),
                    (_Span("began_at", "ended_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.began_at:%Y-%m-%d}"


class Promise(models.Model):
    """A date promised to the person (hẹn trả), why, and the words that explain it. The last one holds."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    cause = models.TextField()
    words = models.JSONField(default=list)

    class Meta:
        app_label = "dossiers"
        indexes = [models.Index(fields=["dossier", "-made_at"], name="promise_of_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.due_at:%Y-%m-%d}"
