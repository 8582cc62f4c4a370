from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django import Settings

from tests.foundation.files import makers
from tests.foundation.files.conftest import AT
from tinhso.foundation import files
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files import uploads
from tinhso.foundation.files.models import Upload, UploadPart
from tinhso.foundation.refs import NOBODY, ActorKind, ActorRef

pytestmark = pytest.mark.django_db
PHOTO = makers.photo("PNG", size=(64, 64))


def begun(by: ActorRef, data: bytes = PHOTO, name: str = "giay-chung-sinh.png") -> files.UploadView:
    return files.begin(name=name, size=len(data), by=by, at=AT)


def write(upload: files.UploadView, by: ActorRef, offset: int, data: bytes, checksum: str = "") -> int:
    return files.write(upload.id, offset=offset, source=BytesIO(data), by=by, at=AT, checksum=checksum)


def left_in(home: Path) -> list[Path]:
    return [file for file in home.glob("parts/**/*") if file.is_file()]


@given(cuts=st.lists(st.integers(1, 400), max_size=6))
@effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pieces_of_any_size_make_the_file(home: Path, an: ActorRef, cuts: list[int]) -> None:
    data = bytes(range(256)) * 3
    upload = begun(an, data)
    offset = 0
    for cut in cuts:
        offset = write(upload, an, offset, data[offset : offset + cut])
        assert files.find(upload.id, by=an, at=AT).received == offset
    write(upload, an, offset, data[offset:])

    row = Upload.objects.get(id=upload.id)
    assert uploads._whole(row).read() == data


def test_a_whole_upload_is_checked_and_kept_once(home: Path, an: ActorRef) -> None:
    upload = begun(an)
    write(upload, an, 0, PHOTO)

    kept = files.finish(upload.id, by=an, at=AT)

    assert files.read(kept.id) == PHOTO
    assert kept.name == "giay-chung-sinh.png"
    assert files.finish(upload.id, by=an, at=AT) == kept
    assert left_in(home) == []


