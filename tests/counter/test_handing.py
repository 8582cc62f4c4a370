"""The hand-over book of a day, and labels for folders."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.counters import Counters, counters
from tests.support.office import Office, filed, office
from tinhso.counter.models import HandOver
from tinhso.counter.operations import handing
from tinhso.dossiers import api as dossiers
from tinhso.foundation import events, moments
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
BOOK = "/can-bo/quay/so-tra/"
LABELS = "/can-bo/quay/nhan/"


@pytest.fixture
def place() -> Counters:
    return counters(at=moments.now())


def handed(place: Office) -> dossiers.Filed:
    """A dossier of the office, and word that its result was handed over."""
    at = moments.now()
    made = filed(place, at=at - timedelta(days=1))
    told = dossiers.ResultHandedOver(
        dossier=made.id, code=made.code, by=place.intake, at=at, file_id=new_id()
    )
    events.deliver(told)
    events.deliver(told)
    return made


def pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    try:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()


def test_what_is_handed_over_stands_in_the_days_book_once_and_is_printed_for_signing(
    place: Counters,
) -> None:
    made = handed(place.office)
    desk = people.client(place.hoa)
    line = HandOver.objects.get()
    page = desk.get(BOOK).content.decode()

    assert made.code in page
    assert 'value="Danh Sóc Kha"' in page
    assert Look.objects.filter(actor_id=place.hoa.id, purpose="Sổ trả kết quả").exists()
    desk.post(f"{BOOK}{line.id}/", {"nguoi-nhan": "Danh  Thị Sa", "giay": "Căn cước", "ngay": "khong"})
    line.refresh_from_db()
    assert (line.receiver, line.receiver_paper) == ("Danh Thị Sa", "Căn cước")
    printed = desk.get(BOOK + "?in=1")
    assert printed["Content-Type"] == "application/pdf"
    text = pages(printed.content)[0]
    assert made.code in text
    assert "Danh Thị Sa" in text
    assert "Ký nhận" in text
    assert made.code not in desk.get(BOOK + "?ngay=2020-01-01").content.decode()


def test_the_book_is_of_the_own_unit(place: Counters) -> None:
    made = handed(place.office)
    line = HandOver.objects.get()
    stranger = people.officer("intake_officer")

    assert made.code not in people.client(stranger).get(BOOK).content.decode()
    assert people.client(stranger).get(BOOK + "?in=1").status_code == 200
    assert people.client(place.office.leader).get(BOOK).status_code == 403
    assert people.client(place.office.citizen).get(BOOK).status_code == 302
    assert people.client(stranger).post(f"{BOOK}{line.id}/", {"nguoi-nhan": "X"}).status_code == 403
    with pytest.raises(NotAllowed):
        handing.name_receiver(hand_over_id=line.id, receiver="X", by=stranger, at=moments.now())
    with pytest.raises(Invalid):
        handing.name_receiver(hand_over_id=line.id, receiver=" ", by=place.hoa, at=moments.now())


def test_a_line_of_the_book_that_cannot_be(place: Counters) -> None:
    handed(place.office)
    for constraint, change in (
        ("hand_over_paper_is_somebodys", {"receiver_paper": "x"}),
        ("hand_over_by_somebody", {"handed_by": ""}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            HandOver.objects.update(**change)


def test_labels_of_the_own_agency_are_printed_as_a_sheet_or_one_by_one(place: Counters) -> None:
    desk = people.client(place.hoa)
    codes = [filed(place.office).code for _n in range(3)]
    sheet = desk.post(LABELS, {"ma": "\n".join(codes), "kieu": "to"})
    roll = desk.post(LABELS, {"ma": ", ".join(codes), "kieu": "cuon"})

    assert len(pages(sheet.content)) == 1
    assert all(code in pages(sheet.content)[0] for code in codes)
    assert [code in text for code, text in zip(codes, pages(roll.content), strict=True)] == [True] * 3


def test_labels_of_others_and_of_nothing_are_refused_in_words(place: Counters) -> None:
    desk = people.client(place.hoa)
    elsewhere = filed(office()).code
    for typed in ("", "H01.0-000000-0000", elsewhere):
        answer = desk.post(LABELS, {"ma": typed, "kieu": "to"})
        assert answer.status_code == 422
    assert elsewhere in desk.get(f"{LABELS}?ma={elsewhere}").content.decode()
    assert people.client(place.office.citizen).get(LABELS).status_code == 302
