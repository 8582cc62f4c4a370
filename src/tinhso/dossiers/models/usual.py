"""How long dossiers take, counted at night from those whose result came."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class UsualTime(models.Model):
    """In how many working days results of a procedure came lately, in all agencies or in one.

    `days` is what `percent` of the dossiers needed at most; `fast`, `middle` and `slow` are the same of the
    fastest third of them, the middle one and the slowest. Kept only where there were enough `cases`.
    """

    procedure = models.TextField()
    agency = models.ForeignKey("directory.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    cases = models.PositiveIntegerField()
    percent = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    fast = models.PositiveIntegerField()
    middle = models.PositiveIntegerField()
    slow = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "agency"], name="usual_time_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(cases__gte=3, fast__gte=1), name="usual_time_of_something"),
            models.CheckConstraint(
                condition=Q(fast__lte=F("middle"), middle__lte=F("slow"))
                & Q(days__gte=F("fast"), days__lte=F("slow")),
                name="usual_time_thirds_in_order",
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="usual_time_percent_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure}: {self.days}"


class MonthTime(models.Model):
    """The mean of a month in working days, outliers drawn in; of all agencies or of one. `month` is its first
    day."""

    procedure = models.TextField()
    agency = models.ForeignKey("directory.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    cases = models.PositiveIntegerField()
    mean = models.DecimalField(max_digits=7, decimal_places=1)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "agency", "month"], name="month_time_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(cases__gte=1, mean__gte=0), name="month_time_of_something"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_time_begins_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.month:%Y-%m}: {self.mean}"
