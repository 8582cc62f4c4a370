"""Seconds from a certificate's revocation at its authority until its messages are refused."""

from __future__ import annotations

import time
from typing import Any

from bench.cases.load import Http
from bench.exchange.base import Bench, Way

WANTED_SECONDS = 5.0
MOST_SECONDS = 120.0
PAUSE_SECONDS = 0.02


def revocation(bench: Bench, *, tries: int) -> list[dict[str, Any]]:
    """The answering server's TLS certificate, revoked again and again; asked on one kept connection."""
    ours = bench.ours
    times = []
    for _ in range(tries):
        _until(ours.way, passes=True)
        began = time.perf_counter()
        ours.tell("revoke")
        _until(ours.way, passes=False)
        times.append(time.perf_counter() - began)
        ours.tell("restore")
    _until(ours.way, passes=True)
    times.sort()
    worst = times[-1]
    met = "met" if worst < WANTED_SECONDS else "NOT MET"
    return [
        {
            "act": "revocation of a server's certificate until it is refused",
            "ours": round(worst, 2),
            "floor": WANTED_SECONDS,
            "ratio": round(worst / WANTED_SECONDS, 2),
            "unit": "s",
            "p50_ms": round(1000 * times[len(times) // 2], 1),
            "p95_ms": round(1000 * worst, 1),
            "p99_ms": round(1000 * worst, 1),
            "clients": 1,
            "rows": tries,
            "note": f"goal < {WANTED_SECONDS:g} s: {met}; the slowest of {tries} tries; over connections"
            " that are open, by OCSP every 2 s",
        }
    ]


def _until(way: Way, *, passes: bool) -> None:
    """Ask until it is so. Raises RuntimeError when it is not in time."""
    (name, client), *_rest = way.headers
    until = time.perf_counter() + MOST_SECONDS
    asked = Http(way.port, "", timeout=30)
    try:
        while time.perf_counter() < until:
            more = f"{name}: {client}\r\n".encode()
            status, _body = asked.ask(b"GET", f"{way.target}/1k".encode(), more=more)
            if (status == 200) is passes:
                return
            time.sleep(PAUSE_SECONDS)
    finally:
        asked.close()
    raise RuntimeError(f"not within {MOST_SECONDS:g} s")
