"""Measure the studio and write bench/results/studio.json.

`BENCH_PROCEDURES=200 BENCH_REBASED=200 python -m bench.studio` tries smaller and keeps nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import bench.without_database  # noqa: F401 - Django must be ready before the rooms
from bench import studio_forms, studio_page, studio_rebase
from bench.cases import servers

RESULT = servers.ROOT / "bench" / "results" / "studio.json"
NAME = "studio"
IMPORT_SECONDS, SEARCH_MS, SAVE_MS, PUBLISH_MS = 180, 30, 1000, 2000


def row(
    act: str, times: Sequence[float], *, limit: float, unit: str, rows: int, note: str, part: float = 95
) -> dict[str, Any]:
    """One row; `times` in milliseconds, judged by the percentile `part`."""
    ordered = sorted(times)
    at = {
        share: ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))] for share in (50, 95, 99, 100)
    }
    judged = at[int(part)] if part in at else at[95]
    met = "met" if judged < limit else "NOT MET"
    return {
        "act": act,
        "ours": round(1000 * len(ordered) / sum(ordered), 1),
        "floor": None,
        "ratio": None,
        "unit": unit,
        "p50_ms": round(at[50], 1),
        "p95_ms": round(at[95], 1),
        "p99_ms": round(at[99], 1),
        "clients": 1,
        "rows": rows,
        "note": f"goal {limit:,.0f} ms: {met}; {note}",
    }


def forms_rows() -> list[dict[str, Any]]:
    """The large form on the server and in Node, judged by their 95th percentile."""
    return [
        {
            "act": one.name,
            "ours": round(1000 / one.p95_ms, 1),
            "floor": None,
            "ratio": None,
            "unit": "forms/s",
            "p50_ms": None,
            "p95_ms": round(one.p95_ms, 2),
            "p99_ms": None,
            "clients": 1,
            "rows": one.rounds,
            "note": f"goal p95 < {one.limit_ms:.0f} ms: {'met' if one.p95_ms < one.limit_ms else 'NOT MET'}",
        }
        for one in studio_forms.measured()
    ]


def studio_rows(database: servers.Database) -> list[dict[str, Any]]:
    """Saving, publishing, importing, searching, opening, in a database of its own, which is dropped again."""
    database.maintain(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)', f'CREATE DATABASE "{NAME}"')
    with studio_page.browsing() as (browser, agent):
        os.environ["BENCH_AGENT"] = agent
        found = servers.python("bench.studio_laid", url=database.url(NAME))
        opened = studio_page.rows(browser, database.url(NAME), found["begun"])
    database.maintain(f'DROP DATABASE "{NAME}" WITH (FORCE)')
    count = found["count"]
    return [
        *opened,
        row("a form of 95 questions saved in the studio and judged", found["saved"], limit=SAVE_MS,
            unit="saves/s", rows=len(found["saved"]), note="the slowest counts", part=100),
        row("a procedure published with 50 example runs", found["published"], limit=PUBLISH_MS,
            unit="versions/s", rows=len(found["published"]), note="the slowest counts", part=100),
        row(f"{count:,} procedures imported with forms and processes", [found["imported"]],
            limit=IMPORT_SECONDS * 1000, unit="imports/s", rows=count,
            note=f"{count * 1000 / found['imported']:.0f} procedures a second", part=100),
        row("catalogue search after it", found["searched"], limit=SEARCH_MS, unit="searches/s",
            rows=count, note="p95 counts; every question is another"),
    ]  # fmt: skip


def main() -> None:
    """Measure, print and keep."""
    os.environ.setdefault("BENCH_REBASED", "10000")
    rows = forms_rows()
    with servers.Database() as database:
        rows += studio_rows(database)
        rows.append(studio_rebase.row(database))
    for one in rows:
        print(
            f"{one['act']:58} {one['ours']:9} {one['unit']:11}"
            f" p95 {one['p95_ms'] or 0:9.1f} ms  {one['note']}"
        )
    smaller = {"BENCH_PROCEDURES", "BENCH_VISITS"} & set(os.environ)
    if not smaller and os.environ["BENCH_REBASED"] == "10000":
        RESULT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
