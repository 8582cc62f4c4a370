"""Measure how long 100,000 open promises take to be counted anew, and write bench/results/recounting.json.

`BENCH_PROMISES=10000 python -m bench.recounting` tries fewer and keeps nothing.
"""

from __future__ import annotations

import json
import os
import time

import psycopg

from bench.cases import servers

RESULT = servers.ROOT / "bench" / "results" / "recounting.json"
NAME = "recounting"
WITHIN_SECONDS = 60
FLOOR = """
    UPDATE dossiers_dossier SET due_at = due_at + interval '1 day', version = version + 1
    WHERE id IN (SELECT dossier_id FROM dossiers_movedpromise)
"""


def main() -> None:
    """Lay, count, compare with moving the same dates by one statement, print and keep."""
    with servers.Database() as database:
        database.maintain(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)', f'CREATE DATABASE "{NAME}"')
        found = servers.python("bench.promises_laid", url=database.url(NAME))
        bare = _bare(database.connect(NAME))
        database.maintain(f'DROP DATABASE "{NAME}" WITH (FORCE)')
    counted, moved, seconds = found["counted"], found["moved"], found["seconds"]
    met = "met" if seconds < WITHIN_SECONDS else "MISSED"
    note = (
        f"{counted:,} open promises in {seconds:.1f} s, {found['computed']:.1f} s computing; {moved:,}"
        f" moved, each with words, history, work and trail; limit {WITHIN_SECONDS} s:"
        f" {met}; floor: one UPDATE of the dates"
    )
    print(note)
    if "BENCH_PROMISES" not in os.environ:
        row = {
            "act": "promises counted anew after a calendar is corrected",
            "ours": round(counted / seconds),
            "floor": round(moved / bare),
            "ratio": round(counted / seconds / (moved / bare), 2),
            "unit": "promises/s",
            "p50_ms": None,
            "p95_ms": None,
            "p99_ms": None,
            "clients": 1,
            "rows": counted,
            "note": note,
        }
        RESULT.write_text(json.dumps([row], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _bare(connection: psycopg.Connection[tuple[object, ...]]) -> float:
    """Seconds that one statement needs to move the dates that moved, triggers and indexes with them."""
    began = time.monotonic()
    with connection:
        connection.execute(FLOOR)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
