"""Figures of one node, as Prometheus reads them."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge

from tinhso.exchange.protocol.faults import Fault

REGISTRY = CollectorRegistry()
EXCHANGES = Counter(
    "tinhso_exchange_messages", "Exchanges by side and outcome", ["side", "outcome"], registry=REGISTRY
)
SECONDS = Counter("tinhso_exchange_seconds", "Time of exchanges by side", ["side"], registry=REGISTRY)
UNDERWAY = Gauge("tinhso_exchange_underway", "Exchanges under way by side", ["side"], registry=REGISTRY)
SIGNATURES = Counter("tinhso_exchange_signatures", "Signatures made", registry=REGISTRY)
SIGNED = Counter("tinhso_exchange_signed", "Messages signed", registry=REGISTRY)
MONITORED = Gauge(
    "tinhso_exchange_monitored",
    "Records of monitoring since the start: kept, waiting, lost",
    ["state"],
    registry=REGISTRY,
)
GOOD = "ok"


@lru_cache(maxsize=256)
def _of(metric: Counter | Gauge, *labels: str) -> Any:
    return metric.labels(*labels)


class Measure:
    """One exchange on one side, from its beginning to its end; `fault` is how it failed."""

    __slots__ = ("_began", "_side", "fault")

    def __init__(self, side: str) -> None:
        self._side = side
        self._began = time.perf_counter()
        self.fault: Fault | None = None
        _of(UNDERWAY, side).inc()

    def end(self) -> None:
        """It is over."""
        _of(UNDERWAY, self._side).dec()
        _of(SECONDS, self._side).inc(time.perf_counter() - self._began)
        _of(EXCHANGES, self._side, outcome_of(self.fault)).inc()


def begin(side: str) -> Measure:
    """An exchange begins at the side `client` or `service`; call `end` on what is returned."""
    return Measure(side)


def outcome_of(fault: Fault | None) -> str:
    """`ok`, or a fault's code as far as it is one of the protocol's shape: few values, whatever peers say."""
    if fault is None:
        return GOOD
    plain = (
        fault.code.isascii()
        and len(fault.code) <= 80
        and fault.code.startswith(("client.", "server.", "signer."))
    )
    return fault.code if plain else "other"
