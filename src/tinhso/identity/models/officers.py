"""Officers, their posts, absences and delegations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import (
    DatedByDay,
    DatedByMoment,
    one_at_a_time,
    ordered_days,
    ordered_moments,
)
from tinhso.identity.contracts import Role

ROLES = [(role.value, role.name) for role in Role]


class Officer(models.Model):
    """A civil servant; the account's id is the officer's."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    full_name = models.TextField()
    sort = models.TextField()
    title = models.TextField(blank=True)
    email = models.TextField(blank=True)

    class Meta:
        app_label = "identity"
        constraints = [models.CheckConstraint(condition=~Q(full_name=""), name="officer_has_a_name")]

    def __str__(self) -> str:
        return self.full_name


class Post(DatedByDay):
    """A role in a unit during a period."""

    id = models.UUIDField(primary_key=True, default=new_id)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    role = models.TextField(choices=ROLES)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    basis = models.TextField(blank=True)

    class Meta:
        app_label = "identity"
        indexes = [models.Index(fields=["unit", "role"], name="post_unit_role")]
        constraints = [
            one_at_a_time("post_once_at_a_time", "officer", "role", "unit"),
            ordered_days("post_has_a_day"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="post_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.role} {self.unit_id}"


class Absence(DatedByMoment):
    """A time in which an officer gets no work."""

    id = models.UUIDField(primary_key=True, default=new_id)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        app_label = "identity"
        constraints = [
            one_at_a_time("absence_once_at_a_time", "officer"),
            ordered_moments("absence_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.begins_at}"


class Delegation(DatedByMoment):
    """A role handed to a deputy for a time; it lives only while the delegator holds the post.

    One that came with an absence says which, and ends with it; any other rests on the paper named in `basis`.
    With `acts` only those of the role's acts that are given apart (`identity.delegable`) go to the deputy.
    Nobody has two deputies for a whole role at once, and no chain of deputies leads back to its beginning
    (trigger `delegation_goes_in_no_circle`).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    delegator = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    role = models.TextField(choices=ROLES)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    basis = models.TextField(blank=True)
    absence = models.ForeignKey(Absence, null=True, on_delete=models.PROTECT, related_name="+")
    acts = models.JSONField(default=list)

    class Meta:
        app_label = "identity"
        indexes = [models.Index(fields=["deputy"], name="delegation_deputy")]
        constraints = [
            one_at_a_time("delegation_once_at_a_time", "delegator", "deputy", "role", "unit"),
            one_at_a_time(
                "delegation_one_deputy_at_a_time", "delegator", "role", "unit", condition=Q(acts=[])
            ),
            ordered_moments("delegation_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(delegator=F("deputy")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.delegator_id} -> {self.deputy_id}"
