"""Archiving a day of messages, and verifying its files again."""

from __future__ import annotations

from typing import Any

from bench.cases import servers
from bench.exchange.base import NAMES, Bench

CONNECTIONS = 64
WANTED = 5_000
"""Messages verified a second."""


def archive(bench: Bench, *, count: int) -> list[dict[str, Any]]:
    """The answering side's messages of `count` exchanges, stamped by the nation's authority."""
    ours = bench.anew()
    ours.way.measure("1k", CONNECTIONS, seconds=0, count=count)
    given = {"folder": str(bench.folder / "archive"), "bodies": str(ours.folder / NAMES[1] / "spool")}
    told = servers.python("bench.exchange.archived", url=ours.addresses[1], given=given)
    verified = servers.python("bench.exchange.verified", url=ours.addresses[1], given=told)
    messages = verified["messages"]
    one, two = (messages / verified["verifying"][processes] for processes in ("1", "2"))
    best = max(one, two)
    met = "met" if best >= WANTED else "NOT MET"
    about = (
        f"{messages:,} messages in {len(told['files'])} files, {told['bytes'] / messages / 1000:.1f} kB each"
    )
    return [
        _row(
            "verification of a day's archive",
            best,
            messages,
            2,
            f"goal >= {WANTED}/s: {met}; {about}; one process {one:.0f}/s, two {two:.0f}/s;"
            " links, signatures, chains and stamps are all judged",
        ),
        _row("archiving", messages / told["archiving"], messages, 1, about),
    ]


def _row(act: str, rate: float, rows: int, clients: int, note: str) -> dict[str, Any]:
    return {
        "act": act,
        "ours": round(rate, 1),
        "floor": None,
        "ratio": None,
        "unit": "messages/s",
        "p50_ms": 0.0,
        "p95_ms": 0.0,
        "p99_ms": 0.0,
        "clients": clients,
        "rows": rows,
        "note": note,
    }
