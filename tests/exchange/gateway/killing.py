"""Information systems that ask while what carries their messages dies, and what must be true afterwards."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import jwt
import psycopg

from national.exchange import check
from national.exchange.trust import Trust
from tests.exchange.gateway.apart import Killable
from tests.exchange.gateway.world import AG1, HOTICH, QG1, TINHSO, url_of, using
from tests.support.waiting import WITHIN_SECONDS, until
from tinhso.exchange.keeping import export, loading

CLIENTS = 4
PAUSE_SECONDS = 0.05
ANSWERED_WITHIN_SECONDS = 20
LONG = bytes(400_000)
"""Longer than what lies in memory: it goes by files."""
SAMPLES = 3
TARGET = f"/r1/{HOTICH}/tra-cuu"
SEEN = "SELECT message_id, response, encode(signature, 'hex') FROM exchange_message"
UNSTAMPED = "SELECT count(*) FROM exchange_unstamped"
STAMPED = "SELECT encode(digest, 'hex') FROM exchange_stamped"
SIGNED = "SELECT encode(digest, 'hex') FROM exchange_signature"


@dataclass
class Load:
    """Clients that ask one after another; each try is a message of its own."""

    port: int
    name: str = "thu"
    acknowledged: set[str] = field(default_factory=set)
    failed: int = 0
    _numbers: count[int] = field(default_factory=count)
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        self._threads = [threading.Thread(target=self._work, daemon=True) for _number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(WITHIN_SECONDS)

    def reach(self, more: int) -> None:
        """Wait until that many more were acknowledged."""
        wanted = len(self.acknowledged) + more
        must(lambda: len(self.acknowledged) >= wanted, f"{wanted} acknowledged messages")

    def _work(self) -> None:
        line: http.client.HTTPConnection | None = None
        while not self._ended.is_set():
            number = next(self._numbers)
            name = f"{self.name}-{number}"
            line = line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERED_WITHIN_SECONDS)
            try:
                body = LONG if number % 10 == 0 else b'{"so": %d}' % number
                line.request("POST", TARGET, body, {"X-Road-Client": TINHSO, "X-Road-Id": name})
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                line.close()
                line, good = None, False
            else:
                good = answer.status == 200
            if good:
                self.acknowledged.add(name)
            else:
                self.failed += 1
                time.sleep(PAUSE_SECONDS)
        if line is not None:
            line.close()


def must(reached: Callable[[], bool], what: str) -> None:
    """Wait until it is so."""
    assert until(reached), f"never came: {what}"


def stand(world: Killable, databases: tuple[str, str]) -> None:
    """The province asks, the nation answers; all four processes run and messages pass."""
    for server, database, client in ((AG1, databases[0], TINHSO), (QG1, databases[1], HOTICH)):
        world.add(server, database, [client])
    world.publish()
    world.offer(world.sides[QG1], HOTICH, "tra-cuu", to=[TINHSO])
    for process in world.processes.values():
        process.start()


def again(world: Killable, name: str) -> None:
    """kill -9, and start anew as a supervisor would."""
    world.processes[name].kill()
    world.processes[name].start()


def wrong(world: Killable, load: Load) -> list[str]:
    """Everything that is not as it must be, one line each; waits for the last stamp."""
    found = []
    calls = Counter(call.all("x-road-id")[0] for call in world.services.calls)
    if twice := {name for name, times in calls.items() if times > 1}:
        found.append(f"asked twice of the service: {sorted(twice)[:5]}")
    for server, side in world.sides.items():
        with psycopg.connect(url_of(side.database)) as asked:
            must(lambda asked=asked: _one(asked, UNSTAMPED) == 0, f"the last stamp at {server}")  # type: ignore[misc]
            rows = asked.execute(SEEN).fetchall()
            signed, stamped = (
                Counter(digest for (digest,) in asked.execute(query).fetchall())
                for query in (SIGNED, STAMPED)
            )
        kept = Counter((name, response) for name, response, _signature in rows)
        if doubled := [name for name, times in kept.items() if times > 1]:
            found.append(f"{server}: logged twice: {doubled[:5]}")
        if lost := [
            (name, way) for name in load.acknowledged for way in (False, True) if (name, way) not in kept
        ]:
            found.append(f"{server}: acknowledged and not logged: {lost[:5]}")
        if server == QG1 and (unproven := [name for name in calls if (name, False) not in kept]):
            found.append(f"{server}: the service was asked without a row: {unproven[:5]}")
        if bare := [name for name, _response, signature in rows if signature not in signed]:
            found.append(f"{server}: logged without a signature: {bare[:5]}")
        if signed != stamped:
            found.append(
                f"{server}: {len(signed)} signatures, {sum(stamped.values())} stamps of {len(stamped)}"
            )
        found += _unproven(world, side.database, world.folder / server.replace("/", "-"))
    return found


def _one(asked: psycopg.Connection[tuple[object, ...]], query: str) -> object:
    row = asked.execute(query).fetchone()  # type: ignore[call-overload]  # written above
    asked.rollback()
    return row[0] if row else None


def _unproven(world: Killable, database: str, spool: Path) -> list[str]:
    """What the independent checker says of some containers of that log."""
    found = []
    with psycopg.connect(url_of(database)) as asked:
        ids = [row[0] for row in asked.execute("SELECT id FROM exchange_message ORDER BY id").fetchall()]
    some = ids[:: max(1, len(ids) // SAMPLES)]
    with using(database):
        told = json.loads(jwt.api_jws.PyJWS().decode(world.signed(), options={"verify_signature": False}))
        trust = Trust({**told, "authorities": [*told["authorities"], *told["stamping"]]})
        for kept in loading.kept(some, spool):
            with export.packed(kept) as file:
                try:
                    check.container(file.read(), trust)
                except check.Failure as fault:
                    found.append(f"message {kept.id} is not proven: {fault.code} {fault.message}")
    return found
