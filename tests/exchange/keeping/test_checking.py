"""What somebody has is checked in words: containers and archives, right ones and altered ones (T54, T57)."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.exchange.evidence.trusted import NOW
from tests.exchange.keeping import anchored
from tests.exchange.keeping.proved import OWNER, STAMPING, kept, request, signed, stamped
from tests.exchange.keeping.stamped import WORLD
from tinhso.exchange import log_commands
from tinhso.exchange.keeping import archiving, checking, export, places
from tinhso.exchange.models import ArchiveFile
from tinhso.foundation import moments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
DAY = moments.today(NOW)


def configured() -> None:
    """The global configuration that names who is trusted here."""

    anchored.hold(
        authorities=[anchored.listed(WORLD.authority.der)],
        stamping=[anchored.listed(STAMPING.stamper.identity.der)],
    )


def head(number: int) -> bytes:
    """A request that says what its record says."""
    return (
        f"GET\r\n/r1/VN-DEMO/GOV/BTP/HOTICH/tra-cuu/v1?so={number}\r\nX-Road-Client:{OWNER}\r\n"
        f"x-road-request-id:00000000-0000-4000-8000-{number:012d}\r\nx-road-id:id-{number}\r\n"
    ).encode()


def container(tmp_path: Path, count: int = 2) -> bytes:
    ids = kept(tmp_path, signed([request(head=head(n), message_id=f"id-{n}") for n in range(count)]))
    stamped()
    file, _name = export.container(ids[0], tmp_path)
    with file:
        return file.read()


def test_a_container_of_ours_holds(tmp_path: Path) -> None:
    configured()
    found = checking.content(container(tmp_path), on=DAY)
    assert found.holds, found.lines
    assert (found.verdict, found.colour) == ("Bằng chứng đúng", "green")
    assert found.lines[0] == f"Mã thông điệp id-0, từ {OWNER} đến VN-DEMO/GOV/BTP/HOTICH/tra-cuu."
    assert any(line.startswith("Chưa kiểm chứng: ") for line in found.lines)


def test_one_changed_byte_is_told(tmp_path: Path) -> None:
    configured()
    whole = bytearray(container(tmp_path))
    whole[200] ^= 1
    found = checking.content(bytes(whole), on=DAY)
    assert not found.holds
    assert found.colour == "red"
    assert "asic_invalid_container" in found.lines[0]


def test_nobody_is_trusted_before_there_is_a_configuration(tmp_path: Path) -> None:
    found = checking.content(b"anything", on=DAY)
    assert (found.holds, found.verdict) == (False, "Chưa kiểm tra được")


@pytest.mark.parametrize("content", [b"", b"PK", b"nonsense" * 100])
def test_what_is_no_evidence_is_told(tmp_path: Path, content: bytes) -> None:
    configured()
    (tmp_path / "file").write_bytes(content)
    assert not checking.file(tmp_path / "file", on=DAY).holds


def exported(tmp_path: Path) -> bytes:
    """What the page and the command hand out for many: two stamped, one that waits for its stamp."""
    ids = kept(tmp_path, signed([request(head=head(n), message_id=f"id-{n}") for n in range(2)]))
    stamped()
    waits = kept(tmp_path, signed([request(head=head(2), message_id="id-2")]))
    return b"".join(export.zipped([*ids, *waits], tmp_path))


def test_what_was_taken_out_together_holds_as_it_is(tmp_path: Path) -> None:
    configured()
    found = checking.content(exported(tmp_path), on=DAY)
    assert found.holds, found.lines
    assert found.verdict == "Bằng chứng đúng"
    assert found.lines[0] == "2 thông điệp trong gói xuất."
    assert export.LEFT_OUT in found.lines[1]
    assert found.lines[2].startswith("Chưa kiểm chứng (2 lần): ")


def test_one_changed_byte_in_what_was_taken_out_together_is_told_by_name(tmp_path: Path) -> None:
    configured()
    whole = exported(tmp_path)
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    name = next(iter(files))
    altered = bytearray(files[name])
    altered[altered.index(b"mimetype") + 40] ^= 1
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as again:
        for each, data in files.items():
            again.writestr(each, bytes(altered) if each == name else data)
    found = checking.content(packed.getvalue(), on=DAY)
    assert (found.holds, found.verdict) == (False, "Bằng chứng không đúng")
    assert found.lines[0].startswith(f"{name}: ")
    assert found.lines[1] == "2 thông điệp trong gói xuất."


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "SETTLED", timedelta(seconds=-5))


def archives(tmp_path: Path) -> list[Path]:
    files = []
    for turn in range(3):
        made = [request(head=head(10 * turn + n), message_id=f"id-{10 * turn + n}") for n in range(2)]
        kept(tmp_path, signed(made))
        stamped()
        at = moments.now()
        files += archiving.archive(at=at, folder=tmp_path / "archive", bodies=tmp_path)
    return [tmp_path / "archive" / file for file in files]


def test_three_archives_hold_each_after_the_other(tmp_path: Path) -> None:
    """T57."""
    configured()
    previous = ""
    for file in archives(tmp_path):
        found = checking.file(file, on=DAY, previous=previous)
        assert found.holds, found.lines
        assert found.last == ArchiveFile.objects.get(name=file.name).digest
        previous = found.last


def test_an_archive_out_of_its_place_and_an_altered_one_do_not_hold(tmp_path: Path) -> None:
    """T57."""
    configured()
    first, second, _third = archives(tmp_path)
    out_of_place = checking.file(second, on=DAY, previous="")
    assert (out_of_place.holds, out_of_place.verdict) == (False, "Tệp lưu trữ không đúng")
    assert checking.file(second, on=DAY, previous=None).holds, "by itself it is whole"
    content = bytearray(first.read_bytes())
    content[300] ^= 1
    altered = checking.content(bytes(content), on=DAY)
    assert not altered.holds
    assert "Tệp lưu trữ bị thiếu, thừa, đổi" in altered.lines[0]


def test_the_command_verifies_a_file_and_ends_with_one_when_it_does_not_hold(tmp_path: Path) -> None:
    configured()
    good, bad = tmp_path / "good.asice", tmp_path / "bad.asice"
    good.write_bytes(container(tmp_path))
    bad.write_bytes(good.read_bytes()[:-1])

    right = CliRunner().invoke(log_commands.exchange, ["verify", str(good)])
    wrong = CliRunner().invoke(log_commands.exchange, ["verify", str(bad)])

    assert (right.exit_code, right.output.splitlines()[0]) == (0, "Bằng chứng đúng")
    assert (wrong.exit_code, wrong.output.splitlines()[0]) == (1, "Bằng chứng không đúng")


def test_the_command_takes_evidence_out_by_any_criterion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "spool", lambda: tmp_path)
    container(tmp_path)
    ask = ["export", str(tmp_path / "out"), "--client", OWNER, "--since", "2020-01-01"]

    assert CliRunner().invoke(log_commands.exchange, ask).exit_code == 0
    assert len(list((tmp_path / "out").glob("*.asice"))) == 2
    ask[1] = str(tmp_path / "out.zip")
    assert CliRunner().invoke(log_commands.exchange, ask).exit_code == 0
    assert (tmp_path / "out.zip").stat().st_size > 1000
    refused = CliRunner().invoke(log_commands.exchange, ["export", str(tmp_path / "all.zip")])
    assert (refused.exit_code, refused.output) == (1, "Error: Chọn ít nhất một điều kiện.\n")


def test_the_command_archives_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "spool", lambda: tmp_path)
    monkeypatch.setattr(places, "archive", lambda: tmp_path / "archive")
    container(tmp_path)
    done = CliRunner().invoke(log_commands.exchange, ["archive"])
    assert (tmp_path / "archive" / done.output.strip()).is_file()
