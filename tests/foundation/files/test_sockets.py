"""Uploads over real sockets: a cut network, a killed server, pieces sent twice."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import pytest
from django.db import connection

from national.ports import free_port
from tests.foundation.files import makers
from tests.foundation.files.wire import OCTETS, Phone
from tests.support import people
from tinhso.foundation import files, moments
from tinhso.foundation.files.models import Upload

pytestmark = pytest.mark.django_db(transaction=True)
NOISE = random.Random(1).randbytes(2_500_000)
PHOTO = makers.photo("JPEG", comment=b"") + NOISE  # a JPEG may carry what it likes behind its end


def until(true: Callable[[], bool], *, seconds: int = 10) -> None:
    for _each in range(seconds * 20):
        if true():
            return
        time.sleep(0.05)
    pytest.fail(f"it did not happen in {seconds} seconds")


def begin(phone: Phone, data: bytes = PHOTO) -> str:
    headers = {"Upload-Length": str(len(data)), "Upload-Metadata": "filename YS5qcGc="}
    answer = phone.ask("POST", "/tep/gui/", headers)
    assert answer
    assert answer.status == 201, answer.body
    return answer.headers["location"]


def offset(phone: Phone, place: str) -> int:
    answer = phone.ask("HEAD", place)
    assert answer
    assert answer.status == 200, answer.body
    return int(answer.headers["upload-offset"])


def patch(phone: Phone, place: str, at: int, data: bytes = PHOTO) -> tuple[int, str]:
    answer = phone.ask("PATCH", place, {**OCTETS, "Upload-Offset": str(at)}, data[at:])
    assert answer
    return answer.status, answer.headers.get("upload-offset", "")


@pytest.fixture
def phone(home: Path, live_site: str) -> Phone:
    return Phone(live_site, people.client(people.person()))


def test_a_cut_network_costs_only_what_was_not_yet_sent(phone: Phone) -> None:
    place = begin(phone)
    half = len(PHOTO) // 2

    phone.ask("PATCH", place, {**OCTETS, "Upload-Offset": "0"}, PHOTO, cut_after=half)
    until(lambda: offset(phone, place) > 1_000_000)
    reached = offset(phone, place)

    assert reached <= half
    assert patch(phone, place, reached) == (204, str(len(PHOTO)))
    finished = phone.ask("POST", f"{place}xong/")
    assert finished
    assert finished.status == 200, finished.body
    assert files.find(UUID(place.split("/")[-2]), by=_owner(place), at=moments.now()).received == len(PHOTO)


def _owner(place: str) -> people.ActorRef:
    row = Upload.objects.get(id=place.split("/")[-2])
    return people.ActorRef(kind=people.ActorKind.PERSON, id=row.owner, name="")


def test_a_piece_sent_twice_and_a_wrong_place_are_told_where_to_go_on(phone: Phone) -> None:
    place = begin(phone)
    assert patch(phone, place, 0, PHOTO[:1000]) == (204, "1000")

    assert patch(phone, place, 0, PHOTO[:1000]) == (409, "1000")
    assert patch(phone, place, 2000) == (409, "1000")
    assert patch(phone, place, 1000) == (204, str(len(PHOTO)))


@contextmanager
def server(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The web server as it runs in earnest, over the test's database."""
    port = free_port()
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = {**os.environ, "DATABASE_URL": database, "TINHSO_FILES": f"file://{home}"}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"]
    running = subprocess.Popen(
        [*command, "--blocking-threads", "2", "tinhso.config.wsgi:application"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(lambda: _listens(port), seconds=60)
        yield f"http://127.0.0.1:{port}", running
    finally:
        kill(running)


def kill(running: subprocess.Popen[bytes]) -> None:
    """End the server and its workers at once, as a power cut would."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _listens(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(1)
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_a_server_killed_in_the_middle_goes_on_where_it_was(home: Path) -> None:
    browser = people.client(people.person())
    with server(home) as (site, running):
        phone = Phone(site, browser)
        place = begin(phone)
        assert patch(phone, place, 0, PHOTO[:700_000]) == (204, "700000")
        kill(running)
        with pytest.raises(OSError):  # noqa: PT011 - whichever way the line dies
            patch(phone, place, 700_000)
    with server(home) as (site, running):
        phone = Phone(site, browser)
        assert offset(phone, place) == 700_000
        phone.ask("PATCH", place, {**OCTETS, "Upload-Offset": "700000"}, PHOTO[700_000:], cut_after=1_100_000)
        until(lambda: offset(phone, place) >= 1_800_000)
        assert patch(phone, place, offset(phone, place)) == (204, str(len(PHOTO)))
        finished = phone.ask("POST", f"{place}xong/")
        assert finished
        assert finished.status == 200, finished.body
        kill(running)


def test_two_gigabytes_are_refused_before_a_byte_is_sent(phone: Phone) -> None:
    answer = phone.ask("POST", "/tep/gui/", {"Upload-Length": str(2 * 1024**3)})
    assert answer
    assert answer.status == 413
    assert b"2.048 MB" in answer.body
