"""Agencies, their units, identifiers and successors."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.directory.contracts import AgencyKind, AgencyLevel, ChangeKind, IdentifierScheme, UnitKind
from tinhso.directory.models.territories import Territory
from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import DatedByDay, one_at_a_time, ordered_days


class Agency(DatedByDay):
    """An agency during one period. `code` is ours, short and stable; identifiers are a table of their own."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.TextField()
    name = models.TextField()
    short_name = models.TextField()
    sort = models.TextField()
    level = models.TextField(choices=[(level.value, level.name) for level in AgencyLevel])
    kind = models.TextField(choices=[(kind.value, kind.name) for kind in AgencyKind])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(Territory, null=True, on_delete=models.PROTECT, related_name="+")
    calendar = models.TextField()
    legal_basis = models.TextField(blank=True)

    class Meta:
        app_label = "directory"
        constraints = [
            one_at_a_time("agency_one_per_code_and_day", "code"),
            ordered_days("agency_period_has_a_day"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="agency_not_its_own_parent"),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(calendar=""), name="agency_has_code_name_calendar"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Unit(DatedByDay):
    """A unit of an agency during one period; `successor` has its work once it was closed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField(choices=[(kind.value, kind.name) for kind in UnitKind])
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    closed_by = models.TextField(blank=True, default="")

    class Meta:
        app_label = "directory"
        constraints = [
            models.CheckConstraint(
                condition=Q(successor=None) | (~Q(successor=F("id")) & Q(valid_to__isnull=False)),
                name="unit_succeeded_by_another_once_closed",
            ),
            one_at_a_time("unit_one_per_code_and_day", "agency", "code"),
            ordered_days("unit_period_has_a_day"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="unit_has_code_and_name"),
        ]

    def __str__(self) -> str:
        return self.name


class AgencyIdentifier(DatedByDay):
    """An identifier in one scheme. Values, too, may be given again once free."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    scheme = models.TextField(choices=[(scheme.value, scheme.name) for scheme in IdentifierScheme])
    value = models.TextField()
    verified = models.BooleanField()

    class Meta:
        app_label = "directory"
        constraints = [
            one_at_a_time("identifier_one_holder_a_day", "scheme", "value"),
            one_at_a_time("identifier_one_per_agency_a_day", "agency", "scheme"),
            ordered_days("identifier_period_has_a_day"),
            models.CheckConstraint(
                condition=Q(
                    scheme=IdentifierScheme.QCVN_102,
                    value__regex=r"^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}$",
                )
                | Q(
                    scheme=IdentifierScheme.QD_20_2020,
                    value__regex=r"^(?=.{3,35}$)[A-Z][0-9]{2}(\.[0-9A-Z]+)*$",
                ),
                name="identifier_has_the_form_of_its_scheme",
            ),
        ]

    def __str__(self) -> str:
        return self.value


class AgencyChange(models.Model):
    """One agency's work going to another, or ending."""

    id = models.UUIDField(primary_key=True, default=new_id)
    origin = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=[(kind.value, kind.name) for kind in ChangeKind])
    effective_date = models.DateField()
    legal_basis = models.TextField(blank=True)

    class Meta:
        app_label = "directory"
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "target"], nulls_distinct=False, name="agency_change_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.ABOLISH, target__isnull=True)
                | (~Q(kind=ChangeKind.ABOLISH) & Q(target__isnull=False)),
                name="agency_change_has_target_unless_abolished",
            ),
            models.CheckConstraint(condition=~Q(origin=F("target")), name="agency_change_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.origin_id} -> {self.target_id}"
