"""The table of dated legal values. A trigger (migration 0002) refuses to rewrite or delete history."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class LegalValue(models.Model):
    """One value in force on the days `effective_from` ≤ day < `effective_to`.

    `origin` names the shipped file, empty when a person entered it. A mistaken row is withdrawn, with the
    reason, and stays.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    value = models.JSONField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    legal_basis = models.TextField()
    note = models.TextField(blank=True)
    confidence = models.TextField()
    origin = models.TextField(blank=True)
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        app_label = "foundation"
        constraints = [
            ExclusionConstraint(
                name="legal_one_value_a_day",
                expressions=[
                    (F("key"), RangeOperators.EQUAL),
                    (
                        Func("effective_from", "effective_to", function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="legal_ends_after_it_begins",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
            ),
            models.CheckConstraint(name="legal_value_has_a_basis", condition=~Q(legal_basis="")),
            models.CheckConstraint(
                name="legal_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.effective_from}: {self.value!r}"
