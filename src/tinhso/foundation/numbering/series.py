"""Numbers without a gap or a twin per (scope, period), such as dossier codes and document numbers.

`take` holds the series' row until commit, so call it late: numbers, then the audit chain, are the
last statements of an act, always in that order.
"""

from __future__ import annotations

from django.db import connection, models


class NumberSeries(models.Model):
    """The last number given in one series."""

    pk = models.CompositePrimaryKey("scope", "period")
    scope = models.TextField()
    period = models.TextField()
    last = models.BigIntegerField()

    class Meta:
        app_label = "foundation"
        constraints = [models.CheckConstraint(condition=models.Q(last__gte=1), name="number_from_one")]

    def __str__(self) -> str:
        return f"{self.scope} {self.period}: {self.last}"


def take(*, scope: str, period: str) -> int:
    """The next number of the series, from 1. A rolled-back act gives its number back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_numberseries (scope, period, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (scope, period) DO UPDATE SET last = foundation_numberseries.last + 1"
            " RETURNING last",
            [scope, period],
        )
        return int(cursor.fetchone()[0])
