"""Originals: taken at the counter, given back to somebody who signs, never more than were taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.office import SENT, Office, filed, office, paper
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, OriginalsReturn, ReturnedOriginal, SubmittedPaper
from tinhso.dossiers.operations import endings, originals, supplements
from tinhso.dossiers.queries.originals import originals as kept
from tinhso.dossiers.queries.originals import returns
from tinhso.foundation.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def place() -> Office:
    return office()


def taken(dossier_id: UUID) -> UUID:
    return SubmittedPaper.objects.get(dossier_id=dossier_id, current=True).id


def give_back(place: Office, dossier_id: UUID, **changes: Any) -> None:
    given: dict[str, Any] = {
        "counts": {taken(dossier_id): 1}, "to_name": "Danh Sóc Kha", "to_proof": "Căn cước 091090000123",
        "by": place.intake, "at": SENT + DAY,
    }  # fmt: skip
    originals.give_back(dossier_id=dossier_id, **given | changes)


def test_who_takes_originals_back_is_kept_and_the_mark_goes(place: Office) -> None:
    dossier = filed(place)
    assert [(one.taken, one.left) for one in kept(dossier.id)] == [(1, 1)]
    assert "originals" in Dossier.objects.get(id=dossier.id).flags

    give_back(place, dossier.id)

    assert [(one.taken, one.left) for one in kept(dossier.id)] == [(1, 0)]
    assert "originals" not in Dossier.objects.get(id=dossier.id).flags
    (back,) = returns(dossier.id)
    assert (back.to_name, back.to_proof, back.signed_for) == ("Danh Sóc Kha", "Căn cước 091090000123", True)
    assert back.papers == (("Đơn đề nghị", 1),)
    assert back.by == place.intake.name


def test_originals_go_back_after_the_end_too_and_those_of_replaced_papers(place: Office) -> None:
    dossier = filed(place)
    supplements.ask(
        dossier_id=dossier.id, faults=[PaperFault("don", "Sai mẫu")], by=place.intake, at=SENT + DAY
    )
    supplements.answer(dossier_id=dossier.id, papers=[paper()], by=place.intake, at=SENT + DAY)
    endings.withdraw(dossier_id=dossier.id, reason="Thôi", by=place.citizen, at=SENT + 2 * DAY)
    counts = {one.paper: one.left for one in kept(dossier.id)}
    assert list(counts.values()) == [1, 1]

    give_back(place, dossier.id, counts=counts, at=SENT + 3 * DAY)
    assert all(one.left == 0 for one in kept(dossier.id))
    assert Dossier.objects.get(id=dossier.id).status == "withdrawn"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"counts": {}}, "to_name"),
        ({"to_name": " "}, "to_name"),
        ({"signed_for": False}, "note"),
    ],
)
def test_what_is_missing_is_asked_for(place: Office, changes: dict[str, Any], field: str) -> None:
    dossier = filed(place)
    with pytest.raises(Invalid) as refused:
        give_back(place, dossier.id, **changes)
    assert field in refused.value.faults
    assert not OriginalsReturn.objects.exists()


def test_no_more_go_back_than_were_taken(place: Office) -> None:
    dossier = filed(place)
    with pytest.raises(Invalid, match="Chỉ còn giữ 1"):
        give_back(place, dossier.id, counts={taken(dossier.id): 2})
    give_back(place, dossier.id)
    with pytest.raises(Invalid, match="Chỉ còn giữ 0"):
        give_back(place, dossier.id)


def test_only_the_counter_gives_originals_back(place: Office) -> None:
    dossier = filed(place)
    for actor in (place.specialist, place.leader, place.citizen, people.officer("intake_officer")):
        with pytest.raises(NotAllowed):
            give_back(place, dossier.id, by=actor)


def test_the_counter_gives_back_from_its_form_and_the_person_reads_it(place: Office) -> None:
    code = filed(place).code
    browser = people.client(place.intake)
    page = browser.get(f"/can-bo/ho-so/{code}/tra-ban-chinh/").content.decode()
    assert "Đang giữ 1 bản chính" in page
    id = taken(Dossier.objects.get(code=code).id)
    typed = {"version": 1, f"goc-{id}": "2", "to_name": "Thị Sà Rinh", "signed_for": "yes"}
    answer = browser.post(f"/can-bo/ho-so/{code}/tra-ban-chinh/", typed)
    assert answer.status_code == 422
    assert "Thị Sà Rinh" in answer.content.decode(), "what was typed stays"
    assert browser.post(f"/can-bo/ho-so/{code}/tra-ban-chinh/", typed | {f"goc-{id}": "1"}).status_code == 302

    assert "Thị Sà Rinh" in people.client(place.citizen).get(f"/ho-so/{code}/").content.decode()
    slip = browser.get(f"/can-bo/ho-so/{code}/mau-tra-ban-chinh.pdf")
    assert slip.content.startswith(b"%PDF")
    assert browser.get(f"/can-bo/ho-so/{code}/tra-ban-chinh/").status_code == 403, "nothing is left"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("originals_returned_to_somebody", {"to_name": ""}),
        ("originals_signed_for_or_said_why", {"signed_for": False}),
    ],
)
def test_a_return_that_cannot_be(place: Office, constraint: str, change: dict[str, Any]) -> None:
    give_back(place, filed(place).id)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OriginalsReturn.objects.update(**change)


def test_the_database_counts_originals(place: Office) -> None:
    dossier, other = filed(place), filed(place)
    give_back(place, dossier.id)
    line = ReturnedOriginal.objects.get()
    with pytest.raises(IntegrityError, match="returned_original_of_something"), transaction.atomic():
        ReturnedOriginal.objects.update(count=0)
    with pytest.raises(IntegrityError, match="only 1 originals were taken"), transaction.atomic():
        ReturnedOriginal.objects.update(count=2)
    with pytest.raises(IntegrityError, match="belongs to another dossier"), transaction.atomic():
        ReturnedOriginal.objects.create(returned=line.returned, paper_id=taken(other.id), count=1)
    SubmittedPaper.objects.filter(id=line.paper_id).update(originals=5)
    with pytest.raises(IntegrityError, match="returned_original_once"), transaction.atomic():
        ReturnedOriginal.objects.create(returned=line.returned, paper_id=line.paper_id, count=1)