def test_what_came_before_the_cut_is_kept(home: Path, an: ActorRef) -> None:
    class Cut(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 100:
                raise ConnectionResetError
            return super().read(min(size or 0, 30))

    upload = begun(an)
    came = files.write(upload.id, offset=0, source=Cut(PHOTO), by=an, at=AT)

    assert came == files.find(upload.id, by=an, at=AT).received == 120
    with pytest.raises(files.UploadUnfinished, match="chưa tải xong"):
        files.finish(upload.id, by=an, at=AT)
    write(upload, an, came, PHOTO[came:])
    assert files.read(files.finish(upload.id, by=an, at=AT).id) == PHOTO


@pytest.mark.parametrize("offset", [0, 49, 51, 10**9])
def test_a_piece_from_elsewhere_is_told_where_to_go_on(home: Path, an: ActorRef, offset: int) -> None:
    upload = begun(an)
    write(upload, an, 0, PHOTO[:50])

    with pytest.raises(files.OffsetMismatch) as refusal:
        write(upload, an, offset, PHOTO[50:])
    assert refusal.value.facts["offset"] == 50


def test_two_writers_of_one_piece_do_not_both_win(home: Path, an: ActorRef) -> None:
    upload = begun(an)

    class Overtaken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() == 0:
                write(upload, an, 0, PHOTO)
            return super().read(size)

    with pytest.raises(files.OffsetMismatch):
        files.write(upload.id, offset=0, source=Overtaken(PHOTO), by=an, at=AT)
    assert UploadPart.objects.filter(upload=upload.id).count() == 1
    assert files.read(files.finish(upload.id, by=an, at=AT).id) == PHOTO


def test_more_than_was_announced_is_refused(home: Path, an: ActorRef) -> None:
    upload = begun(an)

    with pytest.raises(files.OffsetMismatch):
        write(upload, an, 0, PHOTO + b"x")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_with_a_wrong_checksum_leaves_nothing(home: Path, an: ActorRef, algorithm: str) -> None:
    upload = begun(an)
    right = base64.b64encode(hashlib.new(algorithm, PHOTO).digest()).decode()

    with pytest.raises(files.ChecksumMismatch):
        write(upload, an, 0, PHOTO[:-1] + b"x", f"{algorithm} {right}")
    assert left_in(home) == []
    assert write(upload, an, 0, PHOTO, f"{algorithm} {right}") == len(PHOTO)


def test_an_unknown_checksum_is_refused(home: Path, an: ActorRef) -> None:
    with pytest.raises(Invalid, match="kiểm tra"):
        write(begun(an), an, 0, PHOTO, "md5 AAAA")


ACTS: list[Callable[[files.UploadView, ActorRef], object]] = [
    lambda upload, by: files.find(upload.id, by=by, at=AT),
    lambda upload, by: write(upload, by, 0, PHOTO),
    lambda upload, by: files.withdraw(upload.id, by=by, at=AT),
    lambda upload, by: files.finish(upload.id, by=by, at=AT),
]


@pytest.mark.parametrize("act", ACTS)
def test_an_upload_exists_for_its_owner_only(
    home: Path, an: ActorRef, binh: ActorRef, act: Callable[[files.UploadView, ActorRef], object]
) -> None:
    upload = begun(an)
    officer = ActorRef(kind=ActorKind.OFFICER, id=an.id, name="cùng số, khác loại")

    for other in (binh, officer, NOBODY):
        with pytest.raises(files.NoSuchFile):
            act(upload, other)
    assert files.find(upload.id, by=an, at=AT) == upload


def test_the_owner_may_look_at_the_file_and_others_not(home: Path, an: ActorRef, binh: ActorRef) -> None:
    upload = begun(an)
    write(upload, an, 0, PHOTO)
    kept = files.finish(upload.id, by=an, at=AT)

    assert files.may_see(kept.id, by=an, at=AT)
    assert not files.may_see(kept.id, by=binh, at=AT)
    assert not files.may_see(uuid4(), by=an, at=AT)
    files.withdraw(upload.id, by=an, at=AT)
    assert not files.may_see(kept.id, by=an, at=AT + timedelta(seconds=1))


def test_a_refused_file_says_why_again_when_asked(home: Path, an: ActorRef) -> None:
    upload = begun(an, b"khong phai anh", "anh.png")
    write(upload, an, 0, b"khong phai anh")

    with pytest.raises(files.FileRefused, match="không thuộc loại"):
        files.finish(upload.id, by=an, at=AT)
    with pytest.raises(files.UploadGone, match="không thuộc loại"):
        files.finish(upload.id, by=an, at=AT)
    assert left_in(home) == []


def test_a_scanner_that_is_away_spoils_nothing(home: Path, an: ActorRef, settings: Settings) -> None:
    upload = begun(an)
    write(upload, an, 0, PHOTO)
    settings.MALWARE = "clamd:///khong/co"
    with pytest.raises(files.ScannerUnreachable):
        files.finish(upload.id, by=an, at=AT)

    settings.MALWARE = "off"

    assert files.read(files.finish(upload.id, by=an, at=AT).id) == PHOTO


def test_a_withdrawn_upload_is_gone(home: Path, an: ActorRef) -> None:
    upload = begun(an)
    write(upload, an, 0, PHOTO[:9])
    files.withdraw(upload.id, by=an, at=AT)

    with pytest.raises(files.UploadGone):
        write(upload, an, 9, PHOTO[9:])
    assert left_in(home) == []


def test_old_uploads_and_lost_pieces_are_forgotten_and_kept_files_stay(home: Path, an: ActorRef) -> None:
    unfinished, whole = begun(an), begun(an)
    write(unfinished, an, 0, PHOTO[:9])
    (home / "parts" / str(unfinished.id) / "0-lost").write_bytes(b"by a killed server")
    write(whole, an, 0, PHOTO)
    kept = files.finish(whole.id, by=an, at=AT)
    later = AT + timedelta(days=8)

    with pytest.raises(files.UploadGone):
        files.find(unfinished.id, by=an, at=later)
    assert files.expire(at=AT) == 0
    assert files.expire(at=later) == 2
    assert left_in(home) == []
    assert files.read(kept.id) == PHOTO


def test_a_file_too_large_is_refused_when_it_is_announced(home: Path, an: ActorRef) -> None:
    with pytest.raises(files.FileTooLarge, match=r"2\.048 MB, nhiều hơn 50 MB"):
        files.begin(name="phim.mov", size=2 * 1024**3, by=an, at=AT)
    with pytest.raises(files.FileRefused, match="trống"):
        files.begin(name="rong.pdf", size=0, by=an, at=AT)


def test_one_account_cannot_hold_endless_uploads(home: Path, an: ActorRef, binh: ActorRef) -> None:
    for _each in range(60):
        begun(an)
    with pytest.raises(files.TooManyUploads, match="60 tệp"):
        begun(an)
    begun(binh)
