"""Waits that end: with what was waited for, or with a file that says what everybody was doing instead."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

POLL_SECONDS = 0.02
LOOK_EVERY_SECONDS = 1.0
LAST_LINES = 200
ASKED = {
    "what each connection does": (
        "SELECT pid, state, wait_event_type, wait_event, pg_blocking_pids(pid) AS blocked_by,"
        " now() - xact_start AS in_transaction, left(query, 300) FROM pg_stat_activity"
        " WHERE datname = current_database() ORDER BY xact_start NULLS LAST"
    ),
    "locks waited for": "SELECT pid, locktype, relation::regclass, mode FROM pg_locks WHERE NOT granted",
    "queue": "SELECT task_name, status, count(*), min(scheduled_at) FROM procrastinate_jobs GROUP BY 1, 2",
    "workers": "SELECT id, now() - last_heartbeat AS silent_for FROM procrastinate_workers",
    "dead letters": "SELECT name, tries, right(error, 400) FROM foundation_deadletter LIMIT 20",
}


def connected(url: str) -> psycopg.Connection[Any]:
    """A connection on which nothing waits longer than half a minute."""
    return psycopg.connect(url, connect_timeout=10, options="-c statement_timeout=30s -c lock_timeout=10s")


def when(
    reached: Callable[[], bool], *, within: float, meanwhile: Callable[[], object] = lambda: None
) -> bool:
    """Wait until it is so; False when the time is over. `meanwhile` is done each second."""
    until, look = time.monotonic() + within, 0.0
    while not reached():
        now = time.monotonic()
        if now > until:
            return False
        if now > look:
            meanwhile()
            look = now + LOOK_EVERY_SECONDS
        time.sleep(POLL_SECONDS)
    return True


def said_by_database(url: str) -> str:
    """What the database says of its connections, locks and queue."""
    return "\n\n".join(f"== {what}\n{_answer(url, query)}" for what, query in ASKED.items())


def ends_of(logs: list[Path]) -> str:
    """The last lines of each log."""
    parts = []
    for log in logs:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        parts.append(f"== {log.name}\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _answer(url: str, query: str) -> str:
    try:
        with connected(url) as database:
            rows = database.execute(query).fetchall()  # type: ignore[arg-type]  # written above
    except psycopg.Error as error:
        return f"no answer: {error}"
    return "\n".join(str(row) for row in rows) or "none"
