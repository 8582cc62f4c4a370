"""From a submission to the specialist's desk and back to the person for a paper."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.office import SENT, Office, filed, office, paper, submission
from tinhso.dossiers.contracts import PaperFault, Status, Verdict
from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.models import Dossier, HistoryEntry, Promise, Standing, SubmittedPaper
from tinhso.dossiers.operations import endings, intake, obligations, routing, supplements
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.queries.reading import read
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound
from tinhso.foundation.idempotency import KeyReused
from tinhso.foundation.moments import local
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return office()


def later(hours: float) -> datetime:
    return SENT + timedelta(hours=hours)


def test_a_dossier_gets_a_code_of_its_agency_and_day_and_waits_at_the_one_stop(place: Office) -> None:
    first, second = filed(place), filed(place)

    assert first.code == f"{place.identifier}-260302-0001"
    assert second.code == f"{place.identifier}-260302-0002"
    dossier = Dossier.objects.get(id=first.id)
    assert (dossier.status, dossier.role, dossier.unit_id) == ("submitted", "intake_officer", place.one_stop)
    assert dossier.holder == place.intake.id
    assert tasks.mine(holder=dossier.holder)[0].act == "dossiers.accept"


def test_a_repeated_key_gives_the_first_answer_and_another_body_is_refused(place: Office) -> None:
    first = filed(place, key="khoa-1")
    assert filed(place, key="khoa-1", at=later(5)) == first
    assert Dossier.objects.count() == 1

    with pytest.raises(KeyReused):
        submit(submission(place, key="khoa-1", name="Người Khác"), by=place.citizen, at=later(6))


def test_a_missing_or_unasked_paper_is_named_and_nothing_is_kept(place: Office) -> None:
    given = submission(place)
    wrong = type(given)(**{**{f: getattr(given, f) for f in given.__slots__}, "papers": (paper("la"),)})

    with pytest.raises(Invalid) as refused:
        submit(wrong, by=place.citizen, at=SENT)

    assert set(refused.value.faults) == {"papers.la", "papers.don"}
    assert Dossier.objects.count() == 0


def test_accepting_promises_a_date_and_gives_the_work_to_the_specialist(place: Office) -> None:
    dossier_id = filed(place).id

    due = intake.accept(dossier_id=dossier_id, by=place.intake, at=later(1))

    assert local(due).strftime("%Y-%m-%d %H:%M") == "2026-03-09 17:30"
    dossier = Dossier.objects.get(id=dossier_id)
    assert (dossier.status, dossier.step, dossier.holder) == ("accepted", "tham_dinh", place.specialist.id)
    assert dossier.due_at == due
    assert Promise.objects.get().words
    subjects = [m.subject for m in notify.about(kind="dossier", subject_id=dossier_id)]
    assert any("tiếp nhận" in subject for subject in subjects)


def test_the_clock_stands_while_the_citizen_supplements(place: Office) -> None:
    dossier_id = filed(place).id
    before = intake.accept(dossier_id=dossier_id, by=place.intake, at=later(1))
    fault = [PaperFault(code="don", reason="Ảnh mờ, không thấy dấu đỏ")]

    supplements.ask(dossier_id=dossier_id, faults=fault, by=place.specialist, at=later(24))
    standing = Dossier.objects.get(id=dossier_id)
    after = supplements.answer(dossier_id=dossier_id, papers=[paper()], by=place.citizen, at=later(72))

    assert (standing.status, standing.stopped_since) == ("supplement", later(24))
    dossier = Dossier.objects.get(id=dossier_id)
    assert (dossier.status, dossier.stopped_since) == ("processing", None)
    assert after == before + timedelta(days=2)
    assert dossier.flags == ["originals", "supplement_back"]
    assert dossier.holder == place.specialist.id
    papers = SubmittedPaper.objects.filter(dossier_id=dossier_id).order_by("given_at")
    assert [p.current for p in papers] == [False, True]


def test_a_supplement_before_acceptance_starts_no_clock(place: Office) -> None:
    dossier_id = filed(place).id
    fault = [PaperFault(code="don", reason="Thiếu chữ ký")]

    supplements.ask(dossier_id=dossier_id, faults=fault, by=place.intake, at=later(1))
    assert Dossier.objects.get(id=dossier_id).status == "pre_supplement"
    supplements.answer(dossier_id=dossier_id, papers=[paper()], by=place.citizen, at=later(30))

    assert Dossier.objects.get(id=dossier_id).status == "submitted"
    assert not Standing.objects.exists()


@pytest.mark.parametrize(
    "faults",
    [[], [PaperFault(code="don", reason=" ")], [PaperFault(code="khong-co", reason="x")]],
)
def test_a_request_without_a_paper_or_a_reason_is_refused(place: Office, faults: list[PaperFault]) -> None:
    dossier_id = filed(place).id

    with pytest.raises(Invalid):
        supplements.ask(dossier_id=dossier_id, faults=faults, by=place.intake, at=later(1))


def test_pause_obligation_and_withdrawal_keep_the_clock_true(place: Office) -> None:
    dossier_id = filed(place).id
    before = intake.accept(dossier_id=dossier_id, by=place.intake, at=later(1))
    routing.pause(dossier_id=dossier_id, reason="Chờ ý kiến Sở", by=place.specialist, at=later(24))
    assert routing.resume(dossier_id=dossier_id, by=place.specialist, at=later(48)) == before + timedelta(
        days=1
    )
    obligations.ask(dossier_id=dossier_id, what="Thuế đất", by=place.specialist, at=later(48.5))
    endings.withdraw(dossier_id=dossier_id, reason="Không cần nữa", by=place.citizen, at=later(50))

    assert not Standing.objects.filter(ended_at=None).exists()
    assert Dossier.objects.get(id=dossier_id).status == "withdrawn"
    assert tasks.open_on(subject="dossier", subject_id=dossier_id) == ()


def test_refusing_needs_a_reason_and_is_final(place: Office) -> None:
    dossier_id = filed(place).id
    with pytest.raises(Invalid):
        intake.refuse(
            dossier_id=dossier_id, reason="", ground="Điều 13 Luật Hộ tịch", by=place.intake, at=later(1)
        )
    intake.refuse(
        dossier_id=dossier_id,
        reason="Nơi cư trú thuộc xã khác.",
        ground="Điều 13 Luật Hộ tịch",
        by=place.intake,
        at=later(1),
    )

    with pytest.raises(WrongTurn):
        intake.accept(dossier_id=dossier_id, by=place.intake, at=later(2))


def test_the_loser_of_two_at_once_is_told_who_did_what(place: Office) -> None:
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=later(1), seen=1)

    with pytest.raises(Stale, match="Lê Thị Hoa"):
        intake.refuse(
            dossier_id=dossier_id,
            reason="x",
            ground="Điều 13 Luật Hộ tịch",
            by=place.intake,
            at=later(1),
            seen=1,
        )


def test_only_the_unit_that_holds_the_step_may_act_and_only_its_path_may_read(place: Office) -> None:
    dossier_id = filed(place).id
    stranger = office()
    for actor in (place.specialist, place.clerk, stranger.intake, people.person("Người Lạ")):
        with pytest.raises(NotAllowed):
            intake.accept(dossier_id=dossier_id, by=actor, at=later(1))
    for actor in (stranger.intake, stranger.citizen, place.clerk):
        with pytest.raises(NotFound):
            read(dossier_id, by=actor, at=later(1), purpose="thử")

    assert read(dossier_id, by=place.citizen, at=later(1), purpose="").applicant.phone == "0912345678"
    assert read(dossier_id, by=place.intake, at=later(1), purpose="Tiếp nhận").row.code


def test_forwarding_and_assigning_stay_within_the_agency_and_the_role(place: Office) -> None:
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=later(1))
    other = people.unit(place.agency)
    colleague = people.officer("specialist", other, name="Võ Văn Cảnh")
    with pytest.raises(Invalid):
        routing.assign(dossier_id=dossier_id, to=place.clerk.id, by=place.specialist, at=later(2))
    with pytest.raises(Invalid):
        routing.forward(
            dossier_id=dossier_id, unit_id=office().one_stop, note="", by=place.specialist, at=later(2)
        )

    routing.forward(
        dossier_id=dossier_id, unit_id=other, note="Đúng chuyên môn", by=place.specialist, at=later(3)
    )

    dossier = Dossier.objects.get(id=dossier_id)
    assert (dossier.unit_id, dossier.holder) == (other, colleague.id)
    assert tasks.mine(holder=colleague.id)[0].subject_id == dossier_id


def test_judging_a_paper_faulty_needs_a_reason(place: Office) -> None:
    dossier_id = filed(place).id
    given = SubmittedPaper.objects.get(dossier_id=dossier_id)
    act = {"dossier_id": dossier_id, "paper_id": given.id, "by": place.intake, "at": later(1)}
    with pytest.raises(Invalid):
        supplements.judge(verdict=Verdict.FAULTY, **act)
    supplements.judge(verdict=Verdict.GOOD, **act)

    assert SubmittedPaper.objects.get(id=given.id).verdict == "good"
    assert not HistoryEntry.objects.filter(act="judge_paper", public=True).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"status": "nowhere"},
        {"role": ""},
        {"stopped_since": SENT},
        {"finished_at": SENT},
        {"status": Status.ACCEPTED.value},
        {"status": Status.RETURNED.value},
        {"owner_kind": "robot"},
        {"version": 0},
    ],
)
def test_the_database_refuses_a_dossier_that_cannot_be(place: Office, change: dict[str, object]) -> None:
    dossier_id = filed(place).id
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(id=dossier_id).update(**change)
