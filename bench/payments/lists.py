"""Lists of the till, of differences, days and receipts at a million rows each: the slowest."""

from __future__ import annotations

from bench.cases import servers
from bench.cases.figures import Row
from bench.cases.load import Measured
from bench.payments.base import Money

MOST_MS = 100


def lists(money: Money, *, count: int) -> list[Row]:
    """Each asked for again and again on one connection, within the program: no page is drawn."""
    with money.copy("lists") as name:
        given = {"rows": count, **{key: money.facts[key] for key in ("agencies", "units", "bills")}}
        told = servers.python("bench.payments.listing", url=money.database.url(name), given=given)
    found = {name: Measured(times, sum(times)) for name, times in told.items()}
    ranked = sorted(found, key=lambda name: -found[name].percentile(95))
    slowest = found[ranked[0]]
    row = Row(f"the slowest list of money ({ranked[0]})", slowest, None, "lists/s", count, clients=1)
    row.want(f"p95 < {MOST_MS} ms", slowest.percentile(95) < MOST_MS)
    others = ", ".join(f"{name} {found[name].percentile(95):.1f}" for name in ranked[1:6])
    row.note = f"of {len(found)} lists; next by p95 in ms: {others}"
    return [row]
