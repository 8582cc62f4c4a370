"""Through two gateways: disks that fill, peers that break off, wrong clocks, messages that come twice."""

from __future__ import annotations

import errno
import os
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.gateway.asking import Answer, ask
from tests.exchange.gateway.test_unexpected import ENVELOPE, SOAP
from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World, rows
from tests.support.waiting import WITHIN_SECONDS, until
from tinhso.exchange.gateway import signing
from tinhso.exchange.gateway.client import Outgoing
from tinhso.exchange.gateway.replays import TURN, Replays
from tinhso.exchange.keeping import spool
from tinhso.exchange.protocol.faults import Fault, read_fault

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{HOTICH}/tra-cuu"
MEGABYTE = 1024 * 1024
TINY_BYTES = 3 * MEGABYTE
NO_SPACE = "No space left on device"


@pytest.fixture
def open_service(world: World, nation: Side) -> World:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    return world


def left_behind(side: Side) -> list[Path]:
    """Bodies on their way that lie in that gateway's folder."""
    incoming = Path(side.gateway.options.spool) / spool.TEMPORARY
    return list(incoming.iterdir()) if incoming.is_dir() else []


@contextmanager
def full_disk(side: Side, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The gateway's folder on a disk of three megabytes; where none may be mounted, writes fail likewise."""
    folder = Path(side.gateway.options.spool)
    command = ["/bin/mount", "-t", "tmpfs", "-o", f"size={TINY_BYTES}", "tmpfs", str(folder)]
    if os.geteuid() == 0 and not subprocess.run(command, capture_output=True, check=False).returncode:
        try:
            yield
        finally:
            subprocess.run(["/bin/umount", "-l", str(folder)], check=True)
        return
    write, written = os.write, [0]

    def fails(fd: int, data: bytes) -> int:
        if os.readlink(f"/proc/self/fd/{fd}").startswith(str(folder)):
            written[0] += len(data)
            if written[0] > TINY_BYTES:
                raise OSError(errno.ENOSPC, NO_SPACE)
        return write(fd, data)

    with monkeypatch.context() as patch:
        patch.setattr(spool.os, "write", fails)
        yield


@pytest.mark.parametrize(
    ("full", "question", "code", "logged"),
    [
        ("province", True, "server.clientproxy.io_error", (0, 0)),
        ("nation", True, "server.serverproxy.logging_failed", (None, 0)),
        ("nation", False, "server.serverproxy.logging_failed", (1, 1)),
        ("province", False, "server.clientproxy.logging_failed", (1, None)),
    ],
    ids=["a request here", "a request there", "an answer there", "an answer here"],
)
def test_a_disk_that_fills_in_the_middle_of_a_body_is_told_and_leaves_nothing(
    open_service: World,
    province: Side,
    nation: Side,
    monkeypatch: pytest.MonkeyPatch,
    full: str,
    question: bool,
    code: str,
    logged: tuple[int | None, int | None],
) -> None:
    """`logged` are rows on both sides: what was not signed whole is no message. None: it depends."""
    body = bytes(TINY_BYTES + 3 * MEGABYTE // 2)
    open_service.services.body = b"{}" if question else body

    with full_disk({"province": province, "nation": nation}[full], monkeypatch):
        answer = ask(province, TRA_CUU, verb="POST", body=body if question else b"{}")
        assert until(lambda: not left_behind(province) + left_behind(nation))

    assert (answer.status, answer.error) == (500, code)
    assert NO_SPACE in answer.json()["message"]
    for side, wanted in zip((province, nation), logged, strict=True):
        assert wanted in (len(rows(side)), None)
    assert len(open_service.services.calls) == (0 if question else 1)
    assert ask(province, TRA_CUU, verb="POST", body=body).status == 200, "it heals with the disk"


def test_an_information_system_cut_after_five_of_ten_megabytes_leaves_no_trace(
    open_service: World, province: Side, nation: Side
) -> None:
    head = f"POST {TRA_CUU} HTTP/1.1\r\nHost: x\r\nX-Road-Client: {TINHSO}\r\n"
    head += f"Content-Length: {10 * MEGABYTE}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", province.port), timeout=WITHIN_SECONDS) as peer:
        peer.sendall(head.encode() + bytes(5 * MEGABYTE))
        assert until(lambda: left_behind(nation)), "the body flows to the other side"
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert until(lambda: not left_behind(province) + left_behind(nation))
    assert rows(province) == rows(nation) == []
    assert open_service.services.calls == []
    assert ask(province, TRA_CUU).status == 200


