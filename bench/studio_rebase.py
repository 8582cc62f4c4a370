"""Measure how long a run takes 10,000 running dossiers over to a new version of their procedure.

`BENCH_REBASED=200 python -m bench.studio_rebase` tries fewer. `row` is for a bench that keeps results.
"""

from __future__ import annotations

import os
from typing import Any

from bench.cases import servers

NAME = "rebasing"
WITHIN_SECONDS = 300


def row(database: servers.Database) -> dict[str, Any]:
    """One row of results, laid in a database of its own, which is dropped again."""
    database.maintain(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)', f'CREATE DATABASE "{NAME}"')
    found = servers.python("bench.rebasing_laid", url=database.url(NAME))
    database.maintain(f'DROP DATABASE "{NAME}" WITH (FORCE)')
    total, seconds = found["total"], found["seconds"]
    needs = seconds / total * 10_000
    met = "met" if needs < WITHIN_SECONDS else "MISSED"
    note = (
        f"{total:,} dossiers in {seconds:.1f} s, {found['computed']:.1f} s computing; each an act of its own"
        f" with answers judged anew, process moved, history and trail; 10,000 in {needs:.0f} s, limit"
        f" {WITHIN_SECONDS} s: {met}; asking took {found['asked_seconds'] * 1000:.0f} ms"
    )
    return {
        "act": "running dossiers taken over to a new version of their procedure",
        "ours": round(total / seconds),
        "floor": None,
        "ratio": None,
        "unit": "dossiers/s",
        "p50_ms": None,
        "p95_ms": None,
        "p99_ms": None,
        "clients": 1,
        "rows": total,
        "note": note,
    }


def main() -> None:
    """Measure and print."""
    with servers.Database() as database:
        print(row(database)["note"])


if __name__ == "__main__":
    os.environ.setdefault("BENCH_REBASED", "10000")
    main()
