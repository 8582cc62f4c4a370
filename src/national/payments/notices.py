"""Notices of money: repeated with growing pauses until they are acknowledged, spoiled as the switches say."""

from __future__ import annotations

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from national.faults import Faults, Mode
from national.outgoing import ask
from national.signatures import FORGED, stamped

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 600.0
LONGEST_SECONDS = 86_400.0
"""A notice nobody acknowledges is given up after a day of pauses."""


class Spoil(Enum):
    """What is wrong with one attempt."""

    NOTHING = None
    FORGED = Mode.RECEIPT_FORGED
    AMOUNT = Mode.RECEIPT_WRONG_AMOUNT
    GARBAGE = Mode.RECEIPT_GARBAGE


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt as it goes out: without a body it is a GET."""

    url: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a service has to tell. `spell` makes an attempt of the moment; `heard` reads the answer to it."""

    service: str
    spell: Callable[[datetime, Spoil], Attempt]
    heard: Callable[[int, bytes], bool]


@dataclass(frozen=True)
class Told:
    """One attempt and how it was answered; status 0 when nobody did."""

    service: str
    attempt: Attempt
    status: int
    acknowledged: bool


class Notices:
    """Sends in the background; what still waits when the sandbox ends is not sent, only listed when asked."""

    def __init__(self, *, callback: str, faults: Faults) -> None:
        self.callback = callback
        self.faults = faults
        self.first_pause = FIRST_PAUSE_SECONDS
        self.told: list[Told] = []
        self._held: dict[str, list[Notice]] = defaultdict(list)
        self._running: set[asyncio.Task[None]] = set()

    async def follow(self, notice: Notice, *, early: bool = False) -> None:
        """Start telling; returns at once, or after a first attempt when the notice is to be early."""
        service = notice.service
        if not self.callback or self.faults.take(service=service, mode=Mode.RECEIPT_LOST):
            return
        if self.faults.take(service=service, mode=Mode.RECEIPT_SWAPPED):
            self._held[service].append(notice)
            return
        due = [notice, *self._held.pop(service, [])]
        if self.faults.take(service=service, mode=Mode.RECEIPT_TWICE):
            due = [one for one in due for _ in range(2)]
        late = self.faults.take(service=service, mode=Mode.RECEIPT_LATE)
        if early and await self._tried(notice):
            due.remove(notice)
        task = asyncio.get_running_loop().create_task(self._tell(due, late.seconds if late else 0.0))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _tell(self, due: list[Notice], wait: float) -> None:
        """Each is first tried in its order; those that were not heard are repeated together."""
        await asyncio.sleep(wait)
        pause, spent = self.first_pause, 0.0
        while due and spent <= LONGEST_SECONDS:
            due = [notice for notice in due if not await self._tried(notice)]
            if due:
                await asyncio.sleep(pause)
                spent += pause
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _tried(self, notice: Notice) -> bool:
        service = notice.service
        if self.faults.down(service):
            return False
        attempt = notice.spell(self.faults.now(service), self._spoil(service))
        status, said = await asyncio.to_thread(ask, attempt.url, attempt.body, attempt.headers)
        heard = notice.heard(status, said)
        self.told.append(Told(service, attempt, status, heard))
        return heard

    def _spoil(self, service: str) -> Spoil:
        for spoil in (Spoil.FORGED, Spoil.AMOUNT, Spoil.GARBAGE):
            if spoil.value and self.faults.take(service=service, mode=spoil.value):
                return spoil
        return Spoil.NOTHING

    def in_json(
        self, service: str, body: Mapping[str, Any], *, amount: str, secret: str, under: str = ""
    ) -> Notice:
        """A notice posted to `<callback><service>/`, signed by headers, acknowledged by 200.

        `amount` names the member that a wrong amount changes.
        """

        def spell(at: datetime, spoil: Spoil) -> Attempt:
            said = dict(body)
            if spoil is Spoil.AMOUNT:
                said[amount] = wrong(said[amount])
            data = json.dumps(said, ensure_ascii=False).encode()
            if spoil is Spoil.GARBAGE:
                data = os.urandom(200)
            key = FORGED if spoil is Spoil.FORGED else secret.encode()
            headers = stamped(data, secret=key, at=at.astimezone(UTC))
            return Attempt(url=f"{self.callback}{service}/{under}", body=data, headers=headers)

        return Notice(service=service, spell=spell, heard=lambda status, _: status == 200)


def wrong(amount: int) -> int:
    """Another amount, and a likely one: a digit is missing, or there is one too many."""
    return amount // 10 or amount * 10
