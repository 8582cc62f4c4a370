"""A running dossier goes over to the version of its procedure in force now; nothing written is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.office import SENT, Office, drawn_anew, filed, office, published_anew, submission
from tests.workflow.test_moving import with_a_check
from tinhso.dossiers import faults, marks
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Content, Dossier, HistoryEntry, Promise, Rebased, Running
from tinhso.dossiers.operations import endings, intake, rebasing, results, routing
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.queries import rebased
from tinhso.dossiers.queries.rebasing import planned, reach, tried, waiting
from tinhso.forms import api as forms
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures
from tinhso.tasks.models import Task
from tinhso.workflow import api as workflow

pytestmark = pytest.mark.django_db
AT, LATER = SENT + timedelta(hours=1), SENT + timedelta(hours=2)
SINCE = date(2026, 3, 2)
"""The day of these acts."""
WHY = "Quyết định 215/QĐ-UBND"
WRITTEN = {"content": "Đủ điều kiện."}


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office) -> Dossier:
    sent = filed(place)
    intake.accept(dossier_id=sent.id, by=place.intake, at=AT)
    return Dossier.objects.get(id=sent.id)


def draft(place: Office, dossier: Dossier, *, seen: int | None = None) -> None:
    results.draft(dossier_id=dossier.id, written=WRITTEN, by=place.specialist, at=LATER, seen=seen)


def over(place: Office, dossier: Dossier, **given: Any) -> Dossier:
    rebasing.rebase(dossier_id=dossier.id, reason=WHY, by=place.leader, at=LATER, **given)
    return Dossier.objects.get(id=dossier.id)


def form(*fields: dict[str, Any]) -> UUID:
    definition = {"title": "Tờ khai", "pages": [{"name": "a", "question": "Về ai?", "fields": list(fields)}]}
    return forms.publish(code="t.thu", definition=definition, by=SYSTEM, at=SENT)


def field(name: str, label: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "label": label, **more}


def with_form(place: Office) -> Office:
    """The same office with a form of three questions in its procedure from the beginning."""
    asked = form(field("ten", "Họ tên"), field("nghe", "Nghề"), field("tuoi", "Tuổi", "number"))
    version = published_anew(place.version, since=SINCE - timedelta(days=1), form_version_id=asked)
    return replace(place, version=version)


def answered(place: Office) -> Dossier:
    given = replace(submission(place), answers={"ten": "Lê A", "nghe": "Thợ", "tuoi": 40})
    sent = submit(given, by=place.citizen, at=SENT)
    intake.accept(dossier_id=sent.id, by=place.intake, at=AT)
    return Dossier.objects.get(id=sent.id)


def test_the_officer_who_has_it_open_goes_on_and_the_new_step_comes_next(place: Office) -> None:
    dossier = accepted(place)
    before = Task.objects.get(subject_id=dossier.id, done_at=None)
    process = drawn_anew(place, with_a_check(), since=SINCE)

    now = over(place, dossier)
    assert (now.step, now.holder, now.due_at, now.status) == (
        "tham_dinh",
        dossier.holder,
        dossier.due_at,
        dossier.status,
    )
    assert now.procedure_version_id != place.version
    assert Running.objects.get(dossier=dossier).process_version_id == process
    assert Task.objects.get(subject_id=dossier.id, done_at=None).id == before.id
    line = HistoryEntry.objects.filter(dossier=dossier).latest("id")
    assert (line.act, line.note, line.public) == ("rebase", WHY, False)

    with pytest.raises(faults.Stale):
        draft(place, dossier, seen=dossier.version)
    draft(place, dossier, seen=now.version)
    assert Dossier.objects.get(id=dossier.id).step == "kiem_tra"


def test_a_paused_one_stays_paused_and_one_past_the_new_step_stays_where_it_is(place: Office) -> None:
    paused, drafted = accepted(place), accepted(place)
    routing.pause(dossier_id=paused.id, reason="Chờ Sở", by=place.specialist, at=AT)
    draft(place, drafted)
    old = Running.objects.get(dossier=drafted).process_version_id
    drawn_anew(place, with_a_check(), since=SINCE)

    assert over(place, paused).status == Status.PAUSED
    with pytest.raises(workflow.CannotMove, match="Ký duyệt"):
        over(place, drafted)
    assert Running.objects.get(dossier=drafted).process_version_id == old
    assert Dossier.objects.get(id=drafted.id).procedure_version_id == place.version


def test_only_the_leader_of_the_agency_may_and_only_while_there_is_a_newer_version(place: Office) -> None:
    dossier = accepted(place)
    with pytest.raises(faults.WrongTurn, match="đã theo phiên bản này"):
        over(place, dossier)
    drawn_anew(place, with_a_check(), since=SINCE)
    for who in (place.specialist, place.intake, office().leader):
        with pytest.raises(NotAllowed):
            rebasing.rebase(dossier_id=dossier.id, reason=WHY, by=who, at=LATER)
    with pytest.raises(Invalid, match="lý do"):
        rebasing.rebase(dossier_id=dossier.id, reason=" ", by=place.leader, at=LATER)
    by = people.officer("administrator", people.unit(people.agency("Văn phòng"), "leadership"))
    rebasing.rebase(dossier_id=dossier.id, reason=WHY, by=by, at=LATER)


def test_versions_that_no_running_dossier_can_go_between_are_refused(place: Office) -> None:
    dossier = accepted(place)
    lane = 'id="lan_vanthu" name="clerk"'
    drawing = workflow.drawing("tham-dinh-ky").replace(lane, 'id="lan_vanthu" name="clerk@so"')
    process = workflow.deploy(key="tham-dinh-ky", bpmn=drawing, by=SYSTEM, at=SENT)
    phase = procedures.PhaseTerm(
        key="so",
        name="Sở",
        term=procedures.Term(1, procedures.Unit.WORKING_DAY),
        agency=procedures.PhaseAgency.PARENT,
        role="clerk",
    )
    version = published_anew(place.version, since=SINCE, process_version_id=process, phases=(phase,))
    with pytest.raises(faults.WrongTurn, match="chưa tham gia"):
        over(place, dossier)

    silence = procedures.Deemed(outcome=procedures.DeemedOutcome.APPROVAL, ground="Điều 1")
    other = accepted(office())
    published_anew(other.procedure_version_id, since=SINCE, deemed=silence)
    (seen,) = tried([other], at=LATER)
    assert "không trả lời" in seen.why
    assert version


def test_answers_the_new_form_does_not_ask_are_kept_aside_and_come_back_when_asked_again(
    place: Office,
) -> None:
    place = with_form(place)
    dossier = answered(place)
    asked = form(field("ten", "Họ và tên"), field("nghe", "Nghề", "number"), field("que", "Quê quán"))
    second = published_anew(place.version, since=SINCE, form_version_id=asked)

    (seen,) = tried([dossier], at=LATER)
    assert seen.plan is not None
    assert rebased.labels(seen.plan, at=LATER) == ("Tuổi",)
    assert Content.objects.get(dossier=dossier).answers["tuoi"] == 40

    now = over(place, dossier)
    content = Content.objects.get(dossier=dossier)
    assert (content.answers, content.aside) == ({"ten": "Lê A", "nghe": "Thợ"}, {"tuoi": 40})
    change = rebased.change_of(now, at=LATER)
    assert change is not None
    assert change.aside == (("Tuổi", "40"),)
    assert len(change.lacking.sentences) == 2
    assert {"ten", "nghe", "que", "tuoi"} <= change.marked
    line = HistoryEntry.objects.filter(dossier=dossier).latest("id")
    assert line.public
    assert "Quê quán" in line.note
    assert "Ngày hẹn trả kết quả không đổi" in line.note

    again = form(field("ten", "Họ và tên"), field("tuoi", "Tuổi", "number"))
    published_anew(second, since=SINCE + timedelta(days=1), form_version_id=again)
    rebasing.rebase(dossier_id=dossier.id, reason=WHY, by=place.leader, at=LATER + timedelta(days=1))
    content.refresh_from_db()
    assert (content.answers, content.aside) == ({"ten": "Lê A", "tuoi": 40}, {"nghe": "Thợ"})


def test_papers_asked_now_are_named_and_those_given_stay(place: Office) -> None:
    dossier = accepted(place)
    papers = (procedures.PaperAsked(code="anh", name="Ảnh chân dung", originals=1),)
    published_anew(place.version, since=SINCE, papers=papers)
    (seen,) = tried([dossier], at=LATER)
    assert seen.plan is not None
    assert (seen.plan.lacking, seen.plan.over) == (("Ảnh chân dung",), ("Đơn đề nghị",))

    over(place, dossier)
    assert dossier.papers.filter(code="don", current=True).exists()
    assert "Ảnh chân dung" in HistoryEntry.objects.filter(dossier=dossier).latest("id").note


def test_a_promise_is_kept_through_a_later_pause_unless_the_new_term_is_applied_on_its_ground(
    place: Office,
) -> None:
    kept, moved = accepted(place), accepted(place)
    longer = procedures.Term(20, procedures.Unit.WORKING_DAY)
    published_anew(place.version, since=SINCE, term=longer)

    now = over(place, kept)
    assert now.due_at == kept.due_at
    assert marks.TERM_KEPT in now.flags
    with pytest.raises(Invalid, match="căn cứ pháp lý"):
        over(place, moved, new_term=True)
    then = over(place, moved, new_term=True, ground="Điều 30 Nghị định 1/2026")
    assert kept.due_at is not None
    assert then.due_at is not None
    assert then.due_at > kept.due_at + timedelta(days=14)
    assert Promise.objects.filter(dossier=moved).latest("id").cause == "rebase"
    assert "Điều 30" in HistoryEntry.objects.filter(dossier=moved).latest("id").note

    pause = LATER + timedelta(days=1)
    routing.pause(dossier_id=kept.id, reason="Chờ Sở", by=place.specialist, at=pause)
    routing.resume(dossier_id=kept.id, by=place.specialist, at=pause + timedelta(minutes=1))
    due = Dossier.objects.get(id=kept.id).due_at
    assert due is not None
    assert due - kept.due_at < timedelta(days=2)


def test_the_changes_are_marked_until_somebody_of_the_office_has_looked(place: Office) -> None:
    place = with_form(place)
    dossier = answered(place)
    asked = form(field("ten", "Họ và tên"), field("nghe", "Nghề"))
    published_anew(place.version, since=SINCE, form_version_id=asked)
    over(place, dossier)
    desk: Any = people.client(place.specialist)
    page = desk.get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    assert "mới đổi" in page
    assert "Đã xem phần đổi" in page
    for who in (place.citizen, office().specialist):
        stranger: Any = people.client(who)
        refused = stranger.post(f"/can-bo/ho-so/{dossier.code}/da-xem-phan-doi/")
        assert refused.status_code in (302, 403, 404)
    assert marks.REBASED in Dossier.objects.get(id=dossier.id).flags

    desk.post(f"/can-bo/ho-so/{dossier.code}/da-xem-phan-doi/")
    page = desk.get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    assert "mới đổi" not in page
    assert "đã xem phần đổi" in page
    assert marks.REBASED not in Dossier.objects.get(id=dossier.id).flags


def test_a_signed_result_keeps_its_version_and_a_finished_dossier_is_not_looked_at(place: Office) -> None:
    dossier, ended = accepted(place), accepted(place)
    endings.withdraw(dossier_id=ended.id, reason="Thôi", by=place.citizen, at=LATER)
    second = published_anew(place.version, since=SINCE, summary="Khác")
    code = procedures.version(second).code
    assert list(waiting(code, within=reach(place.leader, at=LATER), at=LATER)) == [dossier]
    with pytest.raises(faults.WrongTurn, match="đã ký"):
        planned(
            dossier,
            to=second,
            running=Running.objects.get(dossier=dossier),
            content=Content.objects.get(dossier=dossier),
            papers={},
            result="signed",
        )


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("rebased_to_another_version", {"after": "the same"}),
        ("rebased_for_a_reason", {"reason": ""}),
        ("rebased_term_whole", {"term_amount": 3}),
        ("rebased_term_whole", {"term_amount": 3, "term_unit": "fortnight"}),
        ("rebased_looked_at_afterwards", {"looked_at": SENT - timedelta(days=9), "looked_by_name": "A"}),
        ("rebased_looked_at_afterwards", {"looked_at": LATER}),
    ],
)
def test_the_database_refuses_a_change_that_cannot_be(
    place: Office, constraint: str, wrong: dict[str, Any]
) -> None:
    dossier = accepted(place)
    after = published_anew(place.version, since=SINCE, summary="Khác")
    right = {"before_id": place.version, "after_id": after, "at": AT, "by_name": "A", "reason": WHY}
    given = right | wrong
    if given.pop("after", ""):
        given["after_id"] = place.version
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Rebased.objects.create(dossier=dossier, **given)
    Rebased.objects.create(dossier=dossier, **right)
