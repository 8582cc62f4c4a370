"""Figures of one node, as Prometheus reads them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

REGISTRY = CollectorRegistry()
EXCHANGES = Counter(
    "tinhso_exchange_messages", "Exchanges by side and outcome", ["side", "outcome"], registry=REGISTRY
)
SECONDS = Counter("tinhso_exchange_seconds", "Time of exchanges by side", ["side"], registry=REGISTRY)
UNDERWAY = Gauge("tinhso_exchange_underway", "Exchanges under way by side", ["side"], registry=REGISTRY)
SIGNATURES = Counter("tinhso_exchange_signatures", "Signatures made", registry=REGISTRY)
SIGNED = Counter("tinhso_exchange_signed", "Messages signed", registry=REGISTRY)
