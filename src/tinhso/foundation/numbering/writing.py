"""Numbers as the regulation in force that day writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, models

from tinhso.foundation import moments
from tinhso.foundation.numbering.patterns import Pattern, Reset, parse
from tinhso.foundation.numbering.series import take
from tinhso.foundation.remembered import Answers

KNOWN = Answers()
IN_FORCE = (
    "SELECT pattern, reset, effective_to FROM foundation_numberpattern"
    " WHERE key = %s AND effective_from <= %s ORDER BY effective_from DESC LIMIT 1"
)


class NumberPattern(models.Model):
    """How one kind of number is written from a day on, until the next row of its key."""

    pk = models.CompositePrimaryKey("key", "effective_from")
    key = models.TextField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    pattern = models.TextField()
    reset = models.TextField()
    basis = models.TextField()

    class Meta:
        app_label = "foundation"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True)
                | models.Q(effective_to__gte=models.F("effective_from")),
                name="number_pattern_dates",
            ),
            models.CheckConstraint(
                condition=models.Q(reset__in=[reset.value for reset in Reset]), name="number_pattern_reset"
            ),
            models.CheckConstraint(condition=~models.Q(basis=""), name="number_pattern_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.effective_from}: {self.pattern}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number given: as written, and its place in its series."""

    text: str
    seq: int
    period: str


def put(
    *,
    key: str,
    pattern: str,
    reset: Reset,
    effective_from: date,
    basis: str,
    effective_to: date | None = None,
) -> None:
    """Set how numbers of this key are written from that day on (last day `effective_to`).

    Safe to repeat; the same day's row is replaced. Raises BadPattern.
    """
    checked = parse(pattern, reset=reset)
    NumberPattern.objects.update_or_create(
        key=key,
        effective_from=effective_from,
        defaults={
            "pattern": checked.text,
            "reset": reset.value,
            "basis": basis,
            "effective_to": effective_to,
        },
    )
    KNOWN.changed()


@KNOWN.of
def pattern(key: str, *, on: date) -> Pattern:
    """The pattern in force on that legal day. Raises LookupError when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, [key, on])
        row = cursor.fetchone()
    if row is None or (row[2] and row[2] < on):
        raise LookupError(f"no number pattern {key!r} in force on {on}")
    return parse(row[0], reset=Reset(row[1]))


def next(key: str, scope: str, at: datetime, *, using: Pattern | None = None, **words: str) -> Number:
    """Give the next number of this key in this scope (an agency's code), as written at that moment.

    `{scope}` and `{agency}` are the scope; other words of the pattern are named here. `using` spares the
    look-up of the pattern. Holds the series until commit: call it late. Raises LookupError, BadPattern.
    """
    on = moments.today(at)
    chosen = using or pattern(key, on=on)
    given = {"scope": scope, "agency": scope, **words}
    chosen.write(seq=1, on=on, words=given)
    period = chosen.reset.period(on)
    seq = take(scope=f"{key}:{scope}", period=period)
    return Number(text=chosen.write(seq=seq, on=on, words=given), seq=seq, period=period)
