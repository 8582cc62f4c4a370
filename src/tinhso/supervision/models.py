"""Closed reports with the figures they were closed with, who was reminded, who wants a digest when."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.supervision.contracts import Cut, PeriodKind

FIGURES = ("online", "direct", "carried", "early", "on_time", "late", "in_time", "overdue")
CUTS = [cut.value for cut in Cut]


class Closing(models.Model):
    """A report form of an agency closed for a period; it stands until it is opened again.

    `period` is written as in addresses; `since` and `until` are the days it was counted by. `lines` says
    how many lines it has: none is added, changed or taken away afterwards.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    form = models.TextField()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    period = models.TextField()
    since = models.DateField()
    until = models.DateField()
    lines = models.PositiveIntegerField()
    closed_at = models.DateTimeField()
    closed_by = models.UUIDField()
    closed_by_name = models.TextField()
    file_id = models.UUIDField(null=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by_name = models.TextField(default="", blank=True)
    ground = models.TextField(default="", blank=True)

    class Meta:
        app_label = "supervision"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "period", "form"], condition=Q(reopened_at=None), name="closing_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in PeriodKind]), name="closing_known_kind"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="closing_of_some_day"),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by_name="", ground="")
                | (Q(reopened_at__gte=F("closed_at")) & ~Q(reopened_by_name="") & ~Q(ground="")),
                name="closing_reopened_with_a_ground",
            ),
        ]
        indexes = [models.Index(fields=["agency", "period", "form"], name="closing_of_agency")]

    def __str__(self) -> str:
        return f"{self.form} {self.period}"


class ClosedLine(models.Model):
    """One line of a closed report. What came and was carried over is what was done and what was left."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    group = models.TextField(default="", blank=True)
    key = models.TextField()
    label = models.TextField()
    closed = models.BooleanField()
    online = models.PositiveIntegerField()
    direct = models.PositiveIntegerField()
    carried = models.PositiveIntegerField()
    early = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()

    class Meta:
        app_label = "supervision"
        constraints = [
            models.UniqueConstraint(fields=["closing", "place"], name="closed_line_in_one_place"),
            models.UniqueConstraint(fields=["closing", "key"], name="closed_line_once"),
            models.CheckConstraint(
                condition=Q(
                    online=F("early")
                    + F("on_time")
                    + F("late")
                    + F("in_time")
                    + F("overdue")
                    - F("direct")
                    - F("carried")
                ),
                name="closed_line_balances",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Reminder(models.Model):
    """An agency was told on a day that it has not closed a form for a period."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    form = models.TextField()
    period = models.TextField()
    day = models.DateField()
    by_name = models.TextField()

    class Meta:
        app_label = "supervision"
        constraints = [
            models.UniqueConstraint(fields=["agency", "period", "form", "day"], name="reminder_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.period} {self.day}"


class Digest(models.Model):
    """When an officer wants a digest, an hour of the province's clock on working days, and what it tells.

    `last_on` is the last day on which it was looked at, whether or not there was anything to say.
    """

    officer = models.UUIDField(primary_key=True)
    hour = models.PositiveSmallIntegerField()
    contents = ArrayField(models.TextField())
    last_on = models.DateField()

    class Meta:
        app_label = "supervision"
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="digest_hour_of_a_day"),
            models.CheckConstraint(
                condition=Q(contents__contained_by=CUTS) & ~Q(contents=[]), name="digest_of_something"
            ),
        ]
        indexes = [models.Index(fields=["last_on", "hour"], name="digest_waiting")]

    def __str__(self) -> str:
        return f"{self.officer} {self.hour}"