def test_a_service_cut_after_five_of_ten_megabytes_is_no_answer(
    open_service: World, province: Side, nation: Side
) -> None:
    services = open_service.services
    services.headers += [("Content-Length", str(10 * MEGABYTE))]
    services.pieces, services.break_off = [bytes(MEGABYTE)] * 5, True

    answer = ask(province, TRA_CUU)

    assert (answer.status, answer.error) == (500, "server.serverproxy.io_error")
    assert [row["response"] for row in (*rows(province), *rows(nation))] == [False, False]
    assert until(lambda: not left_behind(province) + left_behind(nation))


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_clock_ten_minutes_off_is_told_and_passes_nothing(
    open_service: World, province: Side, nation: Side, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    class Off(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Off:
            return cls.fromtimestamp(time.time() + 60 * minutes, tz)

    monkeypatch.setattr(signing, "datetime", Off)

    rest = ask(province, TRA_CUU)
    soap = ask(province, "/", verb="POST", client=None, headers=SOAP, body=ENVELOPE)

    for answer in (rest, soap):
        assert answer.error == "server.serverproxy.incorrect_validation_info"
        assert b"clock" in answer.body
    assert rows(nation) == []
    assert open_service.services.calls == []


def captured(side: Side, monkeypatch: pytest.MonkeyPatch, question: Callable[[], Answer]) -> tuple[Any, ...]:
    """What that gateway says to its peer when it is asked so, to the byte."""
    send, taken = side.gateway.peers.send, list[Any]()

    async def listening(*given: Any) -> Outgoing:
        taken.extend(given)
        return await send(*given)

    with monkeypatch.context() as patch:
        patch.setattr(side.gateway.peers, "send", listening)
        assert question().error is None
    return tuple(taken)


def said_again(world: World, side: Side, message: tuple[Any, ...]) -> Fault | None:
    """What the peer answers to the same bytes once more."""

    async def again() -> Fault | None:
        answer = await side.gateway.peers.send(*message)
        try:
            return read_fault("text/xml", await answer.read(MEGABYTE))
        finally:
            await answer.close()

    return world.loop.do(again())


def test_a_captured_message_serves_nobody_twice(
    open_service: World, province: Side, nation: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    for question in (
        lambda: ask(province, TRA_CUU, verb="POST", body=b"{}"),
        lambda: ask(province, "/", verb="POST", client=None, headers=SOAP, body=ENVELOPE),
    ):
        message = captured(province, monkeypatch, question)
        before, calls = len(rows(nation)), len(open_service.services.calls)

        fault = said_again(open_service, province, message)

        assert fault is not None
        assert fault.code == "server.serverproxy.invalid_request"
        assert len(rows(nation)) == before, "it is not logged again"
        assert len(open_service.services.calls) == calls, "nor put to the service"


def test_a_captured_soap_message_is_known_again_however_its_signature_is_written(
    open_service: World, province: Side, nation: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = captured(
        province,
        monkeypatch,
        lambda: ask(province, "/", verb="POST", client=None, headers=SOAP, body=ENVELOPE),
    )
    unsigned, before = b"<xades:UnsignedProperties>", len(rows(nation))
    assert unsigned in message[-1]
    written = message[-1].replace(unsigned, unsigned.replace(b">", b" >"))

    fault = said_again(open_service, province, (*message[:-1], written))

    assert fault is not None
    assert fault.code == "server.serverproxy.invalid_request"
    assert len(rows(nation)) == before


def test_what_was_received_is_remembered_as_long_as_it_would_serve() -> None:
    at, replays = datetime(2026, 11, 29, 8, 0, tzinfo=UTC), Replays()
    replays.first(b"before", at=at)
    taken = at + TURN
    replays.first(b"a", at=taken)
    for seconds in range(0, 360, 30):
        now = taken + timedelta(seconds=seconds)
        replays.first(f"other {seconds}".encode(), at=now)
        with pytest.raises(Fault):
            replays.first(b"a", at=now)
    replays.first(b"a", at=taken + 2 * TURN)


def test_what_is_remembered_has_a_bound() -> None:
    at, replays = datetime(2026, 11, 29, 8, 0, tzinfo=UTC), Replays(most=4)
    for number in range(5):
        replays.first(bytes([number]), at=at)

    with pytest.raises(Fault):
        replays.first(bytes([4]), at=at)
    replays.first(bytes([0]), at=at)
