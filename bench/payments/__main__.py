"""Measure payments; print and keep.

make bench-payments                         everything, into bench/results/payments.json
make bench-payments PART=notices,balances   parts, kept beside the others
SHORT=1 measures each for seconds only, to see that it runs; nothing is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from bench.cases import figures, servers
from bench.cases.figures import Row
from bench.payments.balances import balances
from bench.payments.base import Money
from bench.payments.lists import lists
from bench.payments.notices import notices
from bench.payments.receipts import receipts
from bench.payments.reconciling import reconciling

SHORT = bool(os.environ.get("SHORT"))
PART = os.environ.get("PART", "")
PARTS: dict[str, Callable[[Money], list[Row]]] = {
    "notices": lambda money: notices(
        money, seconds=3 if SHORT else 20, rounds=1 if SHORT else 2, count=12_000 if SHORT else 150_000
    ),
    "balances": lambda money: balances(money, count=200_000 if SHORT else 10_000_000),
    "reconciling": lambda money: reconciling(money, count=1_000 if SHORT else 20_000),
    "lists": lambda money: lists(money, count=20_000 if SHORT else 1_000_000),
    "receipts": lambda money: receipts(money, count=40 if SHORT else 1_000),
}


def main() -> None:
    """Measure, print and keep."""
    chosen = PART.split(",") if PART else list(PARTS)
    rows = []
    with servers.Database() as database:
        money = Money(database)
        for name in chosen:
            found = [row.plain() for row in PARTS[name](money)]
            figures.show(found)
            rows += found
    if not SHORT:
        figures.keep(rows, "payments.json", part=bool(PART))


if __name__ == "__main__":
    main()
