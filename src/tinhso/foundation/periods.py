"""Periods of validity for tables: of legal days or of moments, half open, never two at a time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class DatedByDay(models.Model):
    """A row that holds from `valid_from` until the day before `valid_to`."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    period = models.GeneratedField(
        expression=Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
        output_field=DateRangeField(),
        db_persist=True,
    )

    class Meta:
        abstract = True


class DatedByMoment(models.Model):
    """A row that holds from `begins_at` until just before `ends_at`."""

    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    period = models.GeneratedField(
        expression=Func(
            F("begins_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()
        ),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )

    class Meta:
        abstract = True


def ordered_days(name: str) -> models.CheckConstraint:
    """A period has at least one day."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name
    )


def ordered_moments(name: str) -> models.CheckConstraint:
    """A period ends after it begins."""
    return models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name=name)


def one_at_a_time(name: str, *columns: str, condition: Q | None = None) -> ExclusionConstraint:
    """No two rows with the same `columns` hold at the same time; only rows of the condition count, if any."""
    return ExclusionConstraint(
        name=name,
        condition=condition,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            ("period", RangeOperators.OVERLAPS),
        ],
    )
