"""Stored working calendars: office hours by validity, and single days that administrators close or open."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tinhso.foundation import ids


class WorkCalendar(models.Model):
    """A calendar by its code. What it does not say itself, its parent says.

    `edition` changes with every change of its hours or days, so that built calendars are known to be stale.
    """

    code = models.TextField(primary_key=True)
    name = models.TextField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    edition = models.UUIDField(default=ids.new_id)

    class Meta:
        app_label = "foundation"
        constraints = [
            models.CheckConstraint(
                name="calendar_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("code")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CalendarHours(models.Model):
    """One session of one weekday (0 = Monday), in minutes of the local day; lunch is the gap between two."""

    id = models.BigAutoField(primary_key=True)
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="+")
    weekday = models.SmallIntegerField()
    opens = models.SmallIntegerField()
    closes = models.SmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        app_label = "foundation"
        constraints = [
            ExclusionConstraint(
                name="calendar_hours_do_not_overlap",
                expressions=[
                    (F("calendar"), RangeOperators.EQUAL),
                    (F("weekday"), RangeOperators.EQUAL),
                    (Func("valid_from", "valid_to", function="daterange"), RangeOperators.OVERLAPS),
                    (Func("opens", "closes", function="int4range"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="calendar_hours_within_a_day",
                condition=Q(opens__gte=0) & Q(closes__lte=24 * 60) & Q(opens__lt=F("closes")),
            ),
            models.CheckConstraint(
                name="calendar_hours_on_a_weekday", condition=Q(weekday__gte=0) & Q(weekday__lte=6)
            ),
            models.CheckConstraint(
                name="calendar_hours_end_after_they_begin",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.weekday}: {self.opens}-{self.closes}"


class CalendarDay(models.Model):
    """One day that differs from the rule; it overrules weekly hours and national holidays.

    `kind` is a `DayKind`; `sessions` are `[[opens, closes], …]` in minutes for the kind `hours`.
    """

    id = models.BigAutoField(primary_key=True)
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.TextField()
    sessions = models.JSONField(default=list)
    name = models.TextField()
    legal_basis = models.TextField(blank=True)

    class Meta:
        app_label = "foundation"
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="calendar_one_word_on_a_day"),
            models.CheckConstraint(
                name="calendar_day_kind_known",
                condition=Q(kind__in=["closed", "open", "morning", "afternoon", "hours"]),
            ),
            models.CheckConstraint(
                name="calendar_day_hours_given", condition=Q(kind="hours") ^ Q(sessions=[])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.day}: {self.kind}"
