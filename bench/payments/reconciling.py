"""A day of payments: its statement taken in as a file and reconciled, with trouble of six kinds."""

from __future__ import annotations

from bench.cases import servers
from bench.cases.figures import Row
from bench.cases.load import Measured
from bench.payments.base import Money

SECONDS = 30
UNTOLD = 1, 100
"""Of a hundred exact payments, those that no notice came of: a usual day, and one with the bank's notices
down."""


def reconciling(money: Money, *, count: int) -> list[Row]:
    """One process does it, as the background worker does."""
    rows = []
    for untold in UNTOLD:
        with money.copy("reconciling") as name:
            bills = [(bill.hex, reference) for bill, reference in money.bills(name, count)]
            given = {
                "account": money.facts["account"],
                "units": money.facts["units"],
                "bills": bills,
                "count": count,
                "untold": untold,
            }
            told = servers.python("bench.payments.reconciled", url=money.database.url(name), given=given)
        row = _row(told, count=count, untold=untold)
        rows.append(row)
    return rows


def _row(told: dict[str, object], *, count: int, untold: int) -> Row:
    lines, kinds = told["lines"], told["kinds"]
    if told["missing"] or told["lies"] or told["matched"] != lines:
        raise SystemExit(f"the day does not come out: {told}")
    seconds = float(str(told["taken"])) + float(str(told["reconciled"]))
    what = "a day of payments reconciled" if untold < 100 else "the same, no notice of it came"
    row = Row(what, Measured([0.0] * count, seconds), None, "payments/s", count, clients=1)
    row.want(f"< {SECONDS} s ({seconds:.1f} s)", seconds < SECONDS)
    row.note = (
        f"statement of {lines:,} lines read in {told['taken']:.1f} s, reconciled in"
        f" {told['reconciled']:.1f} s; CPU of the process {told['cpu']:.1f} s;"
        f" {told['healed']:,} without a notice; {kinds}"
    )
    return row
