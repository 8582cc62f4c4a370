"""Time to supplement runs out: the person is reminded before, the office told after, a dated rule decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import SENT, Office, filed, office, paper
from tinhso.dossiers import jobs
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, Ending, Supplement
from tinhso.dossiers.operations import alarms, intake, supplements, unanswered
from tinhso.dossiers.pages.public import telling
from tinhso.dossiers.queries.reading import view
from tinhso.foundation import legal, moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAULT = [PaperFault("don", "Ảnh mờ")]


@pytest.fixture
def place() -> Office:
    return office()


def asked(place: Office, *, accepted: bool = True) -> Supplement:
    dossier_id = filed(place).id
    if accepted:
        intake.accept(dossier_id=dossier_id, by=place.intake, at=SENT + HOUR)
    by = place.specialist if accepted else place.intake
    supplements.ask(dossier_id=dossier_id, faults=FAULT, by=by, at=SENT + 2 * HOUR)
    return Supplement.objects.get(dossier_id=dossier_id)


def told(actor: ActorRef) -> list[str]:
    assert actor.id
    return [message.subject for message in notify.inbox(reader=actor.id)]


def ruled(value: str) -> None:
    legal.change(
        key="supplement_unanswered",
        value=value,
        effective_from=SENT.date(),
        legal_basis="Điều 9 Quy chế thử",
        by=SYSTEM,
        at=SENT,
    )
    legal.forget()


def test_the_person_is_reminded_once_by_the_dated_days(place: Office) -> None:
    request = asked(place)
    code = request.dossier.code
    assert unanswered.run(at=request.answer_by - 6 * DAY) == 0
    assert unanswered.run(at=request.answer_by - 4 * DAY) == 1
    assert unanswered.run(at=request.answer_by - 3 * DAY) == 0
    assert told(place.citizen)[0] == f"Hồ sơ {code} sắp hết hạn bổ sung giấy tờ"
    assert not any("bổ sung" in subject for subject in told(place.specialist))


def test_whoever_has_it_and_the_supervisor_are_told_once_when_it_ran_out_and_nothing_else_happens(
    place: Office,
) -> None:
    supervisor = people.officer("supervisor", place.specialist_unit)
    request = asked(place)
    assert unanswered.run(at=request.answer_by + HOUR) == 1
    assert unanswered.run(at=request.answer_by + 9 * DAY) == 0
    for officer in (place.specialist, supervisor):
        assert told(officer)[0] == f"Hồ sơ {request.dossier.code} quá hạn bổ sung giấy tờ"
    assert Dossier.objects.get(id=request.dossier_id).status == "supplement"
    supplements.answer(
        dossier_id=request.dossier_id, papers=[paper()], by=place.citizen, at=request.answer_by + 9 * DAY
    )
    assert Dossier.objects.get(id=request.dossier_id).status == "processing"


def test_before_intake_the_counter_is_told(place: Office) -> None:
    request = asked(place, accepted=False)
    unanswered.run(at=request.answer_by + HOUR)
    assert told(place.intake) == [f"Hồ sơ {request.dossier.code} quá hạn bổ sung giấy tờ"]


@pytest.mark.parametrize(("accepted", "status"), [(True, "stopped"), (False, "refused")])
def test_where_the_rule_ends_it_the_system_does_on_the_rules_ground(
    place: Office, accepted: bool, status: str
) -> None:
    ruled("end")
    request = asked(place, accepted=accepted)
    assert unanswered.run(at=request.answer_by + HOUR) == 1
    assert Dossier.objects.get(id=request.dossier_id).status == status
    ending = Ending.objects.get(dossier_id=request.dossier_id)
    assert (ending.ground, ending.by_name) == ("Điều 9 Quy chế thử", SYSTEM.name)
    assert "chưa bổ sung" in ending.reason
    assert Supplement.objects.get(id=request.id).unanswered
    assert unanswered.run(at=request.answer_by + DAY) == 0


def test_one_that_fails_keeps_no_other_untold(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(place), asked(place)
    tell = unanswered.alarms.tell

    def failing(rows: Any, *, at: datetime) -> None:
        if rows[0][0].id == first.dossier_id:
            raise RuntimeError("no")
        tell(rows, at=at)

    over = max(first.answer_by, second.answer_by) + HOUR
    with monkeypatch.context() as patched:
        patched.setattr(unanswered.alarms, "tell", failing)
        with pytest.raises(unanswered.NotTold):
            unanswered.run(at=over)
    assert told(place.specialist)[0] == f"Hồ sơ {second.dossier.code} quá hạn bổ sung giấy tờ"
    assert unanswered.run(at=over + HOUR) == 1


def test_the_rule_of_the_day_of_the_request_holds(place: Office) -> None:
    request = asked(place)
    legal.change(
        key="supplement_unanswered",
        value="end",
        effective_from=SENT.date() + DAY,
        legal_basis="Điều 9",
        by=SYSTEM,
        at=SENT,
    )
    legal.forget()
    unanswered.run(at=request.answer_by + HOUR)
    assert Dossier.objects.get(id=request.dossier_id).status == "supplement"


def test_an_answer_that_comes_this_moment_is_not_ended_over(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job has read the request; the person answers before it acts."""
    ruled("end")
    request = asked(place, accepted=False)
    real = unanswered.intake.refuse

    def first_the_answer(**act: Any) -> None:
        supplements.answer(
            dossier_id=request.dossier_id, papers=[paper()], by=place.citizen, at=request.answer_by + HOUR
        )
        real(**act)

    monkeypatch.setattr(unanswered.intake, "refuse", first_the_answer)
    assert unanswered.run(at=request.answer_by + HOUR) == 0
    assert not Ending.objects.filter(dossier_id=request.dossier_id).exists()


