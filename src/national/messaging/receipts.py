"""Receipts told back to whoever sent a message, and the switches that make them late, doubled or false."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from national.faults import Faults, Mode
from national.outgoing import ask
from national.signatures import FORGED, stamped

PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Told:
    """One receipt as it was sent, and how it was answered; 0 when nobody answered."""

    service: str
    body: bytes
    status: int


class Receipts:
    """Posts signed receipts to `<callback><service>/`, in the background."""

    def __init__(self, *, callback: str, faults: Faults) -> None:
        self.callback = callback
        self.faults = faults
        self.told: list[Told] = []
        self._running: set[asyncio.Task[None]] = set()

    def follow(self, *, service: str, steps: list[tuple[Mapping[str, Any], Mapping[str, str]]]) -> None:
        """Send receipts one after the other; each is its body and its headers, made by the service."""
        if not self.callback or self.faults.take(service=service, mode=Mode.RECEIPT_LOST):
            return
        if self.faults.take(service=service, mode=Mode.RECEIPT_SWAPPED):
            steps = list(reversed(steps))
        if self.faults.take(service=service, mode=Mode.RECEIPT_TWICE):
            steps = [step for step in steps for _ in range(2)]
        late = self.faults.take(service=service, mode=Mode.RECEIPT_LATE)
        pause = late.seconds if late else PAUSE_SECONDS
        task = asyncio.get_running_loop().create_task(
            self._send(f"{self.callback}{service}/", service, steps, pause)
        )
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _send(
        self, url: str, service: str, steps: list[tuple[Mapping[str, Any], Mapping[str, str]]], pause: float
    ) -> None:
        for body, headers in steps:
            await asyncio.sleep(pause)
            data = json.dumps(body, ensure_ascii=False).encode()
            status, _ = await asyncio.to_thread(ask, url, data, headers)
            self.told.append(Told(service=service, body=data, status=status))


def sms_receipt(
    *, secret: bytes, request_id: str, message_id: str, status: str, reason: str, at: datetime, forged: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """A receipt of an SMS provider: HMAC-SHA256 over the time and the body."""
    body: dict[str, Any] = {
        "receipt_id": secrets.token_hex(8),
        "request_id": request_id,
        "message_id": message_id,
        "status": status,
        "at": at.astimezone(UTC).isoformat(),
    }
    if reason:
        body["reason"] = reason
    return body, signed(body, secret=secret, at=at, forged=forged)


def signed(body: Mapping[str, Any], *, secret: bytes, at: datetime, forged: bool) -> dict[str, str]:
    """The headers of a body, as `signatures.stamped`."""
    data = json.dumps(body, ensure_ascii=False).encode()
    return stamped(data, secret=FORGED if forged else secret, at=at)


def zalo_event(
    *, app_id: str, secret: str, message_id: str, tracking_id: str, at: datetime, forged: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """Zalo's event that a message reached its reader: SHA-256 over application, body, time and secret."""
    stamp = str(int(at.timestamp() * 1000))
    body: dict[str, Any] = {
        "event_name": "user_received_message",
        "app_id": app_id,
        "message": {"msg_id": message_id, "tracking_id": tracking_id, "delivery_time": stamp},
        "timestamp": stamp,
    }
    data = json.dumps(body, ensure_ascii=False)
    known = FORGED.decode() if forged else secret
    mac = hashlib.sha256(f"{app_id}{data}{stamp}{known}".encode()).hexdigest()
    return body, {"x-zevent-signature": f"mac={mac}"}
