"""Officers are told once of a deadline that comes near, and once when it has passed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import SENT, Office, filed, office, paper
from tinhso.directory import api as directory
from tinhso.directory.models import Agency
from tinhso.directory.queries.known import KNOWN
from tinhso.dossiers import jobs
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Alarm, Dossier
from tinhso.dossiers.operations import alarms, intake, routing, supplements
from tinhso.foundation import legal, moments, worktime
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.models import Post
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def place() -> Office:
    return office()


def told(officer: ActorRef) -> list[str]:
    """Subjects of the officer's messages, oldest first."""
    assert officer.id
    return [message.subject for message in reversed(notify.inbox(reader=officer.id))]


def due(dossier_id: UUID) -> datetime:
    found = Dossier.objects.get(id=dossier_id).due_at
    assert found
    return found


def test_intake_and_its_supervisor_are_warned_and_then_told_it_is_late_each_once(place: Office) -> None:
    supervisor = people.officer("supervisor", place.specialist_unit)
    colleague = people.officer("intake_officer", place.one_stop)
    dossier = filed(place)
    assert alarms.sound(at=SENT + HOUR) == 0

    assert alarms.sound(at=due(dossier.id) - HOUR) == 1
    assert alarms.sound(at=due(dossier.id) - HOUR / 2) == 0
    assert alarms.sound(at=due(dossier.id) + HOUR) == 1
    assert alarms.sound(at=due(dossier.id) + 9 * DAY) == 0

    said = [f"Hồ sơ {dossier.code} sắp đến hạn tiếp nhận", f"Hồ sơ {dossier.code} quá hạn tiếp nhận"]
    assert told(place.intake) == told(colleague) == told(supervisor) == said
    assert told(place.specialist) == []


def online_without_anybody(place: Office) -> UUID:
    """A dossier sent online to an office whose counter and supervisor are empty posts."""
    dossier = filed(place)
    leave(place.intake)
    return dossier.id


def leave(officer: ActorRef) -> None:
    """The officer's posts end before the dossier comes."""
    for post in Post.objects.filter(officer_id=officer.id):
        identity.end_post(post_id=post.id, on=SENT.date(), by=SYSTEM, at=SENT)


def test_an_online_dossier_nobody_answers_in_time_alarms_a_leader_when_no_counter_is_left(
    place: Office,
) -> None:
    dossier_id = online_without_anybody(place)
    limit = due(dossier_id)
    assert worked_hours(place, SENT, limit) == legal.integer("intake_answer_hours", on=SENT.date())

    assert alarms.sound(at=limit + HOUR) == 1
    assert told(place.leader) == [f"Hồ sơ {Dossier.objects.get(id=dossier_id).code} quá hạn tiếp nhận"]


def test_in_an_agency_with_nobody_the_one_above_is_told(place: Office) -> None:
    above = people.agency("UBND tỉnh Thử")
    watching = people.officer("supervisor", people.unit(above))
    Agency.objects.filter(id=place.agency).update(parent_id=above)
    KNOWN.changed()
    dossier_id = online_without_anybody(place)
    for officer in (place.leader, place.specialist, place.clerk):
        leave(officer)

    assert alarms.sound(at=due(dossier_id) + HOUR) == 1
    assert len(told(watching)) == 1


def test_the_limit_of_intakes_answer_is_a_dated_value(place: Office) -> None:
    legal.change(
        key="intake_answer_hours", value=4, effective_from=date(2026, 3, 1), legal_basis="Thử", by=SYSTEM,
        at=SENT,
    )  # fmt: skip
    legal.forget()
    dossier = filed(place)
    assert worked_hours(place, SENT, due(dossier.id)) == 4
    assert alarms.sound(at=due(dossier.id) + HOUR) == 1


def test_an_answer_in_time_alarms_nobody(place: Office) -> None:
    for answer in (
        lambda id: intake.accept(dossier_id=id, by=place.intake, at=SENT + HOUR),
        lambda id: supplements.ask(
            dossier_id=id, faults=[PaperFault(code="don", reason="Mờ")], by=place.intake, at=SENT + HOUR
        ),
    ):
        dossier = filed(place)
        limit = due(dossier.id)
        answer(dossier.id)
        alarms.sound(at=limit + HOUR)
        assert not any(dossier.code in subject for subject in told(place.intake))


def worked_hours(place: Office, begin: datetime, end: datetime) -> float:
    calendar = worktime.calendar(directory.agency(place.agency, begin.date()).calendar)
    return worktime.working_minutes(begin, end, calendar) / 60


