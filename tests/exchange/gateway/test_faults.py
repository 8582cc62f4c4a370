"""Through two gateways: disks that fill, peers that break off, wrong clocks."""

from __future__ import annotations

import errno
import os
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from tests.exchange.gateway.asking import ask
from tests.exchange.gateway.test_unexpected import ENVELOPE, SOAP
from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World, rows
from tests.support.waiting import WITHIN_SECONDS, until
from tinhso.exchange.gateway import signing
from tinhso.exchange.keeping import spool

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
