"""The scanner's folder: half files wait, faulty ones are marked, whole ones find their paper."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.digitising.counter import Counter
from tests.support import scanning
from tests.support.office import accepted, office
from tinhso.digitising import folders
from tinhso.digitising.models import Arrival, Scan, Source
from tinhso.digitising.operations import folder as looking
from tinhso.digitising.operations import sorting
from tinhso.digitising.printing import separators
from tinhso.dossiers.models import SubmittedPaper
from tinhso.foundation import files
from tinhso.foundation.errors import Unable

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def passes(here: Counter, count: int, *, after: int = 0) -> None:
    """The worker looks so many times, a minute apart."""
    for number in range(after, after + count):
        looking.look(at=here.at + number * MINUTE)


def left(folder: Path) -> list[str]:
    return [
        str(each.relative_to(folder.parent)) for each in sorted(folder.parent.rglob("*")) if each.is_file()
    ]


def test_a_whole_file_comes_into_the_tray_and_leaves_the_folder(here: Counter, folder: Path) -> None:
    (folder / "quay-1").mkdir()
    (folder / "quay-1" / "scan001.pdf").write_bytes(scanning.pdf([scanning.page("x")] * 2))
    passes(here, 1)
    assert not Scan.objects.exists()
    assert Arrival.objects.get().state == "waiting"
    passes(here, 1, after=1)

    scan = Scan.objects.get()
    assert (scan.unit_id, scan.way, scan.dossier_id, len(scan.pages)) == (
        here.office.one_stop,
        "folder",
        None,
        2,
    )
    assert "quay-1" in scan.received_by
    assert left(folder) == []
    assert not Arrival.objects.exists()


def test_a_file_that_grows_is_waited_for(here: Counter, folder: Path) -> None:
    whole, target = scanning.tiff([scanning.page("x")] * 2), folder / "lon.tif"
    for number in range(4):
        target.write_bytes(whole[: len(whole) * (number + 1) // 5])
        passes(here, 1, after=number)
    target.write_bytes(whole)
    passes(here, 1, after=4)
    assert not Scan.objects.exists()
    passes(here, 1, after=5)
    assert files.read(Source.objects.get().file_id) == whole


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nua.pdf", scanning.pdf([scanning.page("x")])[:-300]),
        ("nua.tif", scanning.tiff([scanning.page("x")] * 2)[:-5000]),
        ("nua.jpg", scanning.jpeg("x")[:-500]),
        ("rong.pdf", b""),
        ("la.exe", b"MZ\x90\x00" + b"\x00" * 64),
    ],
)
def test_half_a_file_is_marked_and_kept_and_becomes_no_paper(
    here: Counter, folder: Path, name: str, content: bytes
) -> None:
    (folder / name).write_bytes(content)
    passes(here, 4)
    arrival = Arrival.objects.get()
    assert not Scan.objects.exists()
    assert (arrival.state, name in arrival.fault) == ("faulty", True)
    assert folders.claimed(arrival.id).read_bytes() == content


def test_a_faulty_file_is_taken_once_the_scanner_went_on(here: Counter, folder: Path) -> None:
    """The scanner holds the file open over a pause longer than anybody waits."""
    whole = scanning.pdf([scanning.page("x")] * 2)
    with (folder / "cham.pdf").open("wb") as scanner:
        scanner.write(whole[:5000])
        scanner.flush()
        passes(here, 2)
        assert Arrival.objects.get().state == "faulty"
        scanner.write(whole[5000:])
    passes(here, 1, after=3)
    assert files.read(Source.objects.get().file_id) == whole
    assert left(folder) == []


def test_the_same_name_twice_is_two_scans(here: Counter, folder: Path) -> None:
    first, second = scanning.jpeg("một"), scanning.jpeg("hai")
    (folder / "scan.jpg").write_bytes(first)
    passes(here, 2)
    (folder / "scan.jpg").write_bytes(second)
    passes(here, 2, after=2)
    kept = [files.read(source.file_id) for source in Source.objects.order_by("scan_id")]
    assert kept == [first, second]


def test_a_file_moved_away_meanwhile_is_forgotten(here: Counter, folder: Path) -> None:
    (folder / "di.jpg").write_bytes(scanning.jpeg("x"))
    passes(here, 1)
    (folder / "di.jpg").unlink()
    passes(here, 2, after=1)
    assert (Arrival.objects.count(), Scan.objects.count()) == (0, 0)


@pytest.mark.parametrize("where", ["_claim", "_read", "_take", "_let_go"])
def test_killed_anywhere_it_goes_on_and_takes_the_file_once(
    here: Counter, folder: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    content = scanning.jpeg("x")
    (folder / "scan.jpg").write_bytes(content)
    passes(here, 1)
    original: Callable[..., object] = getattr(looking, where)
    for after in (False, True):

        def killed(*given: object, after: bool = after, **named: object) -> object:
            if after:
                original(*given, **named)
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(looking, where, killed)
            with suppress(KeyboardInterrupt):
                passes(here, 1, after=1)
        assert Source.objects.count() == 1 or any(
            (folder.parent / each).read_bytes() == content for each in left(folder)
        )
    passes(here, 3, after=2)
    assert (Scan.objects.count(), Arrival.objects.count(), left(folder)) == (1, 0, [])


def test_a_scanner_that_writes_on_after_the_commit_loses_nothing(
    here: Counter, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "scan.jpg").write_bytes(scanning.jpeg("x"))
    passes(here, 1)
    let_go = looking._let_go

    def late(arrival: Arrival, path: Path) -> None:
        path.write_bytes(scanning.jpeg("trang sau"))
        os.utime(path, ns=(1, 1))
        let_go(arrival, path)

    with monkeypatch.context() as patched:
        patched.setattr(looking, "_let_go", late)
        passes(here, 1, after=1)
    assert left(folder)
    passes(here, 1, after=2)
    assert (Scan.objects.count(), left(folder)) == (2, [])


def test_links_and_hidden_files_are_left_alone(here: Counter, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ngoai.jpg").write_bytes(scanning.jpeg("x"))
    (folder / "noi.jpg").symlink_to(tmp_path / "ngoai.jpg")
    (folder / ".dang-ghi.jpg").write_bytes(scanning.jpeg("x"))
    (folder.parent / "khong-co-co-quan").mkdir()
    (folder.parent / "khong-co-co-quan" / "x.jpg").write_bytes(scanning.jpeg("x"))
    passes(here, 3)
    assert (Arrival.objects.count(), Scan.objects.count()) == (0, 0)


def test_a_name_that_is_no_text_and_one_too_long_stop_no_other_file(here: Counter, folder: Path) -> None:
    (folder / os.fsdecode(b"gi\xe2y.jpg")).write_bytes(scanning.jpeg("x"))
    (folder / f"{'dài' * 60}.jpg").write_bytes(b"MZ")
    (folder / "tot.jpg").write_bytes(scanning.jpeg("tốt"))
    passes(here, 3)
    assert Scan.objects.count() == 1
    looking.set_aside(arrival_id=Arrival.objects.get().id, by=here.office.intake, at=here.at)
    passes(here, 1, after=3)
    assert not Arrival.objects.exists()
    assert [each.suffix for each in (folder.parent / folders.ASIDE).iterdir()] == [".jpg"]


@pytest.mark.parametrize(("where", "rows"), [("claim", "waiting"), ("claimed", "waiting")])
def test_a_file_that_the_disk_refuses_stops_no_other(
    here: Counter, folder: Path, monkeypatch: pytest.MonkeyPatch, where: str, rows: str
) -> None:
    (folder / "a-xau.jpg").write_bytes(scanning.jpeg("xấu"))
    passes(here, 1)
    bad = Arrival.objects.get().id
    (folder / "b-tot.jpg").write_bytes(scanning.jpeg("tốt"))
    original: Callable[..., object] = getattr(folders, where)

    def refused(*given: object) -> object:
        if bad in given:
            raise PermissionError
        return original(*given)

    with monkeypatch.context() as patched:
        patched.setattr(folders, where, refused)
        passes(here, 4, after=1)
    assert [scan.name for scan in Scan.objects.all()] == ["b-tot.jpg"]
    assert Arrival.objects.get().state == rows
    passes(here, 2, after=5)
    assert (Scan.objects.count(), Arrival.objects.count()) == (2, 0)


@pytest.mark.parametrize("down", [files.ScannerUnreachable, files.StorageUnreachable])
def test_a_file_that_came_while_something_was_down_waits(
    here: Counter, folder: Path, monkeypatch: pytest.MonkeyPatch, down: type[Unable]
) -> None:
    (folder / "doi.jpg").write_bytes(scanning.jpeg("x"))

    def unreachable(*_given: object, **_named: object) -> None:
        raise down("x")

    with monkeypatch.context() as patched:
        patched.setattr(files, "receive", unreachable)
        passes(here, 3)
    assert Arrival.objects.get().state == "waiting"
    passes(here, 1, after=3)
    assert (Scan.objects.count(), left(folder)) == (1, [])


def test_a_link_put_in_the_place_of_a_file_meanwhile_is_not_followed(
    here: Counter, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "ngoai.jpg"
    outside.write_bytes(scanning.jpeg("bí mật"))
    (folder / "scan.jpg").write_bytes(scanning.jpeg("x"))
    passes(here, 1)
    arrival = Arrival.objects.get()
    (folder / "scan.jpg").unlink()
    (folder / "scan.jpg").symlink_to(outside)
    looking._claim(arrival)
    passes(here, 1, after=1)
    assert (Scan.objects.count(), Arrival.objects.count(), outside.exists()) == (0, 0, True)


def test_a_separator_sheet_puts_its_pages_to_their_paper(here: Counter, folder: Path) -> None:
    sheet = scanning.page(code=sorting.sheet_address(here.dossier.code, "don"))
    (folder / "chong.tif").write_bytes(scanning.tiff([sheet, scanning.page("1"), scanning.page("2")]))
    passes(here, 2)
    paper = SubmittedPaper.objects.get(dossier_id=here.dossier.id, code="don", current=True)
    scan = Scan.objects.get()
    assert paper.digitised_at is not None
    assert (scan.state, scan.paper, scan.pages) == ("attached", "don", [[0, 1, 0], [0, 2, 0]])


def test_the_printed_sheet_is_read_back(here: Counter, folder: Path) -> None:
    printed = separators(here.dossier.code, [("don", "Đơn đề nghị")], applicant="Danh Sóc Kha", at=here.at)
    kept = files.keep(printed, name="to-ngan.pdf", by=here.office.intake, at=here.at)
    assert files.page_codes(kept.id, at=here.at) == [[sorting.sheet_address(here.dossier.code, "don")]]


def test_a_label_says_the_dossier_and_an_officer_the_paper(here: Counter, folder: Path) -> None:
    label = f"{sorting.sheet_address('', '').split('/can-bo/')[0]}{sorting.LABEL}{here.dossier.code}/"
    (folder / "nhan.jpg").write_bytes(scanning.jpeg("đơn", code=label))
    passes(here, 2)
    scan = Scan.objects.get()
    assert (scan.dossier_id, scan.paper, scan.state, len(scan.pages)) == (here.dossier.id, "", "tray", 1)


def test_a_sheet_of_another_offices_dossier_says_nothing(here: Counter, folder: Path) -> None:
    other = accepted(office())
    sheet = scanning.page(code=sorting.sheet_address(other.code, "don"))
    (folder / "la.tif").write_bytes(scanning.tiff([sheet, scanning.page("1")]))
    passes(here, 2)
    scan = Scan.objects.get()
    assert (scan.dossier_id, scan.state, len(scan.pages)) == (None, "tray", 2)
    assert not SubmittedPaper.objects.filter(dossier_id=other.id, digitised_at__isnull=False).exists()
