"""Search of the log at size, by each of its identifiers."""

from __future__ import annotations

from bench.cases import servers
from bench.cases.figures import Row
from bench.cases.load import Measured
from bench.exchange.base import Bench

MOST_MS = 100
NAME = "exchange_search"


def search(bench: Bench, *, count: int) -> list[Row]:
    """Each kind asked again and again within the program; no page is drawn. The slowest counts."""
    url = bench.copy(NAME)
    try:
        print(f"· a log of {count:,} messages", flush=True)
        told = servers.python("bench.exchange.searched", url=url, given={"rows": count})
    finally:
        bench.database.maintain(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
    found = {name: Measured(times, sum(times)) for name, times in told["times"].items()}
    ranked = sorted(found, key=lambda name: -found[name].percentile(95))
    slowest = found[ranked[0]]
    row = Row(f"search of the log ({ranked[0]})", slowest, None, "searches/s", count, clients=1)
    row.act = "search of the log, its slowest kind"
    row.want(f"p95 < {MOST_MS} ms", slowest.percentile(95) < MOST_MS)
    each = ", ".join(f"{name} {found[name].percentile(95):.1f}" for name in ranked)
    row.note = f"p95 in ms: {each}; {told['gb']:.1f} GB, laid in {told['seconds']:.0f} s"
    return [row]
