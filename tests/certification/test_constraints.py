"""The database keeps the book without a gap and every copy as it was certified."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from tests.certification.place import commune_office
from tests.support.office import Office
from tinhso.certification.models import BookEntry, CertifiedCopy, Check
from tinhso.foundation.ids import new_id

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HASH = "ab" * 32
SIGNED: dict[str, Any] = {"signed_file": new_id(), "signed_at": AT, "signed_by": "Nguyễn Văn An"}
SEALED: dict[str, Any] = SIGNED | {
    "sealed_file": new_id(),
    "sealed_at": AT,
    "sha256": HASH,
    "document": new_id(),
}
ENDED: dict[str, Any] = {"ended_at": AT, "ended_because": "Sai", "ended_by": "Nguyễn Văn An"}


@pytest.fixture
def place() -> Office:
    return commune_office()


def copy(place: Office, **changes: Any) -> CertifiedCopy:
    given: dict[str, Any] = {
        "code": new_id().hex[:12].upper() + new_id().hex[-8:].upper(),
        "agency_id": place.agency,
        "unit_id": place.one_stop,
        "owner_kind": "person",
        "owner_id": new_id(),
        "requester": "Danh Sóc Kha",
        "kind": "van-bang",
        "title": "Bằng tốt nghiệp",
        "pages": 1,
        "fee": 2000,
        "state": "drafted",
        "draft_file": new_id(),
        "frozen": b"x" * 32,
        "prepared_at": AT,
        "prepared_by": "Lê Thị Hoa",
    }
    return CertifiedCopy.objects.create(**{**given, **changes})


def entry(row: CertifiedCopy, seq: int, **changes: Any) -> BookEntry:
    given: dict[str, Any] = {
        "copy": row,
        "agency_id": row.agency_id,
        "scope": "H01.9",
        "period": "2026",
        "seq": seq,
        "text": str(seq),
        "book": "01/2026-SCT/BS",
        "given_at": AT,
        "given_by": "Nguyễn Văn An",
    }
    return BookEntry.objects.create(**{**given, **changes})


def judged() -> None:
    """Ask what is asked at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("certified_copy_has_pages", {"pages": 0}),
        ("certified_copy_has_pages", {"fee": -1}),
        ("certified_copy_named", {"title": ""}),
        ("certified_copy_named", {"requester": ""}),
        ("certified_copy_state_matches_its_files", {"state": "sealed"}),
        ("certified_copy_state_matches_its_files", {"state": "lost"}),
        ("certified_copy_state_matches_its_files", SEALED | {"state": "signed"}),
        ("certified_copy_state_matches_its_files", SEALED | {"state": "sealed", "sha256": "abc"}),
        ("certified_copy_state_matches_its_files", SEALED | {"state": "sealed", "document": None}),
        ("certified_copy_state_matches_its_files", SEALED | {"state": "revoked"}),
        ("certified_copy_state_matches_its_files", {"state": "dropped"}),
        ("certified_copy_ended_with_ground", ENDED | {"state": "dropped", "ended_because": ""}),
        ("certified_copy_ended_with_ground", ENDED | {"state": "dropped", "ended_by": ""}),
        ("certified_copy_signed_by_someone", SIGNED | {"state": "signed", "signed_by": ""}),
    ],
)
def test_the_database_refuses_a_copy_that_cannot_be(
    place: Office, constraint: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        copy(place, **changes)


def test_two_copies_never_have_one_code(place: Office) -> None:
    first = copy(place)
    with pytest.raises(IntegrityError, match="certified_copy_one_code"), transaction.atomic():
        copy(place, code=first.code)


@pytest.mark.parametrize(
    ("constraint", "seq", "changes"),
    [
        ("book_entry_once", 1, {}),
        ("leaves a gap", 3, {}),
        ("book_entry_is_written", 2, {"text": ""}),
        ("book_entry_is_written", 2, {"book": ""}),
        ("book_entry_struck_with_reason", 2, {"struck_at": AT}),
    ],
)
def test_the_database_refuses_a_line_that_cannot_be(
    place: Office, constraint: str, seq: int, changes: dict[str, Any]
) -> None:
    entry(copy(place), 1)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        entry(copy(place), seq, **changes)


@pytest.mark.parametrize(
    "change", [{"seq": 2}, {"text": "7"}, {"given_at": datetime(2020, 1, 1, tzinfo=UTC)}]
)
def test_a_line_stays_as_it_was_written_and_is_never_taken_out(place: Office, change: dict[str, Any]) -> None:
    line = entry(copy(place), 1)
    with pytest.raises(IntegrityError, match="stays in the book"), transaction.atomic():
        BookEntry.objects.filter(id=line.id).update(**change)
    with pytest.raises(IntegrityError, match="stays in the book"), transaction.atomic():
        line.delete()


def sealed(place: Office, seq: int = 1) -> CertifiedCopy:
    row = copy(place)
    entry(row, seq)
    CertifiedCopy.objects.filter(id=row.id).update(state="sealed", **SEALED)
    return row


def test_the_number_of_a_sealed_copy_is_not_struck(place: Office) -> None:
    row = sealed(place)
    with pytest.raises(IntegrityError, match="was issued"), transaction.atomic():
        BookEntry.objects.filter(copy=row).update(struck_at=AT, struck_because="x")


def test_a_sealed_copy_needs_its_number_and_a_dropped_one_has_it_struck(place: Office) -> None:
    bare = copy(place)
    with pytest.raises(IntegrityError, match="disagree"), transaction.atomic():
        CertifiedCopy.objects.filter(id=bare.id).update(state="sealed", **SEALED)
        judged()
    numbered = copy(place)
    entry(numbered, 1)
    with pytest.raises(IntegrityError, match="disagree"), transaction.atomic():
        CertifiedCopy.objects.filter(id=numbered.id).update(state="dropped", **ENDED)
        judged()


@pytest.mark.parametrize(
    "change", [{"title": "Khác"}, {"sha256": "cd" * 32}, {"pages": 9}, {"signed_by": "Người khác"}]
)
def test_a_sealed_copy_stays_as_it_was_certified(place: Office, change: dict[str, Any]) -> None:
    row = sealed(place)
    with pytest.raises(IntegrityError, match="stays as it was certified"), transaction.atomic():
        CertifiedCopy.objects.filter(id=row.id).update(**change)


def test_what_ended_is_not_brought_back(place: Office) -> None:
    row = sealed(place)
    CertifiedCopy.objects.filter(id=row.id).update(state="revoked", **ENDED)
    with pytest.raises(IntegrityError, match="has ended"), transaction.atomic():
        CertifiedCopy.objects.filter(id=row.id).update(
            state="sealed", ended_at=None, ended_because="", ended_by=""
        )


def test_a_check_is_of_a_known_kind() -> None:
    with pytest.raises(IntegrityError, match="check_of_a_kind"), transaction.atomic():
        Check.objects.create(address="::1", kind="guess", at=AT)


def test_every_office_has_a_book_of_its_own(place: Office) -> None:
    entry(copy(place), 1)
    entry(copy(place), 2)
    assert entry(copy(place), 1, scope="H01.10").seq == 1
    assert entry(copy(place), 1, period="2027").seq == 1
    assert UUID(str(BookEntry.objects.filter(scope="H01.9").latest("seq").id))
