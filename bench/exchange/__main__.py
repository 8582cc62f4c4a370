"""Measure the exchange: its gateways, their log, what guards it; print and keep.

make bench-exchange                      everything, into bench/results/exchange.json
make bench-exchange PART=small,archive   parts by name, kept beside the others
SHORT=1 measures each for seconds only, to see that it runs; nothing is kept.
MESSAGES= exchanges of part `memory`, ROWS= messages of part `search`, ARCHIVED= exchanges of part `archive`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from bench.cases import figures
from bench.cases.figures import Row
from bench.exchange.archives import archive
from bench.exchange.base import Bench
from bench.exchange.memory import memory
from bench.exchange.revoking import revocation
from bench.exchange.searching import search
from bench.exchange.sizes import large, small

SHORT = bool(os.environ.get("SHORT"))
PART = os.environ.get("PART", "")
SECONDS = 3.0 if SHORT else 20.0


def _count(name: str, usual: int, short: int) -> int:
    return int(os.environ.get(name) or (short if SHORT else usual))


PARTS: dict[str, Callable[[Bench], Sequence[Row | dict[str, Any]]]] = {
    "small": lambda bench: small(bench, seconds=SECONDS),
    "revocation": lambda bench: revocation(bench, tries=2 if SHORT else 10),
    "memory": lambda bench: memory(bench, count=_count("MESSAGES", 100_000, 2_000)),
    "archive": lambda bench: archive(bench, count=_count("ARCHIVED", 20_000, 1_000)),
    "large": lambda bench: large(bench, seconds=SECONDS),
    "search": lambda bench: search(bench, count=_count("ROWS", 10_000_000, 200_000)),
}


def main() -> None:
    """Measure, print and keep."""
    found: list[dict[str, Any]] = []
    with Bench() as bench:
        for name in PART.split(",") if PART else PARTS:
            made = [row.plain() if isinstance(row, Row) else row for row in PARTS[name](bench)]
            figures.show(made)
            found += made
    if not SHORT:
        figures.keep(found, "exchange.json", part=bool(PART))


if __name__ == "__main__":
    main()
