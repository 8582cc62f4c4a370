"""Switches that make a service misbehave, so that its callers can prove they cope."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SERVICES = (
    *("oidc", "ca", "ocsp", "crl", "tsa", "csc", "phone"),
    *("sms-a", "sms-b", "zalo", "push", "post", "vnpay", "bank", "payplat", "lgsp", "tax"),
    *("exchange", "gateway", "civil"),
)
DAY_SECONDS = 86_400.0


class Mode(StrEnum):
    """Ways a service can fail its caller."""

    DELAY = "delay"
    """Answers after `seconds`."""
    TIMEOUT = "timeout"
    """Takes the request, does nothing, and stays silent for `seconds` (600 unless told)."""
    LATE = "late"
    """Does what was asked, and answers only after `seconds` (600 unless told)."""
    GARBAGE = "garbage"
    """Answers 200 with random bytes under the right content type."""
    DUPLICATE = "duplicate"
    """The request arrives twice; the caller gets the answer to the second arrival."""
    ERROR = "error"
    """Answers `status` (500 unless told) with a plain text."""
    DOWN = "down"
    """Answers 503 and tells nobody anything for `seconds` of its own clock (a day unless told)."""
    WRONG_NONCE = "wrong_nonce"
    """Id token, time-stamp or OCSP answer carries another nonce."""
    WRONG_SIGNATURE = "wrong_signature"
    """Id token, time-stamp or remote signature does not verify."""
    CLOCK_SKEW = "clock_skew"
    """The service's clock is `seconds` ahead (behind when negative)."""
    STALE = "stale"
    """An OCSP answer is of two days ago and no longer in force."""
    OLD_SERIAL = "old_serial"
    """The directory gives a document whose serial is lower than the last one's."""
    EXPIRED = "expired"
    """The directory gives a document whose time is over."""
    CUT = "cut"
    """The security server hangs up after half a body."""
    TAMPERED_BODY = "tampered_body"
    """The body is another than was signed."""
    TAMPERED_HEADER = "tampered_header"
    """The header part is another than was signed."""
    TAMPERED_HASH = "tampered_hash"
    """A rightly signed answer carries the hash of another request; in a request the chain's result is off."""
    TAMPERED_SIGNATURE = "tampered_signature"
    """The signature's value is off."""
    SWAPPED = "swapped"
    """The signature stands before the message."""
    FAULT = "fault"
    """A fault stands where the signature belongs."""
    WRONG_MEMBER = "wrong_member"
    """Another member's key signs, rightly."""
    NO_OCSP = "no_ocsp"
    """The parts with OCSP answers are missing."""
    BATCHED = "batched"
    """No fault: what is signed stands in a batch with five others."""
    REFUSED = "refused"
    """The tax side refuses a receipt, with a reason."""
    WRONG_PERSON = "wrong_person"
    """A register tells of somebody else."""
    REPLAYED = "replayed"
    """A register repeats what it told before, to another question."""
    RECEIPT_LATE = "receipt_late"
    """Receipts of a message come `seconds` apart."""
    RECEIPT_TWICE = "receipt_twice"
    """Each receipt comes twice."""
    RECEIPT_SWAPPED = "receipt_swapped"
    """The last receipt comes first."""
    RECEIPT_LOST = "receipt_lost"
    """No receipt comes."""
    RECEIPT_FORGED = "receipt_forged"
    """Receipts are signed with another secret."""
    RECEIPT_FAILED = "receipt_failed"
    """The message does not reach the phone, and the receipt says so."""
    RECEIPT_EARLY = "receipt_early"
    """A provider of money takes it and tells of it before it answers who asked."""
    RECEIPT_WRONG_AMOUNT = "receipt_wrong_amount"
    """A provider of money tells of another amount, rightly signed."""
    RECEIPT_GARBAGE = "receipt_garbage"
    """A provider of money sends random bytes, rightly signed."""


class Unusable(ValueError):
    """The description of a fault cannot be used; the text says why."""


@dataclass(kw_only=True)
class Fault:
    """One switch. `times` counts down and the switch goes off at 0; None means until cleared."""

    service: str
    mode: Mode
    path: str = ""
    """Only requests whose path starts with this; empty for the whole service."""
    seconds: float = 0.0
    status: int = 500
    times: int | None = None
    until: datetime | None = None
    """When a service that is down comes back by its own clock."""

    def meets(self, service: str, path: str) -> bool:
        """True when a request to `path` of `service` is hit."""
        return self.service == service and path.startswith(self.path)