def test_whoever_has_an_accepted_dossier_is_warned_by_share_then_a_day_before_then_late(
    place: Office,
) -> None:
    dossier = filed(place)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=SENT + HOUR)
    promised = due(dossier.id)
    sounded = [alarms.sound(at=promised - 5 * DAY + hours * HOUR) for hours in range(5 * 24 + 3)]

    assert sum(sounded) == 3
    assert [subject.removeprefix(f"Hồ sơ {dossier.code} ") for subject in told(place.specialist)] == [
        "đã dùng 75% thời hạn",
        "còn một ngày làm việc",
        "đã quá hạn",
    ]
    assert told(place.leader) == []
    assert all(message.link == f"/can-bo/ho-so/{dossier.code}/" for message in _of(place.specialist))
    assert "thứ" in _of(place.specialist)[0].body


def _of(officer: ActorRef) -> tuple[notify.MessageView, ...]:
    assert officer.id
    return notify.inbox(reader=officer.id)


def test_only_the_gravest_is_told_when_several_were_missed(place: Office) -> None:
    dossier = filed(place)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=SENT + HOUR)

    assert alarms.sound(at=due(dossier.id) + DAY) == 1
    assert told(place.specialist) == [f"Hồ sơ {dossier.code} đã quá hạn"]


def test_nobody_is_warned_while_the_clock_stands_and_anew_when_the_promise_moved(place: Office) -> None:
    dossier = filed(place)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=SENT + HOUR)
    first = due(dossier.id)
    alarms.sound(at=first - HOUR)
    routing.pause(dossier_id=dossier.id, reason="Chờ ý kiến", by=place.specialist, at=first - HOUR)
    assert alarms.sound(at=first + 3 * DAY) == 0

    routing.resume(dossier_id=dossier.id, by=place.specialist, at=first + 3 * DAY)
    assert due(dossier.id) > first
    assert alarms.sound(at=due(dossier.id) + HOUR) == 1
    assert Alarm.objects.filter(dossier_id=dossier.id).count() == 2


def test_intake_is_warned_by_the_answer_that_came_not_by_the_first_sending(place: Office) -> None:
    dossier = filed(place)
    act: dict[str, Any] = {"dossier_id": dossier.id}
    fault = PaperFault(code="don", reason="Thiếu chữ ký")
    supplements.ask(faults=[fault], by=place.intake, at=SENT + HOUR, **act)
    assert alarms.sound(at=SENT + 10 * DAY) == 0, "the citizen's turn"
    answered = SENT + 10 * DAY
    supplements.answer(papers=[paper()], by=place.citizen, at=answered, **act)

    assert alarms.sound(at=answered + HOUR) == 0
    assert alarms.sound(at=due(dossier.id) - HOUR) == 1


def test_an_absent_holders_colleagues_are_told_instead(place: Office) -> None:
    dossier = filed(place)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=SENT + HOUR)
    colleague = people.officer("specialist", place.specialist_unit)
    assert place.specialist.id
    identity.be_absent(
        officer_id=place.specialist.id, begins_at=SENT + DAY, ends_at=SENT + 60 * DAY, by=SYSTEM, at=SENT
    )
    alarms.sound(at=due(dossier.id) + HOUR)

    assert told(colleague) == [f"Hồ sơ {dossier.code} đã quá hạn"]
    assert told(place.specialist) == []


def test_a_finished_dossier_is_left_in_peace(place: Office) -> None:
    dossier = filed(place)
    intake.refuse(
        dossier_id=dossier.id,
        reason="Sai cơ quan",
        ground="Điều 13 Luật Hộ tịch",
        by=place.intake,
        at=SENT + HOUR,
    )
    assert alarms.sound(at=SENT + 30 * DAY) == 0


def test_batches_cost_the_same_however_full_and_lose_nobody(place: Office) -> None:
    def spent(count: int) -> int:
        dossiers = [filed(place, at=SENT + timedelta(minutes=number)) for number in range(count)]
        for number, dossier in enumerate(dossiers):
            if number % 2:
                intake.accept(dossier_id=dossier.id, by=place.intake, at=SENT + HOUR)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert alarms.sound(at=SENT + 30 * DAY) == count
        return len(queries)

    spent(2)
    assert spent(4) == spent(24)

    elsewhere = office()
    left = [filed(each, at=SENT).id for each in (place, elsewhere, place, elsewhere, place)]
    assert alarms.sound(at=SENT + 30 * DAY, batch=2) == 5
    assert set(left) <= set(Alarm.objects.values_list("dossier_id", flat=True))


def test_the_job_looks_by_the_clock_of_now(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = filed(place)
    monkeypatch.setattr(moments, "now", lambda: due(dossier.id) + HOUR)
    jobs.sound_alarms()
    jobs.sound_alarms()
    assert len(told(place.intake)) == 1


@pytest.mark.parametrize(
    ("constraint", "kinds"), [("alarm_once", ["late", "late"]), ("alarm_known_kind", ["soonish"])]
)
def test_the_database_refuses(place: Office, constraint: str, kinds: list[str]) -> None:
    dossier = filed(place)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        for kind in kinds:
            Alarm.objects.create(dossier_id=dossier.id, due_at=SENT, kind=kind, at=SENT)
