"""Offers of a service at conditions, and how much each class of use may ask."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.exchange.contracts import PlanStatus, Validation
from tinhso.exchange.models.services import Service
from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import DatedByDay, one_at_a_time, ordered_days


def whole_service() -> list[list[str]]:
    """All methods and paths."""
    return [["*", "**"]]


class QuotaClass(models.Model):
    """A class of use by its name; its numbers are dated."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.TextField()
    name = models.TextField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["code"], name="quota_class_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="quota_class_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.code


class QuotaLimit(DatedByDay):
    """What a class of use may ask from a day on: in a minute, in a day, at the same time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    quota_class = models.ForeignKey(QuotaClass, models.PROTECT, related_name="limits")
    per_minute = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField()
    parallel = models.PositiveIntegerField()

    class Meta:
        app_label = "exchange"
        constraints = [
            one_at_a_time("quota_limit_one_at_a_time", "quota_class"),
            ordered_days("quota_limit_has_a_day"),
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_day__gte=F("per_minute"), parallel__gte=1),
                name="quota_limit_lets_something_through",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.per_minute}/{self.per_day}/{self.parallel}"


class Plan(models.Model):
    """The offer of a service, or of some of its endpoints (`[[method, path glob], …]`), at conditions.

    `question` is asked of the applicant; empty asks nothing. `longest_days` bounds an agreement's period.
    `conditions_revision` is the newest revision of the general conditions.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="plans")
    code = models.TextField()
    name = models.TextField()
    description = models.TextField(blank=True, default="")
    endpoints = models.JSONField(default=whole_service)
    status = models.TextField(default=PlanStatus.STAGING)
    validation = models.TextField(default=Validation.MANUAL)
    question = models.TextField(blank=True, default="")
    quota_class = models.ForeignKey(QuotaClass, models.PROTECT, related_name="+")
    longest_days = models.PositiveIntegerField(default=365)
    conditions_revision = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    status_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="plan_code_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="plan_has_a_name"),
            models.CheckConstraint(
                condition=Q(status__in=[each.value for each in PlanStatus]), name="plan_known_status"
            ),
            models.CheckConstraint(
                condition=Q(validation__in=[each.value for each in Validation]), name="plan_known_validation"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[PlanStatus.PUBLISHED, PlanStatus.DEPRECATED])
                | Q(conditions_revision__gte=1),
                name="plan_published_with_conditions",
            ),
            models.CheckConstraint(condition=~Q(endpoints=[]), name="plan_offers_something"),
            models.CheckConstraint(condition=Q(longest_days__gte=1), name="plan_lasts_a_day"),
        ]

    def __str__(self) -> str:
        return self.name


class Conditions(models.Model):
    """A revision of a plan's general conditions; it stays as it was published.

    A material one must be accepted by `due_at`; until then the one before is enough.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="conditions")
    revision = models.PositiveIntegerField()
    text = models.TextField()
    material = models.BooleanField(default=True)
    published_by = models.UUIDField(null=True)
    published_name = models.TextField()
    published_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["plan", "revision"], name="conditions_revision_once"),
            models.CheckConstraint(
                condition=Q(revision__gte=1) & ~Q(text="") & ~Q(published_name=""), name="conditions_whole"
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("published_at")), name="conditions_due_after_publication"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.revision}"
