"""Territories and what became of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.directory.contracts import LEVELS, ChangeKind, TerritoryKind, TerritoryLevel
from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import DatedByDay, one_at_a_time, ordered_days


class Territory(DatedByDay):
    """A territory as it stood during one period; a new name, kind or place above it is a new row.

    Codes are reused: (scheme, code, day) names one row.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    scheme = models.TextField(default="gso")
    code = models.TextField()
    name = models.TextField()
    short_name = models.TextField()
    search = models.TextField()
    sort = models.TextField()
    kind = models.TextField(choices=[(kind.value, kind.name) for kind in TerritoryKind])
    level = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in TerritoryLevel])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    legal_basis = models.TextField(blank=True)

    class Meta:
        app_label = "directory"
        indexes = [models.Index(fields=["parent", "level"], name="territory_children")]
        constraints = [
            one_at_a_time("territory_one_per_code_and_day", "scheme", "code"),
            ordered_days("territory_period_has_a_day"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(kind=kind.value, level=level.value) for kind, level in LEVELS.items()),
                    _connector=Q.OR,
                ),
                name="territory_kind_fits_level",
            ),
            models.CheckConstraint(
                condition=Q(level=TerritoryLevel.PROVINCE, parent__isnull=True)
                | Q(level__gt=TerritoryLevel.PROVINCE, parent__isnull=False),
                name="territory_below_province_has_parent",
            ),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="territory_has_code_and_name"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TerritoryChange(models.Model):
    """One territory giving way to another, wholly (merge, rename, transfer) or in part (split)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    origin = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Territory, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=[(kind.value, kind.name) for kind in ChangeKind])
    effective_date = models.DateField()
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    legal_basis = models.TextField(blank=True)

    class Meta:
        app_label = "directory"
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "target"], nulls_distinct=False, name="territory_change_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.ABOLISH, target__isnull=True)
                | (~Q(kind=ChangeKind.ABOLISH) & Q(target__isnull=False)),
                name="territory_change_has_target_unless_abolished",
            ),
            models.CheckConstraint(condition=~Q(origin=F("target")), name="territory_change_to_another"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=1),
                name="territory_change_share_is_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.origin_id} -> {self.target_id}"
