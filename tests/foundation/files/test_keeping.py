from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from tests.foundation.files.conftest import AT
from tinhso.foundation import files, ids
from tinhso.foundation.files import naming, sealing
from tinhso.foundation.files.models import FileContent, KeptFile
from tinhso.foundation.refs import SYSTEM, ActorRef

pytestmark = pytest.mark.django_db


def objects(home: Path) -> list[Path]:
    return [file for file in home.rglob("*") if file.is_file()]


def test_a_kept_file_is_read_back_with_all_that_is_known_of_it(home: Path, an: ActorRef) -> None:
    kept = files.keep(b"%PDF-1.7 to khai", name="Tờ khai.pdf", by=an, at=AT)

    assert files.read(kept.id) == b"%PDF-1.7 to khai"
    assert files.describe([kept.id, uuid4()]) == {kept.id: kept}
    assert (kept.size, kept.media_type, kept.name, kept.kept_at) == (16, "application/pdf", "Tờ khai.pdf", AT)
    assert kept.sha256 == hashlib.sha256(b"%PDF-1.7 to khai").hexdigest()


def test_the_same_content_is_stored_once_under_many_names(home: Path, an: ActorRef, binh: ActorRef) -> None:
    first = files.keep(b"giong nhau", name="mot.txt", by=an, at=AT)
    second = files.keep(BytesIO(b"giong nhau"), name="hai.txt", by=binh, at=AT)

    assert first.id != second.id
    assert second.name == "hai.txt"
    assert len(objects(home)) == 1


@given(data=st.binary(max_size=200), repeats=st.sampled_from([1, 700, 1400]), cut=st.integers(0, 400_000))
@effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_come_back_from_any_place(
    home: Path, an: ActorRef, data: bytes, repeats: int, cut: int
) -> None:
    whole = data * repeats
    kept = files.keep(whole, name="x", by=an, at=AT)

    with files.open(kept.id) as source:
        source.seek(cut)
        assert source.read(70_000) == whole[cut : cut + 70_000]
        source.seek(0)
        assert source.read() == whole


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072])
def test_sizes_around_a_chunk_come_back(home: Path, an: ActorRef, size: int) -> None:
    data = bytes(range(256)) * 512
    kept = files.keep(data[:size], name="x", by=an, at=AT)

    assert files.read(kept.id) == data[:size]


def test_nothing_readable_lies_in_the_store(home: Path, an: ActorRef) -> None:
    files.keep(b"Nguyen Thi An, can cuoc 089 " * 9000, name="x", by=an, at=AT)

    (stored,) = objects(home)
    assert b"can cuoc" not in stored.read_bytes()


@pytest.mark.parametrize("place", [0, 5, 20, 90, 70_000, -1])
def test_a_changed_byte_in_the_store_is_noticed(home: Path, an: ActorRef, place: int) -> None:
    kept = files.keep(b"a" * 100_000, name="x", by=an, at=AT)
    (stored,) = objects(home)
    raw = bytearray(stored.read_bytes())
    raw[place] ^= 1
    stored.write_bytes(raw)

    with pytest.raises(files.Damaged):
        files.read(kept.id)


@pytest.mark.parametrize("left", [0, 3, 50, 65_700, 100_000])
def test_a_cut_object_is_noticed(home: Path, an: ActorRef, left: int) -> None:
    kept = files.keep(b"a" * 100_000, name="x", by=an, at=AT)
    (stored,) = objects(home)
    stored.write_bytes(stored.read_bytes()[:left])

    with pytest.raises(files.Damaged):
        files.read(kept.id)


