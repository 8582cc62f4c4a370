"""Opinions asked of other agencies: side by side, each on its own clock, answered once, gone on without."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from tests.foundation.files import makers
from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.faults import OpinionClosed, WrongTurn
from tinhso.dossiers.models import Dossier, HistoryEntry, Opinion, OpinionRequest, SharedPaper, SubmittedPaper
from tinhso.dossiers.operations import between_alarms, endings, intake, opinions, routing
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.dossiers.pages.public import telling
from tinhso.dossiers.queries import between
from tinhso.dossiers.queries.opinions import of_dossier
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorRef
from tinhso.identity.models import Look
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db


def later(hours: float) -> datetime:
    return SENT + timedelta(hours=hours)


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def others() -> tuple[Office, Office]:
    return office(), office()


def asked(place: Office, others: tuple[Office, ...], **more: Any) -> Dossier:
    """An accepted dossier on which others were asked."""
    id = filed(place).id
    intake.accept(dossier_id=id, by=place.intake, at=later(1))
    opinions.ask(
        dossier_id=id,
        question="Có thuộc quy hoạch không?",
        agencies=[other.agency for other in others],
        papers=list(SubmittedPaper.objects.values_list("id", flat=True)),
        by=place.specialist,
        at=later(2),
        **more,
    )
    return Dossier.objects.get(id=id)


def of(other: Office) -> Opinion:
    return Opinion.objects.get(agency_id=other.agency)


def draft(dossier: Dossier, by: ActorRef, at: datetime) -> None:
    with turn("draft_result", dossier_id=dossier.id, by=by, at=at) as under_way:
        advance(under_way, facts={})


def test_several_agencies_are_asked_at_once_and_each_has_it_in_its_work(
    place: Office, others: tuple[Office, Office]
) -> None:
    dossier = asked(place, others)

    assert dossier.flags == ["opinions", "originals"]
    for other in others:
        opinion = of(other)
        assert local(opinion.due_at).strftime("%d/%m %H:%M") == "09/03 17:30"
        (work,) = tasks.open_on(subject="opinion", subject_id=opinion.id)
        assert (work.unit_id, work.due_at) == (other.specialist_unit, opinion.due_at)
        (row,) = between.page(between.tab_of("y-kien"), [other.agency], at=SENT).rows
        assert (row.code, row.about) == (dossier.code, "Có thuộc quy hoạch không?")
    assert not between.page(between.tab_of("y-kien"), [place.agency], at=SENT).rows


def test_nothing_is_decided_while_opinions_are_awaited(place: Office, others: tuple[Office, Office]) -> None:
    dossier = asked(place, others)
    with pytest.raises(WrongTurn, match="Còn chờ ý kiến"):
        draft(dossier, place.specialist, later(3))

    opinions.give(opinion_id=of(others[0]).id, text="Thống nhất", by=others[0].specialist, at=later(4))
    with pytest.raises(WrongTurn, match="Còn chờ ý kiến"):
        draft(dossier, place.specialist, later(5))
    opinions.decline(opinion_id=of(others[1]).id, by=others[1].leader, at=later(6))
    draft(dossier, place.specialist, later(7))

    said = HistoryEntry.objects.filter(act="give_opinion").order_by("id").values_list("note", flat=True)
    assert [note.split(" ", 3)[-1][-16:] for note in said]
    assert len(said) == 2
    told = notify.about(kind="dossier", subject_id=dossier.id)
    assert any("đã trả lời" in message.subject for message in told)


def test_where_the_process_has_a_step_for_asking_it_is_done_by_asking_and_the_next_waits(
    others: tuple[Office, Office],
) -> None:
    place = office(process="lay-y-kien")
    dossier = asked(place, others)
    assert dossier.step == "tham_dinh"
    task = tasks.open_on(subject="dossier", subject_id=dossier.id)[0]
    assert (task.act, task.holder) == ("dossiers.draft_result", place.specialist.id)
    with pytest.raises(WrongTurn, match="Còn chờ ý kiến"):
        draft(dossier, place.specialist, later(3))
    for other in others:
        opinions.give(opinion_id=of(other).id, text="Được.", by=other.specialist, at=later(4))
    draft(dossier, place.specialist, later(5))
    assert Dossier.objects.get(id=dossier.id).step == "ky"


def test_a_step_for_asking_is_done_by_nothing_else() -> None:
    asking = office(process="lay-y-kien")
    id = filed(asking).id
    intake.accept(dossier_id=id, by=asking.intake, at=later(1))
    with pytest.raises(WrongTurn):
        draft(Dossier.objects.get(id=id), asking.specialist, later(2))


def test_only_the_agency_asked_answers_and_only_what_is_shared_is_seen(
    place: Office, others: tuple[Office, Office]
) -> None:
    dossier = asked(place, others)
    opinion = of(others[0])
    for stranger in (others[1].specialist, place.specialist, others[0].clerk, people.officer("leader")):
        with pytest.raises(NotAllowed):
            opinions.give(opinion_id=opinion.id, text="x", by=stranger, at=later(3))

    address = f"/can-bo/y-kien/{opinion.id}/"
    page = people.client(others[0].specialist).get(address)
    assert page.status_code == 200
    assert "Có thuộc quy hoạch không?" in page.content.decode()
    assert people.client(others[1].specialist).get(address).status_code == 404
    assert people.client(others[0].clerk).get(address).status_code == 403
    assert people.client(place.citizen).get(address).status_code in (302, 403)
    assert people.client(others[0].specialist).get(f"/can-bo/ho-so/{dossier.code}/").status_code == 404
    assert Look.objects.filter(person_id=place.citizen.id, actor_id=others[0].specialist.id).exists()


def test_an_answer_with_a_document_reaches_the_asker(place: Office, others: tuple[Office, Office]) -> None:
    dossier = asked(place, others[:1])
    opinion = of(others[0])
    client = people.client(others[0].specialist)

    sent = client.post(
        f"/can-bo/y-kien/{opinion.id}/",
        {"viec": "tra-loi", "text": "Đồng ý", "file": SimpleUploadedFile("tra-loi.pdf", makers.pdf())},
    )

    assert sent.status_code == 302
    opinion.refresh_from_db()
    assert (opinion.state, opinion.text) == ("given", "Đồng ý")
    assert opinion.file_id is not None
    screen = people.client(place.specialist).get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    assert "Đồng ý" in screen
    document = f"/can-bo/y-kien/{opinion.id}/van-ban/"
    assert people.client(place.specialist).get(document).status_code == 200
    assert people.client(people.officer("leader")).get(document).status_code == 404
    Dossier.objects.get(id=dossier.id)
    assert marks.ASKED not in Dossier.objects.get(id=dossier.id).flags


def test_an_empty_answer_comes_back_and_a_second_keeps_its_words(
    place: Office, others: tuple[Office, Office]
) -> None:
    asked(place, others[:1])
    opinion = of(others[0])
    client = people.client(others[0].specialist)
    address = f"/can-bo/y-kien/{opinion.id}/"

    assert client.post(address, {"viec": "tra-loi", "text": " "}).status_code == 422
    assert client.post(address, {"viec": "chuyen"}).status_code == 422
    opinions.give(opinion_id=opinion.id, text="Đồng ý", by=others[0].leader, at=moments.now())
    again = client.post(address, {"viec": "tra-loi", "text": "Không đồng ý"})

    assert again.status_code == 409
    assert "Không đồng ý" in again.content.decode()
    assert others[0].leader.name in again.content.decode()


def test_a_question_is_passed_on_inside_the_agency_only(place: Office, others: tuple[Office, Office]) -> None:
    asked(place, others[:1])
    opinion, unit = of(others[0]), people.unit(others[0].agency)
    act: dict[str, Any] = {"opinion_id": opinion.id, "by": others[0].specialist, "at": later(3)}

    opinions.pass_to(unit_id=unit, **act)
    with pytest.raises(Invalid):
        opinions.pass_to(unit_id=place.specialist_unit, **act)

    (work,) = tasks.open_on(subject="opinion", subject_id=opinion.id)
    assert (work.unit_id, of(others[0]).unit_id) == (unit, unit)


def test_the_asker_goes_on_without_only_after_the_term(place: Office, others: tuple[Office, Office]) -> None:
    dossier = asked(place, others)
    opinions.give(opinion_id=of(others[0]).id, text="Thống nhất", by=others[0].specialist, at=later(4))
    act: dict[str, Any] = {"dossier_id": dossier.id, "by": place.specialist}
    with pytest.raises(WrongTurn, match="Chưa hết hạn"):
        opinions.go_on(at=later(24), **act)

    opinions.go_on(note="Đã nhắc hai lần", at=later(24 * 9), **act)

    assert (of(others[0]).state, of(others[1]).state) == (OpinionState.GIVEN, OpinionState.PASSED_OVER)
    assert not tasks.open_on(subject="opinion", subject_id=of(others[1]).id)
    with pytest.raises(OpinionClosed, match="đã làm tiếp"):
        opinions.give(opinion_id=of(others[1]).id, text="Muộn", by=others[1].leader, at=later(24 * 10))
    with pytest.raises(WrongTurn, match="Không còn ý kiến"):
        opinions.go_on(at=later(24 * 10), **act)
    draft(dossier, place.specialist, later(24 * 10))
    assert "Đã nhắc hai lần" in HistoryEntry.objects.get(act="go_on").note


def test_a_late_opinion_is_alarmed_once(place: Office, others: tuple[Office, Office]) -> None:
    asked(place, others[:1])

    assert between_alarms.sound(at=later(24)) == 0
    assert between_alarms.sound(at=later(24 * 8)) == 1
    assert between_alarms.sound(at=later(24 * 8)) == 0


def test_a_dossier_that_ends_asks_nobody_any_more(place: Office, others: tuple[Office, Office]) -> None:
    dossier = asked(place, others)

    endings.withdraw(dossier_id=dossier.id, by=place.citizen, at=later(5))

    assert set(Opinion.objects.values_list("state", flat=True)) == {"passed_over"}
    assert marks.ASKED not in Dossier.objects.get(id=dossier.id).flags


@pytest.mark.parametrize(
    ("question", "who", "fault"),
    [(" ", "other", "question"), ("Hỏi", "nobody", "agencies"), ("Hỏi", "self", "agencies")],
)
def test_a_question_that_cannot_be_asked(place: Office, question: str, who: str, fault: str) -> None:
    id = filed(place).id
    intake.accept(dossier_id=id, by=place.intake, at=later(1))
    agencies = {"other": [office().agency], "nobody": [], "self": [place.agency]}[who]

    with pytest.raises(Invalid) as refused:
        opinions.ask(dossier_id=id, question=question, agencies=agencies, by=place.specialist, at=later(2))

    assert set(refused.value.faults) == {fault}


def test_nobody_is_asked_twice_before_answering(place: Office, others: tuple[Office, Office]) -> None:
    dossier = asked(place, others[:1])

    with pytest.raises(Invalid):
        opinions.ask(
            dossier_id=dossier.id,
            question="Nữa",
            agencies=[others[0].agency],
            by=place.specialist,
            at=later(3),
        )


def test_the_person_reads_in_plain_words_who_was_asked(place: Office, others: tuple[Office, Office]) -> None:
    dossier = asked(place, others)
    opinions.give(opinion_id=of(others[0]).id, text="Bí mật nội bộ", by=others[0].leader, at=later(4))

    said = telling.opinions(of_dossier(dossier.id), at=later(5))
    page = people.client(place.citizen).get(f"/ho-so/{dossier.code}/").content.decode()

    assert any("đã trả lời" in sentence for sentence in said)
    assert any("được hỏi ý kiến, hạn trả lời" in sentence for sentence in said)
    assert "Bí mật nội bộ" not in page


def test_pausing_does_not_stop_the_clock_of_those_asked(place: Office, others: tuple[Office, Office]) -> None:
    dossier = asked(place, others[:1])
    before = of(others[0]).due_at

    routing.pause(dossier_id=dossier.id, reason="Chờ", by=place.specialist, at=later(3))

    assert of(others[0]).due_at == before


def test_opinions_that_cannot_be(place: Office, others: tuple[Office, Office]) -> None:
    asked(place, others)

    def refused(constraint: str, **change: Any) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Opinion.objects.filter(agency_id=others[0].agency).update(**change)

    refused("opinion_known_state", state="lost", ended_at=later(9))
    refused("opinion_ended_when_not_asked", ended_at=later(9))
    refused("opinion_ended_when_not_asked", state="none")
    refused("opinion_given_says_something", state="given", ended_at=later(9))
    refused("opinion_due_after_asked", due_at=SENT - timedelta(days=1))
    refused("opinion_once_per_agency", agency_id=others[1].agency)
    with pytest.raises(IntegrityError, match="opinion_asks_something"), transaction.atomic():
        OpinionRequest.objects.update(question="")
    shared = SharedPaper.objects.get()
    shared.pk = None
    with pytest.raises(IntegrityError, match="shared_paper_once"), transaction.atomic():
        shared.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one() -> None:
    place, other = office(), office()
    dossier = asked(place, (other,))
    opinion = of(other)

    def answer(by: ActorRef) -> str:
        try:
            opinions.give(opinion_id=opinion.id, text=f"Ý của {by.name}", by=by, at=later(4))
        except OpinionClosed:
            return "second"
        finally:
            connection.close()
        return "first"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(answer, [other.specialist, other.leader]))

    assert outcomes == ["first", "second"]
    assert HistoryEntry.objects.filter(dossier_id=dossier.id, act="give_opinion").count() == 1
