"""A captured message serves nobody twice: at the node that took it, at others, after its death, at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from django.db import connection
from pytest_django.fixtures import Settings as SettingsWrapper

from tests.exchange.gateway.apart import Killable
from tests.exchange.gateway.asking import Answer, ask
from tests.exchange.gateway.killing import must
from tests.exchange.gateway.test_unexpected import ENVELOPE, SOAP
from tests.exchange.gateway.world import AG1, HOTICH, QG1, TINHSO, Side, World, rows, started, url_of
from tests.support.waiting import until
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.gateway import replays
from tinhso.exchange.gateway.client import Failed, Outgoing
from tinhso.exchange.gateway.replays import TURN, Replays
from tinhso.exchange.gateway.serving import Gateway
from tinhso.exchange.keeping.marks import mark_of
from tinhso.exchange.protocol.faults import Fault, read_fault

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{HOTICH}/tra-cuu"
MEGABYTE = 1024 * 1024
REPLAYED = "server.serverproxy.invalid_request"
Message = tuple[Any, ...]


@pytest.fixture
def open_service(world: World, nation: Side) -> World:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    return world


@pytest.fixture
def other(world: World, nation: Side) -> Iterator[Gateway]:
    """The nation's second node."""
    options = replace(nation.gateway.options, port=0, peers_port=0, ocsp_port=None, operators_port=0)
    node = world.loop.do(started(options))
    yield node
    world.loop.do(node.stop())


def by_rest(province: Side) -> Answer:
    return ask(province, TRA_CUU, verb="POST", body=b"{}")


def by_soap(province: Side) -> Answer:
    return ask(province, "/", verb="POST", client=None, headers=SOAP, body=ENVELOPE)


def captured(
    side: Side, monkeypatch: pytest.MonkeyPatch, question: Callable[[Side], Answer], *, sent: bool = True
) -> Message:
    """What that gateway says to its peer when it is asked so, to the byte; not `sent`, what it would say."""
    send, taken = side.gateway.peers.send, list[Any]()

    async def listening(*given: Any) -> Outgoing:
        taken.extend(given)
        if not sent:
            raise Failed("held back")
        return await send(*given)

    with monkeypatch.context() as patch:
        patch.setattr(side.gateway.peers, "send", listening)
        assert (question(side).error is None) == sent
    return tuple(taken)


async def told(side: Side, message: Message, port: int) -> Fault | None:
    """What the node at that port answers to these bytes; None when it serves them."""
    to_peers, server, *rest = message
    there = msgspec.structs.replace(server, address=f"127.0.0.1:{port}")
    answer = await side.gateway.peers.send(to_peers, there, *rest)
    try:
        return read_fault("text/xml", await answer.read(MEGABYTE))
    finally:
        await answer.close()


def said_again(world: World, side: Side, message: Message, port: int) -> Fault | None:
    return world.loop.do(told(side, message, port))


def outcome(fault: Fault | None) -> str:
    return fault.code if fault is not None else "served"


@pytest.mark.parametrize("question", [by_rest, by_soap])
def test_a_captured_message_serves_nobody_twice_at_any_node(
    open_service: World,
    province: Side,
    nation: Side,
    other: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    question: Callable[[Side], Answer],
) -> None:
    message = captured(province, monkeypatch, question)
    before, calls = len(rows(nation)), len(open_service.services.calls)

    for port in (nation.peers_port, other.peers_port, other.peers_port):
        assert outcome(said_again(open_service, province, message, port)) == REPLAYED

    assert len(rows(nation)) == before, "it is not logged again"
    assert len(open_service.services.calls) == calls, "nor put to the service"