def test_swapped_chunks_and_swapped_objects_are_noticed(home: Path, an: ActorRef) -> None:
    first = files.keep(b"a" * 200_000, name="x", by=an, at=AT)
    (stored,) = objects(home)
    raw = stored.read_bytes()
    head = len(raw) - 200_000 - 4 * sealing.TAG_BYTES
    chunk = sealing.CHUNK_BYTES + sealing.TAG_BYTES
    stored.write_bytes(
        raw[:head] + raw[head + chunk : head + 2 * chunk] + raw[head : head + chunk] + raw[head + 2 * chunk :]
    )
    with pytest.raises(files.Damaged):
        files.read(first.id)

    second = files.keep(b"b" * 200_000, name="y", by=an, at=AT)
    other = next(file for file in objects(home) if file != stored)
    other.write_bytes(raw)
    with pytest.raises(files.Damaged):
        files.read(second.id)


def test_a_lost_object_is_said_and_keeping_it_again_mends_it(home: Path, an: ActorRef) -> None:
    kept = files.keep(b"mat roi", name="x", by=an, at=AT)
    for stored in objects(home):
        stored.unlink()
    with pytest.raises(files.Damaged):
        files.read(kept.id)

    files.keep(b"mat roi", name="x", by=an, at=AT)

    assert files.read(kept.id) == b"mat roi"


def test_an_unknown_file_is_said_in_words(home: Path) -> None:
    with pytest.raises(files.NoSuchFile, match="Không tìm thấy"):
        files.read(uuid4())


def test_many_files_are_described_in_one_query(
    home: Path, an: ActorRef, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept = [files.keep(bytes([number]), name=f"{number}", by=an, at=AT).id for number in range(20)]

    with django_assert_num_queries(1):
        assert set(files.describe(kept)) == set(kept)


def test_a_full_disk_keeps_no_row(home: Path, an: ActorRef, settings: Settings) -> None:
    settings.FILES = "file:///dev/full/khong-the"

    with pytest.raises(files.StorageUnreachable, match="chưa được lưu"):
        files.keep(b"x", name="x", by=an, at=AT)
    assert not KeptFile.objects.exists()


@pytest.mark.parametrize(
    ("given_name", "kept_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\An\\to khai.pdf", "to khai.pdf"),
        ("Giấy khai sinh.pdf", "Giấy khai sinh.pdf"),
        ("anh\u202egnp.exe", "anhgnp.exe"),
        ("\x00\n\r", "tep"),
        ("", "tep"),
        (".", "tep"),
        ("😀.png", "😀.png"),
        ("ệ" * 300 + ".pdf", "ệ" * 65 + ".pdf"),
    ],
)
def test_names_lose_paths_and_tricks(given_name: str, kept_as: str) -> None:
    assert naming.normal(given_name) == kept_as


@given(st.text())
def test_every_name_can_be_kept(name: str) -> None:
    once = naming.normal(name)

    assert naming.normal(once) == once
    with transaction.atomic():
        content, _new = FileContent.objects.get_or_create(sha256="0" * 64, size=1, media_type="text/plain")
        KeptFile.objects.create(content=content, name=once, kept_by_kind="system", kept_at=AT, scanned="own")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE foundation_filecontent SET sha256 = 'ABC'",
        "UPDATE foundation_filecontent SET size = -1",
        "UPDATE foundation_filecontent SET media_type = 'pdf'",
        "UPDATE foundation_keptfile SET name = ''",
        "UPDATE foundation_keptfile SET name = 'a/b'",
        "UPDATE foundation_keptfile SET name = 'a\\b'",
        "UPDATE foundation_keptfile SET name = E'a\\nb'",
        "UPDATE foundation_keptfile SET name = repeat('a', 201)",
        "UPDATE foundation_keptfile SET scanned = 'maybe'",
        "UPDATE foundation_keptfile SET kept_by = NULL",
        "DELETE FROM foundation_filecontent",
    ],
)
def test_the_database_refuses_what_no_file_is(home: Path, an: ActorRef, change: str) -> None:
    files.keep(b"x", name="x", by=an, at=AT)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_the_house_keeps_itself_needs_no_account(home: Path) -> None:
    kept = files.keep(b"x", name="bien-nhan.pdf", by=SYSTEM, at=AT)

    assert KeptFile.objects.get(id=kept.id).kept_by is None
    assert kept.id < ids.new_id()
