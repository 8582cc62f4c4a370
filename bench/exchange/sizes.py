"""Exchanges of three sizes: as fast as they go beside the floors, then at half the rate reached."""

from __future__ import annotations

from bench.cases.figures import Row
from bench.exchange.base import BODIES, Bench, Kept

CONNECTIONS = {"1k": 64, "100k": 16, "10m": 4}
WANTED_RATE, WANTED_P99_MS = 1_000, 50


def small(bench: Bench, *, seconds: float) -> list[Row]:
    """Answers of 1 KB."""
    full, half = rows(bench, "1k", seconds=seconds)
    full.want(f">= {WANTED_RATE}/s", full.ours.rate >= WANTED_RATE)
    half.want(f"p99 < {WANTED_P99_MS} ms", half.ours.percentile(99) < WANTED_P99_MS)
    return [full, half]


def large(bench: Bench, *, seconds: float) -> list[Row]:
    """Answers of 100 KB and 10 MB."""
    return [row for name in ("100k", "10m") for row in rows(bench, name, seconds=seconds)]


def rows(bench: Bench, name: str, *, seconds: float) -> list[Row]:
    """One size: as fast as it goes beside each floor, then at half that rate."""
    size, connections = BODIES[name], CONNECTIONS[name]
    lowest = {who: floor.measure(name, connections, seconds=seconds) for who, floor in bench.floors.items()}
    before = bench.ours.kept()
    fast = bench.ours.way.measure(name, connections, seconds=seconds)
    after = bench.ours.kept()
    half = bench.ours.way.measure(name, connections, seconds=seconds, rate=fast.rate / 2)
    said = [f"{who} {one.rate:.0f}/s p99 {one.percentile(99)} ms" for who, one in lowest.items()]
    note = f"signed, logged and stamped on both sides; {', '.join(said)}; {_taken(before, after)}"
    first = next(iter(lowest.values()), None)
    unit, late = "exchanges/s", "times from when each was due"
    return [
        Row(f"exchange {name}, both gateways", fast, first, unit, size, note, connections),
        Row(f"exchange {name}, at half that rate", half, None, unit, size, late, connections),
    ]


def _taken(before: Kept, after: Kept) -> str:
    exchanges = max(1, (after.messages - before.messages) // 4)
    database, files = after.database - before.database, after.files - before.files
    return (
        f"on disk each: {database / exchanges / 1000:.1f} kB of database (four records),"
        f" {files / exchanges / 1000:.1f} kB of files"
    )
