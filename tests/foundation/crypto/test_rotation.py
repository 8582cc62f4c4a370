"""A new master key: everything moves to it, whatever kills the move, and the old one can be taken off."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from click.testing import CliRunner
from django.db import connection
from pytest_django import Settings

from tests.foundation.files import makers
from tests.foundation.files.conftest import AT
from tests.support import people
from tinhso.foundation import commands, crypto, files, keyring, upkeep
from tinhso.foundation.crypto import rotation
from tinhso.foundation.files import rewrapping, sealing
from tinhso.foundation.files.models import FileContent
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef

FIRST = f"2025 {base64.b64encode(os.urandom(32)).decode()}\n"
SECOND = f"nam-2026 {base64.b64encode(os.urandom(32)).decode()}\n"
AN = ActorRef(kind=ActorKind.PERSON, id=new_id(), name="Nguyễn Thị An")
LARGE = os.urandom(3 * sealing.CHUNK_BYTES + 7)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.FILES = f"file://{tmp_path / 'store'}"
    settings.KEYRING = keyring.parse(FIRST)
    return tmp_path / "store"


def rotated() -> tuple[int, str]:
    result = CliRunner().invoke(commands.crypto, ["rotate"])
    return result.exit_code, result.output


@pytest.mark.django_db
def test_everything_moves_to_the_new_key_and_opens_without_the_old_one(
    home: Path, settings: Settings
) -> None:
    person, officer = uuid4(), people.officer()
    sealed = crypto.seal(person, b"079")
    kept = [files.keep(data, name="x", by=SYSTEM, at=AT) for data in (b"", b"x", LARGE)]
    photo = files.receive(makers.photo("PNG", size=(900, 900)), name="x.png", by=AN, at=AT)
    picture = files.thumbnail(photo.id, at=AT)
    upload = files.begin(name="dang-tai.png", size=9, by=AN, at=AT)
    files.write(upload.id, offset=0, source=BytesIO(b"123"), by=AN, at=AT)
    data = {"secret": encrypt("TOTP"), "last_counter": 7, "migrated_codes": [encrypt("a"), encrypt("b")]}
    factor = Authenticator.objects.create(user_id=officer.id, type="totp", data=data)

    settings.KEYRING = keyring.parse(FIRST + SECOND)
    assert sum(crypto.left_by_kind().values(), Counter[str]()) == {"2025": 1 + 4 + 3 + 1}
    code, said = rotated()
    assert code == 0, said
    assert "Tệp: đã bọc lại 5" in said
    assert "Phần tệp đang tải lên: đã bọc lại 1" in said
    assert "Người: đã bọc lại 1" in said
    assert "Lớp xác thực thứ hai: đã bọc lại 1" in said
    assert "bỏ được" in said
    assert crypto.rotate() == {"files": 0, "persons": 0, "second-factors": 0, "uploads": 0}

    settings.KEYRING = keyring.parse(SECOND)
    assert crypto.unseal(person, sealed) == b"079"
    assert [files.read(each.id) for each in kept] == [b"", b"x", LARGE]
    assert files.thumbnail(photo.id, at=AT) == picture
    files.write(upload.id, offset=3, source=BytesIO(b"456789"), by=AN, at=AT)
    factor.refresh_from_db()
    assert decrypt(factor.data["secret"]) == "TOTP"
    assert [decrypt(text) for text in factor.data["migrated_codes"]] == ["a", "b"]
    assert factor.data["last_counter"] == 7


@pytest.mark.django_db
def test_a_reader_in_the_middle_of_a_file_reads_on_while_its_head_changes(
    home: Path, settings: Settings
) -> None:
    kept = files.keep(LARGE, name="x", by=SYSTEM, at=AT)
    settings.KEYRING = keyring.parse(FIRST + SECOND)
    with files.open(kept.id) as source:
        begun = source.read(10)
        assert rewrapping.again() == 1
        assert begun + source.read() == LARGE


@pytest.mark.django_db
def test_an_object_that_cannot_be_read_keeps_the_old_key_from_going(home: Path, settings: Settings) -> None:
    kept = files.keep(b"x", name="x", by=SYSTEM, at=AT)
    good = files.keep(b"y", name="y", by=SYSTEM, at=AT)
    next(home.glob(f"content/*/*/{kept.sha256}")).write_bytes(b"broken")
    settings.KEYRING = keyring.parse(FIRST + SECOND)
    code, said = rotated()

    assert code == 1
    assert "'2025' còn bọc 1" in said
    settings.KEYRING = keyring.parse(SECOND)
    assert files.read(good.id) == b"y"


@pytest.mark.django_db
def test_a_piece_under_way_that_an_old_key_seals_is_told_and_keeps_that_key(
    home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = files.begin(name="dang-tai.png", size=9, by=AN, at=AT)
    whole = rewrapping.parts_again

    def while_an_old_server_writes() -> int:
        done = whole()
        settings.KEYRING = keyring.parse(FIRST)
        files.write(upload.id, offset=0, source=BytesIO(b"123"), by=AN, at=AT)
        settings.KEYRING = keyring.parse(FIRST + SECOND)
        return done

    behind = crypto.Wrapped(again=while_an_old_server_writes, left=rewrapping.parts_left)
    monkeypatch.setattr(rotation, "wrapped", [("uploads", behind)])
    settings.KEYRING = keyring.parse(FIRST + SECOND)
    code, said = rotated()
    assert code == 1
    assert "Phần tệp đang tải lên: còn 1" in said
    assert "'2025' còn bọc 1" in said
    assert "bỏ được" not in said

    monkeypatch.undo()
    settings.FILES = f"file://{home}"
    settings.KEYRING = keyring.parse(FIRST + SECOND)
    assert rotated()[0] == 0
    next(each for each in home.glob("parts/**/*") if each.is_file()).write_bytes(b"broken")
    code, said = rotated()
    assert (code, "1 tệp (hoặc phần) không đọc được" in said) == (1, True)
    files.withdraw(upload.id, by=AN, at=AT)
    assert rotated()[0] == 0


@pytest.mark.django_db
def test_what_an_older_key_wraps_moves_each_night(home: Path, settings: Settings) -> None:
    crypto.seal(uuid4(), b"x")
    settings.KEYRING = keyring.parse(FIRST + SECOND)
    upkeep.rewrap_keys()

    assert not crypto.left_by_kind()


def command_of_its_own(home: Path) -> subprocess.Popen[bytes]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"])),
        "TINHSO_SECRET": FIRST + SECOND,
        "TINHSO_FILES": f"file://{home}",
    }
    asked = [sys.executable, "-m", "tinhso.config.command", "crypto", "rotate"]
    return subprocess.Popen(asked, env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.django_db(transaction=True)
def test_a_rotation_killed_in_the_middle_goes_on_where_it_stopped(home: Path, settings: Settings) -> None:
    kept = {files.keep(b"%d" % n + LARGE, name="x", by=SYSTEM, at=AT).id: n for n in range(150)}
    settings.KEYRING = keyring.parse(FIRST + SECOND)
    process = command_of_its_own(home)
    moved = FileContent.objects.filter(wrapped_by="nam-2026")
    until = time.monotonic() + 60
    while moved.count() < 5:
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = moved.count()
    assert 5 <= done < 150, "the kill came too late"
    for file_id, n in kept.items():
        assert files.read(file_id) == b"%d" % n + LARGE

    assert 150 - done - 1 <= rewrapping.again() <= 150 - done
    settings.KEYRING = keyring.parse(SECOND)
    for file_id, n in kept.items():
        assert files.read(file_id) == b"%d" % n + LARGE