def test_an_answered_request_reminds_nobody(place: Office) -> None:
    request = asked(place)
    supplements.answer(dossier_id=request.dossier_id, papers=[paper()], by=place.citizen, at=SENT + DAY)
    assert unanswered.run(at=request.answer_by - DAY) == 0
    assert unanswered.run(at=request.answer_by + DAY) == 0


def test_the_page_says_that_it_is_late_and_the_list_finds_it(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(place)
    dossier = request.dossier
    seen = view(dossier, inside=False, at=SENT)
    assert "Gửi" not in telling.turn(seen, at=SENT + DAY)
    assert "đã quá hạn" in telling.turn(seen, at=request.answer_by + HOUR)

    def listed(at: datetime) -> bool:
        monkeypatch.setattr(moments, "now", lambda: at)
        page = people.client(place.specialist, at=at).get("/can-bo/ho-so/?xem=don-vi&han=bo-sung-tre")
        return dossier.code in page.content.decode()

    assert not listed(request.answer_by - HOUR)
    assert listed(request.answer_by + HOUR)


def test_an_online_dossier_is_alarmed_by_both_of_intakes_clocks(place: Office) -> None:
    """The hours run from the sending, and anew from the answer to a request before intake."""
    supervisor = people.officer("supervisor", place.specialist_unit)
    late, answered = filed(place), asked(place, accepted=False)
    assert due(late.id) - SENT == DAY, "eight working hours"
    assert alarms.sound(at=due(late.id) + HOUR) == 1, "the other waits for the person"

    at = answered.answer_by - DAY
    supplements.answer(dossier_id=answered.dossier_id, papers=[paper()], by=place.citizen, at=at)
    assert due(answered.dossier_id) > at
    assert alarms.sound(at=due(answered.dossier_id) + HOUR) == 1
    for officer in (place.intake, supervisor):
        late_ones = [subject for subject in told(officer) if subject.endswith("quá hạn tiếp nhận")]
        assert [subject.split()[2] for subject in late_ones] == [answered.dossier.code, late.code]


def due(dossier_id: UUID) -> datetime:
    found = Dossier.objects.get(id=dossier_id).due_at
    assert found
    return found


def test_the_job_looks_by_the_clock_of_now(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    request = asked(place)
    monkeypatch.setattr(moments, "now", lambda: request.answer_by + HOUR)
    jobs.sound_alarms()
    jobs.sound_alarms()
    assert told(place.specialist).count(f"Hồ sơ {request.dossier.code} quá hạn bổ sung giấy tờ") == 1


def test_looking_costs_the_same_however_many_were_told_of(place: Office) -> None:
    def spent(count: int) -> int:
        last = [asked(place) for _each in range(count)][-1]
        unanswered.run(at=last.answer_by + HOUR)
        with CaptureQueriesContext(connection) as queries:
            assert unanswered.run(at=last.answer_by + 2 * HOUR) == 0
        return len(queries)

    assert spent(1) == spent(4)
