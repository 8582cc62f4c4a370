"""Asking every register who used a person's data: all at once, each for so long, and nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.utils.translation import gettext_noop

from tinhso.exchange.message_contracts import Outcome
from tinhso.exchange.messages import transport
from tinhso.exchange.messages.transport import Outward, Sender
from tinhso.exchange.models import Tracker
from tinhso.exchange.persons import COUNTRY
from tinhso.foundation import http
from tinhso.foundation.ids import new_id

SHOWN = 100
AT_ONCE = 16
MOST_BYTES = 1024 * 1024
FIRST = http.Timeouts(connect=2, read=3, total=4)
AGAIN = http.Timeouts(connect=2, read=6, total=7)
"""The page itself waits 8 seconds."""
PATIENCE = 4.5
"""Seconds for all registers of a page together."""
REASON = gettext_noop("Người dân xem ai đã dùng dữ liệu của mình")


class Heard(StrEnum):
    """What came of asking one register."""

    CAME = "came"
    LATE = "late"
    FAILED = "failed"


WIRE = {"at": "logtime", "code": "receiverCode", "name": "receiverName", "system": "receiverSystem"}


class Used(msgspec.Struct, frozen=True, rename=WIRE):
    """One entry of the tracker interface."""

    at: datetime
    action: str
    code: str
    name: str = ""
    system: str = ""


class Usages(msgspec.Struct, frozen=True, rename={"total": "totalUsages"}):
    """The answer of `findUsage`."""

    total: int
    usages: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """A register that answers the tracker interface."""

    id: UUID
    name: str
    service: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one register told."""

    register: Register
    heard: Heard
    total: int = 0
    usages: tuple[Used, ...] = ()


def registers() -> list[Register]:
    """Those that answer, by name. One query."""
    rows = Tracker.objects.filter(ended_at=None).order_by("name")
    return [Register(row.id, row.name, row.service) for row in rows]


def ask_all(
    asked: Sequence[Register],
    personal_id: str,
    *,
    since: datetime,
    until: datetime,
    patience: float = PATIENCE,
) -> list[Told]:
    """What each register told within `patience` seconds, in the order given; who has not answered is late."""
    by = transport.sender()
    if not asked:
        return []
    pool = ThreadPoolExecutor(max_workers=min(AT_ONCE, len(asked)), thread_name_prefix="tracker")
    try:
        asking = [
            pool.submit(_asked, one, personal_id, since=since, until=until, timeouts=FIRST, by=by)
            for one in asked
        ]
        wait(asking, timeout=patience)
        return [
            future.result() if future.done() else Told(one, Heard.LATE)
            for one, future in zip(asked, asking, strict=True)
        ]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def ask_one(register: Register, personal_id: str, *, since: datetime, until: datetime) -> Told:
    """What one register tells, with more patience; it is not late any more but failed."""
    by = transport.sender()
    told = _asked(register, personal_id, since=since, until=until, timeouts=AGAIN, by=by)
    return Told(register, Heard.FAILED) if told.heard is Heard.LATE else told


def _asked(
    register: Register,
    personal_id: str,
    *,
    since: datetime,
    until: datetime,
    timeouts: http.Timeouts,
    by: Sender | None,
) -> Told:
    if by is None:
        return Told(register, Heard.FAILED)
    code = f"{COUNTRY}{personal_id}"
    period = {"periodStart": since.isoformat(), "periodEnd": until.isoformat()}
    query = urlencode({"userCode": code, **period, "offset": 0, "limit": SHOWN})
    message = Outward(
        id=new_id(),
        service=register.service,
        verb="GET",
        target=f"/v2/findUsage?{query}",
        body=b"",
        headers={},
        user_id=code,
        reason=REASON,
    )
    tried = transport.carry(message, also=frozenset(), timeouts=timeouts, most_bytes=MOST_BYTES, by=by)
    if tried.outcome is Outcome.TIMED_OUT:
        return Told(register, Heard.LATE)
    if tried.outcome is not Outcome.ANSWERED:
        return Told(register, Heard.FAILED)
    try:
        read = msgspec.json.decode(tried.body, type=Usages)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Told(register, Heard.FAILED)
    if any(one.at.tzinfo is None for one in read.usages):
        return Told(register, Heard.FAILED)
    return Told(register, Heard.CAME, read.total, read.usages[:SHOWN])