def test_a_replay_at_another_node_has_its_record_among_the_denied(
    open_service: World, province: Side, nation: Side, other: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = captured(province, monkeypatch, by_rest)

    said_again(open_service, province, message, other.peers_port)

    def denied() -> list[Any]:
        with psycopg.connect(url_of(nation.database)) as asked:
            return asked.execute(
                "SELECT fault_code, succeeded FROM exchange_monitored ORDER BY succeeded"
            ).fetchall()

    assert until(lambda: len(denied()) == 2)
    assert denied()[0] == (REPLAYED, False)


def test_a_message_of_which_nothing_is_kept_passes_once_too(
    world: World, province: Side, nation: Side, other: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO], body_log=BodyLog.NONE)
    message = captured(province, monkeypatch, by_rest)

    assert outcome(said_again(world, province, message, other.peers_port)) == REPLAYED
    assert rows(nation) == []
    assert len(world.services.calls) == 1


def test_a_captured_soap_message_is_known_again_however_its_signature_is_written(
    open_service: World, province: Side, nation: Side, other: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = captured(province, monkeypatch, by_soap)
    unsigned, before = b"<xades:UnsignedProperties>", len(rows(nation))
    assert unsigned in message[-1]
    written = message[-1].replace(unsigned, unsigned.replace(b">", b" >"))

    for port in (nation.peers_port, other.peers_port):
        fault = said_again(open_service, province, (*message[:-1], written), port)
        assert outcome(fault) == REPLAYED

    assert len(rows(nation)) == before


def test_of_equal_messages_at_two_nodes_at_once_exactly_one_goes_on(
    open_service: World, province: Side, nation: Side, other: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [captured(province, monkeypatch, by_rest, sent=False) for _ in range(12)]
    ports = (nation.peers_port, other.peers_port)
    assert rows(nation) == []

    async def all_at_once() -> list[Fault | None]:
        each = [told(province, one, port) for one in messages for port in ports]
        return await asyncio.gather(*each)

    answers = [outcome(fault) for fault in open_service.loop.do(all_at_once())]

    assert [set(pair) for pair in zip(answers[::2], answers[1::2], strict=True)] == [
        {"served", REPLAYED} for _each in messages
    ]
    asked = Counter(call.all("x-road-id")[0] for call in open_service.services.calls)
    assert (len(asked), set(asked.values())) == (len(messages), {1})
    kept = Counter(row["message_id"] for row in rows(nation, response=False))
    assert kept == asked


def test_a_message_goes_on_at_another_node_when_the_first_could_not_log_it(
    open_service: World, province: Side, nation: Side, other: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = captured(province, monkeypatch, by_rest, sent=False)
    with psycopg.connect(url_of(nation.database), autocommit=True) as database:
        database.execute("ALTER TABLE exchange_message ADD CONSTRAINT full_up CHECK (false) NOT VALID")
        failed = said_again(open_service, province, message, nation.peers_port)
        database.execute("ALTER TABLE exchange_message DROP CONSTRAINT full_up")

    assert outcome(failed) == "server.serverproxy.logging_failed"
    assert outcome(said_again(open_service, province, message, other.peers_port)) == "served"


def test_marks_go_after_ten_minutes_and_not_before(
    open_service: World, province: Side, nation: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    captured(province, monkeypatch, by_rest)
    with psycopg.connect(url_of(nation.database), autocommit=True) as database:
        for minutes, digest in ((11, b"old"), (9, b"young")):
            database.execute(
                "INSERT INTO exchange_received VALUES (clock_timestamp() - %s * interval '1 minute', %s)",
                (minutes, digest),
            )
        monkeypatch.setattr(replays, "FORGET_SECONDS", 0.01)
        forgetting = asyncio.run_coroutine_threadsafe(
            replays.forget(nation.gateway.pool), open_service.loop.loop
        )

        def left() -> list[bytes]:
            found = database.execute("SELECT digest FROM exchange_received ORDER BY signed_at").fetchall()
            return [digest for (digest,) in found]

        assert until(lambda: b"old" not in left())
        forgetting.cancel()
        assert len(left()) == 2
        assert b"young" in left()


class Apart(Killable):
    """The province's gateway is here; the nation's two nodes are processes of their own."""

    def __init__(self, folder: Path, databases: tuple[str, str]) -> None:
        super().__init__(folder)
        World.add(self, AG1, databases[0], [TINHSO], refresh_seconds=1)
        self.nation = self.add(QG1, databases[1], [HOTICH])
        self.publish()
        self.offer(self.nation, HOTICH, "tra-cuu", to=[TINHSO])
        self.second = self.twin(QG1)
        for name in (QG1, self.second):
            self.processes[name].start()

    @property
    def province(self) -> Side:
        return self.sides[AG1]

    def close(self) -> None:
        self.loop.do(self.sides.pop(AG1).gateway.stop())
        super().close()


@pytest.fixture
def apart(
    transactional_db: None, peer_database: str, tmp_path: Path, settings: SettingsWrapper
) -> Iterator[Apart]:
    settings.EXCHANGE = replace(settings.EXCHANGE, keys=tmp_path / "keys", key_password="mat-khau-thu")
    made = Apart(tmp_path, (str(connection.settings_dict["NAME"]), peer_database))
    try:
        yield made
    finally:
        made.close()


def test_a_killed_and_restarted_node_and_its_twin_refuse_what_was_taken_before(
    apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = [apart.peers_ports[name] for name in (QG1, apart.second)]
    must(lambda: by_rest(apart.province).error is None, "a first exchange")
    message = captured(apart.province, monkeypatch, by_rest)
    calls = len(apart.services.calls)

    def at(port: int) -> str:
        try:
            return outcome(said_again(apart, apart.province, message, port))
        except OSError:
            return "not there yet"

    must(lambda: at(ports[1]) == REPLAYED, "a word of the second node")
    for name, port in zip((QG1, apart.second), ports, strict=True):
        apart.processes[name].kill()
        apart.processes[name].start()
        must(lambda port=port: at(port) == REPLAYED, "the refusal of a node that began anew")  # type: ignore[misc]
    assert len(apart.services.calls) == calls


def test_two_processes_asked_the_same_at_once_let_each_message_pass_once(
    apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    must(lambda: by_rest(apart.province).error is None, "a first exchange")
    before = len(apart.services.calls)
    messages = [captured(apart.province, monkeypatch, by_rest, sent=False) for _ in range(20)]
    ports = [apart.peers_ports[name] for name in (QG1, apart.second)]

    async def flood() -> list[Fault | None]:
        each = [told(apart.province, one, port) for one in messages for port in (*ports, *ports)]
        return await asyncio.gather(*each)

    answers = [outcome(fault) for fault in apart.loop.do(flood())]

    assert Counter(answers) == {"served": len(messages), REPLAYED: 3 * len(messages)}
    asked = Counter(call.all("x-road-id")[0] for call in apart.services.calls[before:])
    assert (len(asked), set(asked.values())) == (len(messages), {1})
    kept = Counter(row["message_id"] for row in rows(apart.nation, response=False))
    assert {name: kept[name] for name in asked} == asked


def test_what_was_received_is_remembered_as_long_as_it_would_serve() -> None:
    at, seen = datetime(2026, 11, 29, 8, 0, tzinfo=UTC), Replays()

    def come(said: str, at: datetime) -> None:
        seen.first(mark_of(at, said.encode()), at=at)

    come("before", at)
    taken = at + TURN
    come("a", taken)
    for seconds in range(0, 360, 30):
        now = taken + timedelta(seconds=seconds)
        come(f"other {seconds}", now)
        with pytest.raises(Fault):
            come("a", now)
    come("a", taken + 2 * TURN)


def test_what_one_node_remembers_has_a_bound() -> None:
    at, seen = datetime(2026, 11, 29, 8, 0, tzinfo=UTC), Replays(most=4)
    marks = [mark_of(at, bytes([number])) for number in range(5)]
    for mark in marks:
        seen.first(mark, at=at)

    with pytest.raises(Fault):
        seen.first(marks[4], at=at)
    seen.first(marks[0], at=at)
