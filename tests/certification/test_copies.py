"""From the scan of an original to the copy in the person's vault, with real signatures of the played side."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from pytest_django import DjangoAssertNumQueries

from national.serve import Running
from tests.certification.place import commune_office, original, owner_of, prepared, scan
from tests.support import people
from tests.support.office import Office, office
from tests.support.signing import equip
from tinhso.certification.contracts import NotCompetent, State, WrongTurn
from tinhso.certification.fees import fee
from tinhso.certification.models import BookEntry, CertifiedCopy
from tinhso.certification.operations import ending, signing
from tinhso.certification.queries import copies
from tinhso.foundation import files, moments
from tinhso.foundation import signing as foundation_signing
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.signing import ports
from tinhso.foundation.signing.errors import SignerUnavailable
from tinhso.notify import api as notify
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(can_sign: Running) -> Office:
    made = commune_office()
    equip(made, can_sign)
    return made


def certified(place: Office, **changes: Any) -> UUID:
    copy_id = prepared(place, **changes)
    now = moments.now()
    signing.ask(copy_id=copy_id, by=place.leader, at=now)
    assert signing.collect(copy_id=copy_id, by=place.leader, at=now)
    signing.seal(copy_id=copy_id, by=place.leader, at=now)
    return copy_id


def test_a_copy_is_signed_numbered_sealed_and_lies_in_the_persons_vault(place: Office) -> None:
    copy_id = certified(place)

    row = CertifiedCopy.objects.get(id=copy_id)
    assert (row.state, row.pages, row.fee, row.signed_by) == ("sealed", 1, 2000, "Nguyễn Văn An")
    year = moments.today(moments.now()).year
    entry = BookEntry.objects.get(copy=row)
    assert (entry.text, entry.book) == ("1", f"01/{year}-SCT/BS")

    (kept,) = vault.documents(owner_of(place))
    assert (kept.id, kept.source, kept.kind) == (row.document, vault.Source.CERTIFIED, "van-bang")
    assert kept.number == f"1, 01/{year}-SCT/BS"
    assert row.sealed_file is not None
    content = files.read(row.sealed_file)
    report = foundation_signing.verify(content, roots=foundation_signing.trusted().roots, at=moments.now())
    assert report.sound
    assert [one.signer for one in report.signatures] == ["Nguyễn Văn An", "UBND phường Thử"]
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) == 2
        filled = {str(one.T): str(one.get("/V", "")) for one in pdf.Root.AcroForm.Fields}
    assert (filled["number"], filled["book"]) == ("1", f"01/{year}-SCT/BS")
    assert place.citizen.id
    assert "kho giấy tờ" in notify.inbox(reader=place.citizen.id)[0].subject


def test_numbers_of_an_office_follow_one_another_and_a_dropped_copy_leaves_its_number_struck(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = certified(place)
    second = prepared(place)
    now = moments.now()
    signing.ask(copy_id=second, by=place.leader, at=now)
    assert signing.collect(copy_id=second, by=place.leader, at=now)
    monkeypatch.setattr(
        ports.seal_signer, "_bound", foundation_signing.FolderSeals(Path("/nowhere"), password=b"")
    )
    with pytest.raises(SignerUnavailable):
        signing.seal(copy_id=second, by=place.leader, at=now)
    ending.drop(copy_id=second, because="Bản quét thiếu trang sau", by=place.leader, at=now)

    year = str(moments.today(now).year)
    lines, _more = copies.book(place.agency, period=year)
    assert [(line.number, line.struck) for line in lines] == [("2", "Bản quét thiếu trang sau"), ("1", "")]
    assert CertifiedCopy.objects.get(id=first).state == State.SEALED
    assert len(vault.documents(owner_of(place))) == 1


def test_a_revoked_copy_is_revoked_in_the_vault_with_its_ground(place: Office) -> None:
    copy_id = certified(place)
    ground = "Bản chính là giả, Quyết định 12/QĐ-UBND"
    ending.revoke(copy_id=copy_id, ground=ground, by=place.leader, at=moments.now())

    (kept,) = vault.documents(owner_of(place))
    assert kept.state(moments.today(moments.now())) is vault.State.REVOKED
    assert kept.ended_because == ground
    found = copies.shown(CertifiedCopy.objects.get(id=copy_id).code)
    assert found is not None
    assert (found.revoked_because, found.revoked_at is not None) == (ground, True)
    with pytest.raises(WrongTurn):
        ending.revoke(copy_id=copy_id, ground=ground, by=place.leader, at=moments.now())


def test_a_copy_revoked_in_the_vault_is_revoked_in_its_book(place: Office) -> None:
    copy_id = certified(place)
    document = CertifiedCopy.objects.values_list("document", flat=True).get(id=copy_id)
    assert document is not None
    vault.revoke(document_id=document, ground="Theo bản án số 3", by=place.leader, at=moments.now())

    assert CertifiedCopy.objects.get(id=copy_id).state == State.REVOKED
    year = str(moments.today(moments.now()).year)
    assert copies.whole_book(place.agency, period=year)[0].revoked == "Theo bản án số 3"


def test_a_department_does_not_certify(can_sign: Running) -> None:
    made = office()
    with pytest.raises(NotCompetent):
        prepared(made)


def test_who_may_do_what(place: Office) -> None:
    other = commune_office()
    for stranger in (place.citizen, place.leader, people.officer("supervisor", place.one_stop)):
        with pytest.raises((NotAllowed, Invalid)):
            prepared(place, by=stranger, scans=[scan(place.intake)])
    copy_id, now = prepared(place), moments.now()
    for stranger in (place.intake, place.clerk, place.citizen, other.leader):
        with pytest.raises((NotAllowed, Invalid)):
            signing.ask(copy_id=copy_id, by=stranger, at=now)
    with pytest.raises(Invalid):
        signing.collect(copy_id=copy_id, by=place.leader, at=now)
    with pytest.raises(NotAllowed):
        ending.drop(copy_id=copy_id, because="x", by=other.leader, at=now)
    with pytest.raises(WrongTurn):
        ending.revoke(copy_id=copy_id, ground="x", by=place.leader, at=now)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("da-xem", {"seen": False}),
        ("tep", {"scans": []}),
        ("ten", {"original": original(title=" ")}),
        ("loai", {"original": original(kind="bia-dat")}),
        ("cap", {"original": original(issued_on=date(2999, 1, 1))}),
        ("het", {"original": original(valid_to=date(2020, 1, 1))}),
        ("nguoi-ky", {"signer": None}),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_made(
    place: Office, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        prepared(place, **changes)
    assert list(refused.value.faults) == [field]
    assert not CertifiedCopy.objects.exists()


def test_a_signature_for_another_draft_is_not_taken(place: Office) -> None:
    copy_id, now = prepared(place), moments.now()
    signing.ask(copy_id=copy_id, by=place.leader, at=now)
    ending.drop(copy_id=copy_id, because="Sai tên", by=place.leader, at=now)
    with pytest.raises(Invalid):
        signing.collect(copy_id=copy_id, by=place.leader, at=now)


@pytest.mark.parametrize(
    ("pages", "amount"), [(1, 2000), (2, 4000), (3, 5000), (10, 12_000), (198, 200_000), (500, 200_000)]
)
def test_the_fee_of_a_copy(pages: int, amount: int) -> None:
    assert fee(pages, on=date(2026, 11, 28)) == amount


def test_lists_ask_a_constant_number_of_queries(
    place: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(3):
        prepared(place)
    agencies = frozenset({place.agency})
    with django_assert_num_queries(1):
        first, more = copies.copies(agencies, limit=2)
    assert (len(first), more) == (2, first[-1].id)
    rest, last = copies.copies(agencies, before=more, limit=2)
    assert len({one.id for one in (*first, *rest)}) == 3
    assert last is None
    assert copies.copies(agencies, state=State.SEALED)[0] == ()
    assert copies.waiting(agencies) == 3


def test_a_copy_whose_original_runs_out_runs_out_with_it(place: Office) -> None:
    day = moments.today(moments.now())
    certified(place, original=original(valid_to=day + timedelta(days=10)))
    (kept,) = vault.documents(owner_of(place))
    assert kept.state(day) is vault.State.VALID
    assert kept.state(day + timedelta(days=10)) is vault.State.EXPIRED
