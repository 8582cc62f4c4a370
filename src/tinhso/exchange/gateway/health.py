"""How the gateway fares: in a word for information systems; in full, and in figures, for who runs it.

Troubles, names, certificates and figures help who would attack, so they stand at a port of their own: of this
machine alone, or behind a key.
"""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import generate_latest

from tinhso.exchange.gateway.answering import header, phrase, text
from tinhso.exchange.gateway.directory import Directory
from tinhso.exchange.gateway.figures import MONITORED, REGISTRY
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.node import Node, now

FIGURES = "text/plain; version=0.0.4; charset=utf-8"


def state(node: Node, directory: Directory, *, at: datetime) -> dict[str, Any]:
    """What works and what does not, with the reason; `ready` when messages can be carried."""
    snapshot = node.follower.snapshot
    configuration = snapshot.configuration
    troubles = []
    if not node.follower.following:
        troubles.append("the database is not followed")
    if configuration is None or not configuration.valid(at):
        troubles.append(f"global configuration missing or expired; {directory.trouble}".rstrip("; "))
    if snapshot.tls is None or snapshot.tls.not_after <= at:
        troubles.append("no valid authentication certificate")
    troubles += [f"signing key of {member}: {why}" for member, why in node.signers.troubles.items()]
    return {
        "ready": not troubles,
        "troubles": troubles,
        "server": snapshot.server,
        "revision": snapshot.revision,
        "maintenance": snapshot.maintenance,
        "monitoring": {
            "kept": node.monitor.kept,
            "waiting": node.monitor.waiting,
            "lost": node.monitor.lost,
        },
        "global_configuration": None
        if configuration is None
        else {
            "serial": configuration.document.serial,
            "expires": configuration.document.expires.isoformat(),
            "trouble": directory.trouble,
        },
        "services": {
            str(id): {
                "breaker": one.breaker,
                "until": one.until.isoformat() if one.until else None,
                "breaches": [
                    {"at": each.at.isoformat(), "request": each.request_id, "said": each.said}
                    for each in one.breaches
                ],
            }
            for id, one in node.guards.standings(at).items()
        },
        "certificates": [
            {
                "subject": one.subject,
                "serial": one.serial,
                "not_after": one.not_after.isoformat(),
                "own": one.own,
                "asked_at": one.asked_at.isoformat() if one.asked_at else None,
                "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
                "trouble": one.trouble,
            }
            for one in node.peers.revocations.standings()
        ],
    }


async def briefly(node: Node, directory: Directory, incoming: Incoming, *, at: datetime) -> None:
    """`GET /health` of information systems and load balancers: 200 when messages can be carried, else 503."""
    ready = bool(state(node, directory, at=at)["ready"])
    await _said(incoming, {"ready": ready}, ready=ready)


class Telling:
    """The operators' port: `GET /health` in full, `GET /metrics` of this node.

    With a key only who shows it as `Authorization: Bearer` is told anything.
    """

    def __init__(self, node: Node, directory: Directory, *, key: str) -> None:
        self._node, self._directory = node, directory
        self._shown = f"Bearer {key}".encode() if key else b""

    async def operator(self, incoming: Incoming) -> None:
        """One question."""
        path = urlsplit(incoming.target).path
        shown = header(incoming, "authorization").encode()
        if self._shown and not hmac.compare_digest(shown, self._shown):
            headers = [("WWW-Authenticate", "Bearer")]
            await incoming.answer(401, phrase(401), headers, b"")
        elif incoming.verb == "GET" and path == "/health":
            said = state(self._node, self._directory, at=now())
            await _said(incoming, said, ready=said["ready"])
        elif incoming.verb == "GET" and path == "/metrics":
            for name in ("kept", "waiting", "lost"):
                MONITORED.labels(name).set(getattr(self._node.monitor, name))
            await incoming.answer(200, phrase(200), [("Content-Type", FIGURES)], generate_latest(REGISTRY))
        else:
            await text(incoming, 404, "GET /health, GET /metrics")


async def _said(incoming: Incoming, said: dict[str, Any], *, ready: bool) -> None:
    status = 200 if ready else 503
    body = json.dumps(said, ensure_ascii=False).encode()
    await incoming.answer(status, phrase(status), [("Content-Type", "application/json")], body)
