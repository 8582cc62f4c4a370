"""Archives: stamped messages in order, chained, the same bytes again, going on where they stopped."""

from __future__ import annotations

import itertools
import os
import random
import signal
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from tests.exchange.gateway.apart import Process
from tests.exchange.keeping.laid import conninfo
from tests.exchange.keeping.proved import OWNER, kept, request, signed, stamped
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.evidence import archives, containers
from tinhso.exchange.keeping import archiving, export, loading, spool
from tinhso.exchange.models import ArchiveFile, ArchiveGroup, Message
from tinhso.foundation import legal, moments
from tinhso.foundation.refs import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock has gone on as well."""
    monkeypatch.setattr(archiving, "database_clock", later)


def later() -> datetime:
    """A moment by which everything logged so far is settled."""
    return moments.now() + archiving.SETTLED + timedelta(seconds=1)


def archive(tmp_path: Path) -> list[str]:
    return archiving.archive(at=later(), folder=tmp_path / "archive", bodies=tmp_path)


def names(tmp_path: Path, file: str) -> list[str]:
    return list(archives.open_archive((tmp_path / "archive" / file).read_bytes()).containers)


def test_stamped_messages_stand_in_a_file_in_order(tmp_path: Path) -> None:
    ids = kept(tmp_path, signed([request() for _ in range(5)]))
    stamped()

    (file,) = archive(tmp_path)

    found = ArchiveFile.objects.get()
    assert (found.name, found.count, found.first_id, found.last_id) == (file, 5, ids[0], ids[-1])
    assert found.size == (tmp_path / "archive" / file).stat().st_size
    assert names(tmp_path, file) == [export.name_of(each) for each in loading.kept(ids, tmp_path)]
    group = ArchiveGroup.objects.get()
    assert (group.name, group.file, group.upto, group.digest) == ("", file, ids[-1], found.digest)
    assert archive(tmp_path) == [], "everything is archived"
    assert not list((tmp_path / "archive" / "making").iterdir())


def test_an_unstamped_message_and_all_after_it_wait(tmp_path: Path) -> None:
    kept(tmp_path, signed([request() for _ in range(2)]))
    stamped()
    kept(tmp_path, signed([request() for _ in range(2)]))

    (file,) = archive(tmp_path)
    assert len(names(tmp_path, file)) == 2
    assert archive(tmp_path) == []
    stamped()
    (second,) = archive(tmp_path)
    assert len(names(tmp_path, second)) == 2


def test_messages_that_others_may_still_precede_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, signed([request()]))
    stamped()
    folder = tmp_path / "archive"
    assert archiving.archive(at=moments.now(), folder=folder, bodies=tmp_path) == []
    monkeypatch.setattr(archiving, "database_clock", moments.now)
    assert archiving.archive(at=later(), folder=folder, bodies=tmp_path) == [], "a clock of our own runs fast"


def test_three_files_are_one_chain(tmp_path: Path) -> None:
    """T57."""
    files = []
    for _ in range(3):
        kept(tmp_path, signed([request() for _ in range(2)]))
        stamped()
        files += archive(tmp_path)

    previous = ""
    for file, row in zip(files, ArchiveFile.objects.order_by("made_at"), strict=True):
        opened = archives.open_archive((tmp_path / "archive" / file).read_bytes())
        assert len(list(archives.check_links(opened, previous))) == 2
        previous = row.digest
    assert list(ArchiveFile.objects.order_by("made_at").values_list("previous", flat=True)) == [
        "",
        *files[:2],
    ]


def test_a_file_that_is_full_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_CONTENT_BYTES", 40_000)
    kept(tmp_path, signed([request(body=random.Random(n).randbytes(10_000)) for n in range(7)]))
    stamped()
    files = archive(tmp_path)
    assert len(files) == 3
    assert sum(len(names(tmp_path, file)) for file in files) == 7


def test_the_same_messages_give_the_same_bytes_and_name(tmp_path: Path) -> None:
    """T58."""
    kept(tmp_path, signed([request() for _ in range(3)]))
    stamped()
    (first,) = archive(tmp_path)
    before = (tmp_path / "archive" / first).read_bytes()
    ArchiveFile.objects.all().delete()
    ArchiveGroup.objects.all().delete()

    assert archive(tmp_path) == [first]
    assert (tmp_path / "archive" / first).read_bytes() == before
    assert ArchiveFile.objects.count() == 1


def test_work_that_died_goes_on_at_the_last_finished_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_CONTENT_BYTES", 10_000)
    monkeypatch.setattr(archiving, "AT_ONCE", 2)
    kept(tmp_path, signed([request(body=random.Random(n).randbytes(10_000)) for n in range(4)]))
    stamped()
    real, count = export.packed, itertools.count()

    def dying(one: loading.Kept) -> object:
        if next(count) == 2:
            raise KeyboardInterrupt
        return real(one)

    monkeypatch.setattr(export, "packed", dying)
    with pytest.raises(KeyboardInterrupt):
        archive(tmp_path)
    assert ArchiveFile.objects.count() == 2
    assert not list((tmp_path / "archive" / "making").iterdir())
    monkeypatch.setattr(export, "packed", real)

    assert len(archive(tmp_path)) == 2
    met = [name for row in ArchiveFile.objects.order_by("first_id") for name in names(tmp_path, row.name)]
    ids = Message.objects.order_by("id").values_list("id", flat=True)
    assert met == [export.name_of(each) for each in loading.kept(ids, tmp_path)]


def died_before_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that an archiver finished which was killed before it wrote the row."""
    before = set((tmp_path / "archive").glob("*.zip"))

    def killed(*_given: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(archiving._Work, "_finished", killed)
        process = Process(lambda: archive(tmp_path), tmp_path / "archiver.log")
        process.start()
        _pid, ended = os.waitpid(process.pid, 0)
    assert os.WTERMSIG(ended) == signal.SIGKILL, (tmp_path / "archiver.log").read_text()
    (left,) = set((tmp_path / "archive").glob("*.zip")) - before
    return left


def set_aside(tmp_path: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (tmp_path / "archive" / archiving.ASIDE).glob("*/*")}


def test_a_file_whose_archiver_was_killed_before_its_row_is_taken_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept(tmp_path, signed([request() for _ in range(2)]))
    stamped()
    (first,) = archive(tmp_path)
    ids = kept(tmp_path, signed([request() for _ in range(3)]))
    stamped()
    left = died_before_the_row(tmp_path, monkeypatch)
    before = left.read_bytes()
    assert ArchiveFile.objects.count() == 1
    late = kept(tmp_path, signed([request() for _ in range(2)]))
    stamped()

    adopted, last = archive(tmp_path)

    assert adopted == left.name, "also when more messages could have gone into it by now"
    assert left.read_bytes() == before
    row = ArchiveFile.objects.get(name=adopted)
    assert (row.previous, row.count, row.first_id, row.last_id) == (first, 3, ids[0], ids[-1])
    assert ArchiveFile.objects.get(name=last).previous == adopted
    assert ArchiveGroup.objects.get().upto == late[-1]
    assert adopted in caplog.text
    assert not set_aside(tmp_path)
    digest = ""
    for file in (first, adopted, last):
        opened = archives.open_archive((tmp_path / "archive" / file).read_bytes())
        assert len(list(archives.check_links(opened, digest))) == len(opened.containers)
        digest = ArchiveFile.objects.get(name=file).digest
    assert archive(tmp_path) == []


def test_a_killed_archivers_file_that_is_not_what_the_log_says_is_set_aside_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept(tmp_path, signed([request() for _ in range(3)]))
    stamped()
    left = died_before_the_row(tmp_path, monkeypatch)
    spoiled = bytearray(left.read_bytes())
    spoiled[len(spoiled) // 2] ^= 1
    left.write_bytes(spoiled)
    for name, content in (("mlog-x.zip", b""), ("mlog-y.zip", b"no archive")):
        (tmp_path / "archive" / name).write_bytes(content)

    assert archive(tmp_path) == [left.name]

    assert left.read_bytes() != bytes(spoiled), "it was made anew from the log"
    wanted = {left.name: bytes(spoiled), "mlog-x.zip": b"", "mlog-y.zip": b"no archive"}
    assert set_aside(tmp_path) == wanted
    loud = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(loud) == 3
    assert all("is in no chain" in record.getMessage() for record in loud)


def test_each_chains_killed_file_finds_its_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group_by("member")
    kept(tmp_path, signed([request(), request(side="service", service="VN-DEMO/GOV/BTP/HOTICH/tra-cuu")]))
    stamped()
    left = died_before_the_row(tmp_path, monkeypatch)

    files = archive(tmp_path)

    assert files[0] == left.name
    assert len(files) == 2
    assert not set_aside(tmp_path)
    assert set(ArchiveFile.objects.values_list("group__name", "previous")) == {
        ("VN-DEMO/GOV/H01", ""),
        ("VN-DEMO/GOV/BTP", ""),
    }


def test_a_large_body_goes_from_its_file_into_the_archive(tmp_path: Path) -> None:
    body = random.Random(1).randbytes(export.IN_MEMORY_BYTES + 1000)
    large = spool.spooled(tmp_path, body)
    kept(tmp_path, signed([request(body=large, more=(spool.spooled(tmp_path, b"second"),))]))
    stamped()

    (file,) = archive(tmp_path)

    opened = archives.open_archive((tmp_path / "archive" / file).read_bytes())
    ((_name, entry),) = archives.check_links(opened, "")
    assert containers.read(bytes(entry.packed())).attachments == (body, b"second")


def group_by(word: str) -> None:
    legal.change(
        key="exchange_archive_grouping",
        value=word,
        effective_from=moments.today(moments.now()),
        legal_basis="Thử",
        by=SYSTEM,
        at=moments.now(),
    )


@pytest.mark.parametrize(("word", "count"), [("member", 2), ("subsystem", 3)])
def test_each_member_or_subsystem_may_have_a_chain_of_its_own(tmp_path: Path, word: str, count: int) -> None:
    group_by(word)
    other = "VN-DEMO/GOV/BTP/HOTICH"
    kept(
        tmp_path,
        signed(
            [
                request(),
                request(side="service", service=f"{other}/tra-cuu"),
                request(side="service", service=f"{OWNER}/nguoi"),
                request(side="service", service="VN-DEMO/GOV/H01/KHAC/nguoi"),
            ]
        ),
    )
    stamped()

    files = archive(tmp_path)

    assert len(files) == count
    assert sum(len(names(tmp_path, file)) for file in files) == 4
    groups = set(ArchiveGroup.objects.values_list("name", flat=True))
    assert other.rpartition("/")[0] in groups or other in groups
    assert all(file.startswith(("mlog-VN-DEMO_GOV_H01", "mlog-VN-DEMO_GOV_BTP")) for file in files)


def test_what_was_kept_as_metadata_is_archived_and_what_has_no_signature_is_not(tmp_path: Path) -> None:
    kept(tmp_path, [*signed([request(mode=BodyLog.METADATA)]), request(signed=None)])
    stamped()
    (file,) = archive(tmp_path)
    assert len(names(tmp_path, file)) == 1


def test_only_one_archiver_works(tmp_path: Path) -> None:
    kept(tmp_path, signed([request()]))
    stamped()
    with psycopg.connect(conninfo(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtext(%s))", [archiving.LOCK])
        assert archive(tmp_path) == []
        other.execute("SELECT pg_advisory_unlock_all()")
    assert len(archive(tmp_path)) == 1


def test_archiving_reads_in_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "AT_ONCE", 3)
    kept(tmp_path, signed([request() for _ in range(10)]))
    stamped()
    most = 0
    real = loading._batch

    def counted(ids: list[UUID], folder: Path) -> object:
        nonlocal most
        most = max(most, len(ids))
        return real(ids, folder)

    monkeypatch.setattr(loading, "_batch", counted)
    (file,) = archive(tmp_path)
    assert len(names(tmp_path, file)) == 10
    assert most == 3
    connection.close()
