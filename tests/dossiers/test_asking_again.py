"""Asking for papers: before intake and after, in parts at different dates, and once too often."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.support.office import SENT, Office, filed, office, paper
from tinhso.dossiers.contracts import PaperFault, Status
from tinhso.dossiers.models import Dossier, Fault, Standing, SubmittedPaper, Supplement
from tinhso.dossiers.operations import endings, intake, supplements
from tinhso.dossiers.queries.asking import asked_before
from tinhso.dossiers.queries.reading import view
from tinhso.foundation import legal
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import SYSTEM
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOTH = [PaperFault("don", "Ảnh mờ"), PaperFault("uy-quyen", "Chưa có")]


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office) -> Dossier:
    dossier = filed(place)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=SENT + HOUR)
    return Dossier.objects.get(id=dossier.id)


def test_papers_come_at_different_dates_and_the_clock_stands_until_the_last(place: Office) -> None:
    dossier = accepted(place)
    supplements.ask(dossier_id=dossier.id, faults=BOTH, by=place.specialist, at=SENT + 2 * HOUR)

    rest = supplements.answer_part(
        dossier_id=dossier.id, papers=[paper("don")], by=place.citizen, at=SENT + 1 * DAY
    )
    assert rest == ("Văn bản ủy quyền",)
    between = Dossier.objects.get(id=dossier.id)
    assert (between.status, "supplement_part" in between.flags) == ("supplement", True)
    assert Standing.objects.get(dossier_id=dossier.id).ended_at is None

    due = supplements.answer(
        dossier_id=dossier.id, papers=[paper("uy-quyen")], by=place.citizen, at=SENT + 2 * DAY
    )

    after = Dossier.objects.get(id=dossier.id)
    assert after.status == "processing"
    assert due is not None
    assert due > (dossier.due_at or SENT)
    assert after.flags == ["originals", "supplement_back"]
    asked = view(after, inside=True, at=SENT + 2 * DAY).supplements[0]
    assert {fault.code: fault.answered_at for fault in asked.faults} == {
        "don": SENT + DAY,
        "uy-quyen": SENT + 2 * DAY,
    }
    assert asked.answered_at == SENT + 2 * DAY
    papers = SubmittedPaper.objects.filter(dossier_id=dossier.id, current=True).order_by("given_at")
    assert [row.given_at for row in papers] == [SENT + DAY, SENT + 2 * DAY]
    told = [message.subject for message in notify.about(kind="dossier", subject_id=dossier.id)]
    assert any("một phần" in subject for subject in told)


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [([], "Chưa có giấy tờ nào"), (["don", "uy-quyen"], "Đã đủ giấy tờ"), (["khac"], "đủ và đúng")],
)
def test_a_part_is_some_of_what_is_awaited(place: Office, codes: list[str], sentence: str) -> None:
    dossier = accepted(place)
    supplements.ask(dossier_id=dossier.id, faults=BOTH, by=place.specialist, at=SENT + 2 * HOUR)
    with pytest.raises(Invalid, match=sentence):
        supplements.answer_part(
            dossier_id=dossier.id, papers=[paper(code) for code in codes], by=place.citizen, at=SENT + DAY
        )


def test_what_came_is_not_awaited_any_more(place: Office) -> None:
    dossier = accepted(place)
    supplements.ask(dossier_id=dossier.id, faults=BOTH, by=place.specialist, at=SENT + 2 * HOUR)
    supplements.answer_part(dossier_id=dossier.id, papers=[paper()], by=place.intake, at=SENT + DAY)

    with pytest.raises(Invalid) as refused:
        supplements.answer(dossier_id=dossier.id, papers=[paper()], by=place.citizen, at=SENT + 2 * DAY)
    assert set(refused.value.faults) == {"papers.don", "papers.uy-quyen"}


def test_before_intake_no_clock_runs_and_the_dossier_comes_back_to_be_accepted(place: Office) -> None:
    dossier = filed(place)
    supplements.ask(dossier_id=dossier.id, faults=BOTH, by=place.intake, at=SENT + HOUR)
    supplements.answer_part(dossier_id=dossier.id, papers=[paper()], by=place.citizen, at=SENT + DAY)
    assert Dossier.objects.get(id=dossier.id).status == "pre_supplement"
    supplements.answer(dossier_id=dossier.id, papers=[paper("uy-quyen")], by=place.citizen, at=SENT + 2 * DAY)

    found = Dossier.objects.get(id=dossier.id)
    assert found.status == "submitted"
    assert not Standing.objects.filter(dossier_id=dossier.id).exists()
    assert Supplement.objects.get(dossier_id=dossier.id).before_intake
    assert found.due_at is not None
    assert found.due_at > SENT + 2 * DAY, "intake's time to answer counts from the answer"


def test_a_second_request_needs_a_reason_is_counted_and_marked(place: Office) -> None:
    dossier = accepted(place)
    one = [PaperFault("don", "Ảnh mờ")]
    supplements.ask(dossier_id=dossier.id, faults=one, by=place.specialist, at=SENT + 2 * HOUR)
    supplements.answer(dossier_id=dossier.id, papers=[paper()], by=place.citizen, at=SENT + DAY)

    again = asked_before(dossier.id, submitted_at=SENT)
    assert (again.count, again.allowed, again.beyond) == (1, 1, True)
    assert "766" in again.basis
    with pytest.raises(Invalid) as refused:
        supplements.ask(dossier_id=dossier.id, faults=one, by=place.specialist, at=SENT + 2 * DAY)
    assert "again" in refused.value.faults
    assert Supplement.objects.filter(dossier_id=dossier.id).count() == 1

    supplements.ask(
        dossier_id=dossier.id, faults=one, again="Bản mới vẫn mờ", by=place.specialist, at=SENT + 2 * DAY
    )
    second = Supplement.objects.get(dossier_id=dossier.id, ordinal=2)
    assert (second.beyond, second.again_because) == (True, "Bản mới vẫn mờ")
    assert "asked_again" in Dossier.objects.get(id=dossier.id).flags
    supplements.answer(dossier_id=dossier.id, papers=[paper()], by=place.citizen, at=SENT + 3 * DAY)
    assert "asked_again" in Dossier.objects.get(id=dossier.id).flags, "the mark stays"


def test_how_many_requests_are_allowed_is_a_value_of_the_day_of_receipt(place: Office) -> None:
    dossier = accepted(place)
    legal.change(
        key="supplement_request_max",
        value=2,
        effective_from=date(2026, 3, 1),
        legal_basis="Thử",
        by=SYSTEM,
        at=SENT,
    )
    legal.forget()
    one = [PaperFault("don", "Ảnh mờ")]
    for turn in range(2):
        at = SENT + (1 + turn) * DAY
        supplements.ask(dossier_id=dossier.id, faults=one, by=place.specialist, at=at)
        supplements.answer(dossier_id=dossier.id, papers=[paper()], by=place.citizen, at=at + HOUR)

    assert not Supplement.objects.filter(beyond=True).exists()
    with pytest.raises(Invalid):
        supplements.ask(dossier_id=dossier.id, faults=one, by=place.specialist, at=SENT + 5 * DAY)


def test_a_request_that_ends_with_its_dossier_says_it_was_never_answered(place: Office) -> None:
    dossier = accepted(place)
    supplements.ask(dossier_id=dossier.id, faults=BOTH, by=place.specialist, at=SENT + 2 * HOUR)
    endings.stop(
        dossier_id=dossier.id,
        reason="Quá hạn bổ sung",
        ground="Điều 7",
        by=place.specialist,
        at=SENT + 40 * DAY,
    )

    asked = Supplement.objects.get(dossier_id=dossier.id)
    assert asked.unanswered
    assert Dossier.objects.get(id=dossier.id).status == Status.STOPPED


def refused(constraint: str, **change: object) -> None:
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Supplement.objects.update(**change)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert constraint in str(broken.value) or constraint in str(broken.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("supplement_counted_from_one", {"ordinal": 0}),
        ("supplement_beyond_the_rule_says_why", {"beyond": True}),
        ("supplement_beyond_the_rule_says_why", {"beyond": True, "again_because": "Vì sao", "ordinal": 1}),
        ("supplement_unanswered_is_closed", {"unanswered": True}),
        ("supplement_answered_whole", {"answered_at": SENT + 9 * DAY}),
    ],
)
def test_a_request_that_cannot_be(place: Office, constraint: str, change: dict[str, object]) -> None:
    dossier = accepted(place)
    supplements.ask(dossier_id=dossier.id, faults=BOTH, by=place.specialist, at=SENT + 2 * HOUR)
    refused(constraint, **change)


def test_two_requests_never_have_the_same_count(place: Office) -> None:
    dossier = accepted(place)
    supplements.ask(dossier_id=dossier.id, faults=BOTH, by=place.specialist, at=SENT + 2 * HOUR)
    Fault.objects.update(answered_at=SENT + DAY)
    Supplement.objects.update(answered_at=SENT + DAY)
    first = Supplement.objects.get()
    with pytest.raises(IntegrityError, match="supplement_counted_once"), transaction.atomic():
        Supplement.objects.create(
            dossier_id=dossier.id,
            asked_at=SENT,
            asked_by="Ai",
            answer_by=SENT,
            message="",
            ordinal=first.ordinal,
        )