def read(data: dict[str, Any]) -> Fault:
    """A fault from posted JSON; raises Unusable."""
    unknown = set(data) - {"service", "mode", "path", "seconds", "status", "times"}
    if unknown:
        raise Unusable(f"unknown members: {sorted(unknown)}")
    if data.get("service") not in SERVICES:
        raise Unusable(f"service must be one of {list(SERVICES)}")
    try:
        mode = Mode(data.get("mode", ""))
    except ValueError:
        raise Unusable(f"mode must be one of {[str(mode) for mode in Mode]}") from None
    usual = {Mode.TIMEOUT: 600.0, Mode.LATE: 600.0, Mode.DOWN: DAY_SECONDS}
    seconds = data.get("seconds", usual.get(mode, 0.0))
    status, times = data.get("status", 500), data.get("times")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise Unusable("seconds must be a number")
    if not isinstance(status, int) or not 400 <= status <= 599:
        raise Unusable("status must be between 400 and 599")
    if times is not None and (not isinstance(times, int) or times < 1):
        raise Unusable("times must be a whole number from 1")
    return Fault(
        service=data["service"],
        mode=mode,
        path=str(data.get("path", "")),
        seconds=float(seconds),
        status=status,
        times=times,
    )


class Faults:
    """The switches that are on, and the clock they bend."""

    def __init__(self) -> None:
        self._on: list[Fault] = []

    def switch_on(self, fault: Fault) -> None:
        """Turn one on; a second of the same kind for the same path replaces the first."""
        self._on = [
            held
            for held in self._on
            if (held.service, held.mode, held.path) != (fault.service, fault.mode, fault.path)
        ]
        if fault.mode is Mode.DOWN:
            fault.until = self.now(fault.service) + timedelta(seconds=fault.seconds)
        self._on.append(fault)

    def clear(self, service: str | None = None) -> None:
        """Turn all off, or all of one service."""
        self._on = [held for held in self._on if service is not None and held.service != service]

    def listed(self) -> list[dict[str, Any]]:
        """What is on, as JSON."""
        return [
            asdict(fault) | {"until": fault.until.isoformat() if fault.until else None} for fault in self._on
        ]

    def take(self, *, service: str, mode: Mode, path: str = "") -> Fault | None:
        """The switch that hits this request, used once."""
        for fault in self._on:
            if fault.mode is mode and fault.meets(service, path or fault.path):
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self._on.remove(fault)
                return fault
        return None

    def down(self, service: str) -> bool:
        """True while the service is down by its own clock; a switch whose time is over goes off."""
        now = self.now(service)
        self._on = [
            held for held in self._on if held.service != service or held.until is None or held.until > now
        ]
        return any(held.service == service and held.mode is Mode.DOWN for held in self._on)

    def now(self, service: str) -> datetime:
        """The service's own idea of the time, UTC."""
        skew = sum(
            fault.seconds for fault in self._on if fault.service == service and fault.mode is Mode.CLOCK_SKEW
        )
        return datetime.now(UTC) + timedelta(seconds=skew)


class FaultGate:
    """ASGI middleware that plays the faults of transport before a service is reached."""

    def __init__(self, app: App, *, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, late, twice or not at all."""
        path = scope.get("path", "")
        service = path.split("/")[1] if path.count("/") else ""
        if scope["type"] != "http" or service not in SERVICES:
            await self.app(scope, receive, send)
            return
        if self.faults.down(service):
            await _answer(send, 503, b"text/plain; charset=utf-8", b"down")
            return
        if fault := self.faults.take(service=service, mode=Mode.DELAY, path=path):
            await asyncio.sleep(fault.seconds)
        if fault := self.faults.take(service=service, mode=Mode.TIMEOUT, path=path):
            await asyncio.sleep(fault.seconds)
            return
        if fault := self.faults.take(service=service, mode=Mode.ERROR, path=path):
            await _answer(send, fault.status, b"text/plain; charset=utf-8", b"fault switched on")
            return
        if self.faults.take(service=service, mode=Mode.GARBAGE, path=path):
            await self._garbage(scope, receive, send)
            return
        if self.faults.take(service=service, mode=Mode.DUPLICATE, path=path):
            receive = await self._twice(scope, receive)
        if fault := self.faults.take(service=service, mode=Mode.LATE, path=path):
            send = _slowly(send, fault.seconds)
        await self.app(scope, receive, send)

    async def _garbage(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def spoil(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0] == b"content-type"]
                await send({"type": "http.response.start", "status": 200, "headers": kept})
            elif not message.get("more_body"):
                await send({"type": "http.response.body", "body": os.urandom(200)})

        await self.app(scope, receive, spoil)

    async def _twice(self, scope: Scope, receive: Receive) -> Receive:
        body = await _body(receive)

        async def ignore(_: Message) -> None:
            return

        await self.app(dict(scope), _replay(body), ignore)
        return _replay(body)


def _slowly(send: Send, seconds: float) -> Send:
    """What the service answers is held back; a caller who has gone meanwhile is not told."""

    async def held(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        with contextlib.suppress(OSError, RuntimeError):
            await send(message)

    return held


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        return {"type": "http.disconnect"}

    return receive


async def _answer(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-type", content_type)]}
    )
    await send({"type": "http.response.body", "body": body})
