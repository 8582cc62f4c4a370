"""What a dossier lacks under its new version is asked of the person, or written on their word; acts wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.dossiers.test_rebasing import LATER, SINCE, answered, draft, field, form, over, with_form
from tests.support import people
from tests.support.office import SENT, Office, office, paper, published_anew, submission
from tinhso.dossiers import faults, marks
from tinhso.dossiers.contracts import PaperFault, Status
from tinhso.dossiers.models import Content, Dossier, HistoryEntry, Result, Supplement
from tinhso.dossiers.operations import filling, intake, rebasing, results, supplements
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.queries.lacking import QUESTIONS, of_dossier
from tinhso.foundation.audit.models import AuditEntry
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef
from tinhso.notify import api as notify
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
PHOTO = procedures.PaperAsked(code="anh", name="Ảnh chân dung", originals=1)
CAR = {"name": "xe", "kind": "yes_no", "label": "Có xe không"}
PLATE = field("bien_so", "Biển số", show_if={"==": [{"var": "xe"}, True]}, show_note="Nếu có xe.")
WHO = "Lê Văn A"


@pytest.fixture
def place() -> Office:
    return with_form(office())


def lacks(place: Office) -> Dossier:
    """An accepted dossier under a version that asks one answer otherwise, two anew, and a photo."""
    dossier = answered(place)
    asked = form(field("ten", "Họ tên"), field("nghe", "Số nghề", "number"), CAR, PLATE)
    papers = (*procedures.version(place.version).papers, PHOTO)
    published_anew(place.version, since=SINCE, form_version_id=asked, papers=papers)
    return over(place, dossier)


def told(place: Office, dossier: Dossier, *, by: ActorRef | None = None, **given: Any) -> Dossier:
    given = {"answers": {}, "papers": (), "word": WHO} | given
    filling.fill_in(dossier_id=dossier.id, by=by or place.intake, at=LATER, **given)
    return Dossier.objects.get(id=dossier.id)


def address(dossier: Dossier, slug: str = "") -> str:
    return f"/can-bo/ho-so/{dossier.code}/{slug}"


def test_no_result_is_drafted_while_a_required_answer_is_missing(place: Office) -> None:
    dossier = lacks(place)
    assert marks.LACKING in dossier.flags
    with pytest.raises(faults.AnswersLacking, match="Số nghề; Có xe không"):
        draft(place, dossier)
    dossier = told(place, dossier, answers={"nghe": 3, "xe": True})
    with pytest.raises(faults.AnswersLacking, match="Biển số"):
        draft(place, dossier)
    dossier = told(place, dossier, answers={"bien_so": "68A-1"}, by=place.specialist)
    draft(place, dossier)
    assert marks.LACKING in dossier.flags
    assert marks.LACKING not in told(place, dossier, papers=[paper("anh")]).flags


def test_what_is_written_says_on_whose_word_and_loses_nothing(place: Office) -> None:
    dossier = told(
        place, lacks(place), answers={"nghe": 3, "xe": False, "ten": "Kẻ khác"}, papers=[paper("anh")]
    )
    content = Content.objects.get(dossier=dossier)
    assert content.answers == {"ten": "Lê A", "nghe": 3, "xe": False}
    assert content.aside == {"nghe": "Thợ", "tuoi": 40}
    assert of_dossier(dossier).whole
    line = HistoryEntry.objects.filter(dossier=dossier).latest("id")
    assert (line.act, line.public, line.actor_name) == ("fill_in", True, place.intake.name)
    assert line.note == f"Theo lời {WHO} tại quầy: Số nghề; Có xe không; Ảnh chân dung."
    trace = AuditEntry.objects.filter(act="dossiers.fill_in").latest("id")
    assert (trace.actor_id, WHO in bytes(trace.payload).decode()) == (place.intake.id, True)
    letters = notify.about(kind="dossier", subject_id=dossier.id)
    assert any(WHO in letter.body for letter in letters)


def test_what_will_not_do_is_refused_and_nothing_is_written(place: Office) -> None:
    dossier = lacks(place)
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("word", {"word": " ", "answers": {"nghe": 3}}),
        ("nghe", {"answers": {"nghe": "Thợ mộc", "xe": True}}),
        ("papers.don", {"papers": [paper("don")]}),
        ("", {"answers": {"ten": "Khác"}}),
    ]
    for where, given in wrong:
        with pytest.raises(Invalid) as refused:
            told(place, dossier, **given)
        assert list(refused.value.faults) == ([where] if where else []), given
    assert Content.objects.get(dossier=dossier).answers == {"ten": "Lê A", "nghe": "Thợ"}


def test_acceptance_waits_and_a_version_that_asks_no_more_ends_the_waiting(place: Office) -> None:
    given = replace(submission(place), answers={"ten": "Lê A", "nghe": "Thợ", "tuoi": 40})
    sent = submit(given, by=place.citizen, at=SENT)
    asked = form(field("ten", "Họ tên"), CAR)
    second = published_anew(place.version, since=SINCE, form_version_id=asked)
    over(place, Dossier.objects.get(id=sent.id))
    with pytest.raises(faults.AnswersLacking, match="Có xe không"):
        intake.accept(dossier_id=sent.id, by=place.intake, at=LATER)
    again = form(field("ten", "Họ tên"))
    published_anew(second, since=SINCE + timedelta(days=1), form_version_id=again)
    rebasing.rebase(dossier_id=sent.id, reason="Mới", by=place.leader, at=LATER + timedelta(days=1))
    intake.accept(dossier_id=sent.id, by=place.intake, at=LATER + timedelta(days=1))
    assert marks.LACKING not in Dossier.objects.get(id=sent.id).flags


def test_the_counter_is_asked_only_for_what_is_lacking_and_others_are_not_let_in(place: Office) -> None:
    dossier = lacks(place)
    where = address(dossier, "ghi-con-thieu/")
    desk: Any = people.client(place.intake)
    page = desk.get(where).content.decode()
    for there, name in ((True, "nghe"), (True, "xe"), (True, "goc-anh"), (False, "ten"), (False, "goc-don")):
        assert (f'name="{name}"' in page) is there, name
    for who in (None, place.citizen, office().specialist, place.clerk):
        visitor: Any = people.client(who) if who else Client()
        assert visitor.post(where, {"version": dossier.version, "word": "x"}).status_code in (302, 403, 404)

    given = {"version": dossier.version, "word": WHO, "nghe": "ba", "xe": "co", "ten": "Kẻ khác"}
    wrong = desk.post(where, given)
    assert (wrong.status_code, "Kẻ khác" in wrong.content.decode()) == (422, False)
    assert 'href="#nghe"' in wrong.content.decode()
    assert desk.post(where, given | {"nghe": "3", "goc-anh": "1"}).status_code == 302
    now = Dossier.objects.get(id=dossier.id)
    assert Content.objects.get(dossier=dossier).answers == {"ten": "Lê A", "nghe": 3, "xe": True}
    page = desk.get(address(now)).content.decode()
    assert "Còn thiếu theo phiên bản mới" in page
    assert "Hãy nhập biển số" in page
    assert "Ảnh chân dung" in page
    assert desk.post(where, {"version": now.version, "word": WHO, "bien_so": "68A-1"}).status_code == 302
    assert "Còn thiếu theo phiên bản mới" not in desk.get(address(now)).content.decode()
    assert desk.get(where).status_code == 403


def asked(place: Office, dossier: Dossier) -> None:
    """The specialist sends the request as its page proposes it."""
    desk: Any = people.client(place.specialist)
    where = address(dossier, "bo-sung/")
    page = desk.get(f"{where}?con-thieu=1")
    rows = page.context["asked"]
    assert [(row.code, row.choice) for row in rows] == [
        (QUESTIONS, "faulty"),
        ("don", "good"),
        ("uy-quyen", "good"),
        ("anh", "faulty"),
    ]
    given = {f"xet-{row.code}": row.choice for row in rows} | {
        f"ly-do-{row.code}": row.reason for row in rows
    }
    assert desk.post(where, {"version": dossier.version, "message": "", **given}).status_code == 302
    reasons = dict(Supplement.objects.get().faults.values_list("code", "reason"))
    assert reasons[QUESTIONS] == "Hãy trả lời: Số nghề; Có xe không."
    assert set(reasons) == {QUESTIONS, "anh"}


def test_the_person_answers_as_they_answer_any_supplement(place: Office) -> None:
    dossier = lacks(place)
    asked(place, dossier)
    home = f"/ho-so/{dossier.code}/bo-sung/"
    person: Any = people.client(place.citizen)
    assert "Trả lời câu hỏi" in person.get(home).content.decode()
    page = person.get(f"{home}tra-loi/").content.decode()
    assert ('name="nghe"' in page, 'name="ten"' in page) == (True, False)

    first = person.post(f"{home}tra-loi/", {"nghe": "3", "xe": "co", "ten": "Kẻ khác"})
    assert (first.status_code, 'name="bien_so"' in first.content.decode()) == (422, True)
    request = Supplement.objects.get()
    assert request.answers == {"nghe": 3, "xe": True}
    assert person.post(home, {"part": "1"}).status_code == 422
    done = person.post(f"{home}tra-loi/", {"nghe": "3", "xe": "co", "bien_so": "68A-1"})
    assert done.status_code == 302
    assert "68A-1" in person.get(home).content.decode()
    assert Content.objects.get(dossier=dossier).answers["nghe"] == "Thợ"
    assert person.post(home).status_code == 422
    assert person.post(home, {"part": "1"}).status_code == 302
    request.refresh_from_db()
    assert (request.answers, Dossier.objects.get(id=dossier.id).status) == (None, Status.SUPPLEMENT)
    assert Content.objects.get(dossier=dossier).answers["bien_so"] == "68A-1"

    desk: Any = people.client(place.intake)
    now = Dossier.objects.get(id=dossier.id)
    assert (
        desk.post(address(now, "nhan-bo-sung/"), {"version": now.version, "goc-anh": "1"}).status_code == 302
    )
    now = Dossier.objects.get(id=dossier.id)
    assert (now.status, marks.LACKING in now.flags) == (Status.PROCESSING, False)


def test_the_counter_takes_the_whole_answer_of_a_request(place: Office) -> None:
    dossier = lacks(place)
    asked(place, dossier)
    desk: Any = people.client(place.intake)
    where = address(dossier, "nhan-bo-sung/")
    now = Dossier.objects.get(id=dossier.id)
    assert "chờ đến" in desk.get(address(dossier)).content.decode()
    assert 'name="nghe"' in desk.get(where).content.decode()
    given = {"version": now.version, "goc-anh": "1", "nghe": "ba", "xe": "khong"}
    assert desk.post(where, given).status_code == 422
    assert desk.post(where, given | {"nghe": "3"}).status_code == 302
    assert of_dossier(Dossier.objects.get(id=dossier.id)).whole


def test_nobody_else_answers_and_questions_are_no_paper(place: Office) -> None:
    dossier = lacks(place)
    home = f"/ho-so/{dossier.code}/bo-sung/"
    whole = answered(with_form(other := office()))
    with pytest.raises(Invalid, match="chưa rõ"):
        supplements.ask(
            dossier_id=whole.id, faults=[PaperFault(QUESTIONS, "x")], by=other.specialist, at=LATER
        )
    asked(place, dossier)
    stranger: Any = people.client(people.person())
    for visitor, status in ((Client(), 302), (stranger, 404)):
        assert visitor.post(f"{home}tra-loi/", {"nghe": "3"}).status_code == status
    with pytest.raises(Invalid):
        supplements.answer(
            dossier_id=dossier.id, papers=[paper(QUESTIONS), paper("anh")], by=place.citizen, at=LATER
        )
    with pytest.raises(IntegrityError, match="supplement_typed_only_while_open"), transaction.atomic():
        Supplement.objects.update(answered_at=LATER + timedelta(days=300), answers={"nghe": 3})


def test_a_draft_rendered_under_the_version_before_is_not_kept(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = answered(place)
    real = results.signing.prepare

    def slowly(*args: Any, **given: Any) -> Any:
        published_anew(place.version, since=SINCE, summary="Khác")
        over(place, dossier)
        return real(*args, **given)

    monkeypatch.setattr(results.signing, "prepare", slowly)
    with pytest.raises(faults.Stale):
        draft(place, dossier)
    assert not Result.objects.filter(dossier=dossier).exists()
