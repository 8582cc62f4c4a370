"""Periods of validity, shared by every table here: half-open ranges of legal days."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class Dated(models.Model):
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


def ordered(name: str) -> models.CheckConstraint:
    """A period has at least one day."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name
    )


def one_at_a_time(name: str, *columns: str) -> ExclusionConstraint:
    """No two rows with the same `columns` hold on the same day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            ("period", RangeOperators.OVERLAPS),
        ],
    )
