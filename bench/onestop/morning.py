"""The province's two busiest hours, compressed, and the last minute before a deadline on top of them.

An open load: each request has its moment and is sent then, however slow the answers are; its time counts from
that moment. What nobody acknowledged is sent again with the same key.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from bench.cases import acts
from bench.cases.load import Http, Measured, cpu
from bench.onestop.browsing import Browser

HOURS = 2
SUBMISSIONS, PUBLIC, SCREENS_EACH = 4_000, 12_000, 8
DEADLINE = 5_000
CLIENTS = 64
TRIES = 5
LIST = "/can-bo/ho-so/"
OFFICE = (f"{LIST}?xem=don-vi", f"{LIST}?xem=cua-toi", f"{LIST}?xem=gio", f"{LIST}?xem=hom-nay")
WATCH = "/can-bo/giam-sat/"

Do = Callable[["Client"], None]


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """What is to happen when, in seconds from the beginning."""

    at: float
    number: int
    kind: str = field(compare=False)
    do: Do = field(compare=False)


@dataclass(frozen=True, slots=True)
class Done:
    """One answer: which kind, when it was due, how long it took from then, in seconds."""

    kind: str
    at: float
    took: float


class Morning:
    """Who comes and what they do."""

    def __init__(
        self, facts: dict[str, Any], officers: Sequence[dict[str, Any]], *, open_codes: dict[str, list[str]],
        procedures: Sequence[str], names: Sequence[str], speed: float,
    ) -> None:  # fmt: skip
        self._facts, self._officers, self._open, self.speed = facts, officers, open_codes, speed
        self._procedures, self._names = procedures, names
        self._offices = facts["offices"]
        self._bodies = [
            acts.body(facts, unit=office["code"], name="Thị Sóc Kha", email="dan@example.vn")
            for office in self._offices
        ]
        self.arrived: dict[int, deque[str]] = defaultdict(deque)
        self.keys: dict[str, str] = {}
        self._chance = random.Random(11)  # noqa: S311 - the same morning each time

    @property
    def seconds(self) -> float:
        """How long the compressed morning lasts."""
        return HOURS * 3600 / self.speed

    def events(self, *, seconds: float) -> list[Event]:
        """So many seconds of it, at its pace."""
        part, numbers = seconds / self.seconds, itertools.count()
        made = [
            Event(self._chance.uniform(0, seconds), next(numbers), kind, do)
            for share, kind, each in (
                (part, "desk", self._desk),
                (part * PUBLIC, "public", self._public),
                (part * SUBMISSIONS, "submit", self.submissions),
            )
            for do in each(share)
        ]
        return sorted(made)

    def deadline(self, *, begin: float, seconds: float, total: int) -> list[Event]:
        """Submissions before a deadline."""
        return [
            Event(begin + self._chance.uniform(0, seconds), 10**6 + number, "deadline", do)
            for number, do in enumerate(self.submissions(total))
        ]

    def _desk(self, share: float) -> Iterator[Do]:
        for officer in self._officers:
            for screen in range(SCREENS_EACH + 2):
                if self._chance.random() < share:
                    yield self._screen(officer, screen)

    def _screen(self, officer: dict[str, Any], number: int) -> Do:
        """Eight screens, and for who takes in, two dossiers received."""
        session, place = officer["session"], officer["office"]
        receives = officer["role"] == "intake_officer"
        if number >= SCREENS_EACH:
            return self._receive(session, place) if receives else _opens(OFFICE[number % 2], session)
        if officer["role"] == "leader" and number < 3:
            return _opens(WATCH, session)
        if number == SCREENS_EACH - 1:
            return _opens(f"/can-bo/tim/?q={quote(self._chance.choice(self._names))}", session)
        if number < 4:
            return _opens(OFFICE[number], session)
        unit = self._offices[place]["units"]["intake_officer" if receives else "specialist"]
        return _opens(f"{LIST}{self._chance.choice(self._open[unit])}/", session)

    def _receive(self, session: str, place: int) -> Do:
        def do(client: Client) -> None:
            try:
                code = self.arrived[place].popleft()
            except IndexError:
                client.browser.open(OFFICE[0], session)
                return
            client.browser.open(f"{LIST}{code}/", session)
            client.answered("desk")
            client.browser.send(f"{LIST}{code}/tiep-nhan/", session, version=1)

        return do

    def _public(self, total: float) -> Iterator[Do]:
        for _number in range(round(total)):
            kind = self._chance.random()
            if kind < 0.25:
                path = "/"
            elif kind < 0.65:
                path = f"/thu-tuc/{self._chance.choice(self._procedures)}/"
            elif kind < 0.85:
                path = f"/thu-tuc/?q={quote(self._chance.choice(acts.TYPED))}"
            else:
                path = "/tra-cuu/"
            yield _opens(path, "")

    def submissions(self, total: float) -> Iterator[Do]:
        """So many, each with a key of its own."""
        for number in range(round(total)):
            yield self._submission(number % len(self._bodies), uuid4().hex)

    def _submission(self, place: int, key: str) -> Do:
        def do(client: Client) -> None:
            answer = json.loads(client.machine.post("/api/v1/dossiers", self._bodies[place], key=key))
            if key not in self.keys:
                self.keys[key] = answer["code"]
                self.arrived[place].append(answer["code"])

        return do


def _opens(path: str, session: str) -> Do:
    return lambda client: client.browser.open(path, session) and None


class Client(threading.Thread):
    """One of those who send: takes the next event when it is its time."""

    def __init__(self, replay: Replay) -> None:
        super().__init__(daemon=True)
        self._replay = replay
        self._since = 0.0
        self._connect()

    def _connect(self) -> None:
        self.browser, self.machine = Browser(self._replay.port), Http(self._replay.port, self._replay.token)

    def answered(self, kind: str) -> None:
        """An answer came within an event that has more to ask."""
        now = time.perf_counter() - self._replay.began
        self._replay.done.append(Done(kind, self._since, now - self._since))
        self._since = now

    def run(self) -> None:
        while (event := self._replay.next()) is not None:
            self._since = event.at
            wait = event.at - (time.perf_counter() - self._replay.began)
            if wait > 0:
                time.sleep(wait)
            for _try in range(TRIES):
                try:
                    event.do(self)
                    self.answered(event.kind)
                    break
                except (OSError, RuntimeError, ValueError) as fault:
                    self._replay.faults.append(f"{event.kind}: {fault}"[:200])
                    self._connect()


class Replay:
    """Events done by as many clients as it takes; what came of them."""

    def __init__(
        self,
        events: Sequence[Event],
        *,
        port: int,
        token: str,
        watched: dict[str, int],
        halfway: float = 0.0,
    ) -> None:
        self.port, self.token, self._watched = port, token, watched
        self.done: list[Done] = []
        self.faults: list[str] = []
        self._events = iter(events)
        self._lock = threading.Lock()
        clients = [Client(self) for _number in range(CLIENTS)]
        self.began = time.perf_counter()
        start = self._spent()
        for client in clients:
            client.start()
        time.sleep(halfway)
        middle = self._spent()
        for client in clients:
            client.join()
        self.elapsed = time.perf_counter() - self.began
        end = self._spent()
        self.before = {name: (middle[name] - start[name]) / (halfway or 1) for name in start}
        self.after = {name: (end[name] - middle[name]) / (self.elapsed - halfway) for name in start}

    def _spent(self) -> dict[str, float]:
        """Seconds of CPU so far."""
        return {name: cpu(pid) for name, pid in self._watched.items()} | {"load": time.process_time()}

    def next(self) -> Event | None:
        """The next event for whoever is free."""
        with self._lock:
            return next(self._events, None)

    def of(self, kind: str, *, since: float = 0.0, until: float = float("inf")) -> Measured:
        """The answers of one kind that were due in a stretch."""
        times = [done.took for done in self.done if done.kind == kind and since <= done.at < until]
        return Measured(times, min(until, self.elapsed) - since)

    @staticmethod
    def cores(spent: dict[str, float]) -> str:
        """How many cores each part kept busy."""
        return "cores busy: " + ", ".join(f"{name} {cores:.2f}" for name, cores in spent.items())


def normal_again(replay: Replay, *, end: float, most: float, window: float = 5.0) -> float | None:
    """Seconds after `end` until pages' p95 is within `most` ms for good; None when it never is."""
    began = end
    normal: float | None = None
    while began < replay.elapsed - window:
        times = sorted(d.took for d in replay.done if d.kind == "desk" and began <= d.at < began + window)
        slow = bool(times) and 1000 * times[int(0.95 * (len(times) - 1))] > most
        normal = None if slow else began - end if normal is None else normal
        began += window
    return normal
