"""A calendar corrected: phases, opinions and hand-overs move with it, each by its own agency's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import people
from tests.support.between import Three, sent, three
from tests.support.constraints import refused
from tests.support.office import SENT
from tinhso.directory.models import Agency
from tinhso.directory.queries.known import KNOWN
from tinhso.dossiers.models import Dossier, MovedPromise, Opinion, Phase, Recount, Transfer
from tinhso.dossiers.operations import (
    closures,
    intake,
    opinions,
    phases,
    recount_telling,
    recounts,
    routing,
    transfers,
)
from tinhso.foundation import audit, worktime
from tinhso.foundation.refs import SYSTEM, CalendarRef
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)
HERE = worktime.CalendarLine("an-giang", "Lịch của tỉnh", "vn")
ISLAND = worktime.CalendarLine("dao", "Lịch của đảo", "an-giang")


@pytest.fixture
def place() -> Iterator[Three]:
    """The commune lies on an island with a calendar of its own under the province's."""
    yield set_up()
    worktime.forget()
    KNOWN.changed()


def set_up() -> Three:
    worktime.keep_calendar(CalendarRef(HERE.code), name=HERE.name, by=SYSTEM, at=SENT)
    worktime.keep_calendar(
        CalendarRef(ISLAND.code), name=ISLAND.name, parent=CalendarRef(HERE.code), by=SYSTEM, at=SENT
    )
    made = three()
    Agency.objects.filter(id=made.xa.agency).update(calendar=ISLAND.code)
    KNOWN.changed()
    return made


def accepted(place: Three) -> Dossier:
    dossier = sent(place)
    intake.accept(dossier_id=dossier.id, by=place.xa.intake, at=SENT + HOUR)
    return Dossier.objects.get(id=dossier.id)


def closed(line: worktime.CalendarLine, day: date = TUESDAY) -> recounts.Correction:
    return recounts.day_off_or_on(line, day, kind=worktime.DayKind.CLOSED, name="Nghỉ bão", basis="CĐ 1")


def cleared(line: worktime.CalendarLine, day: date = TUESDAY) -> recounts.Correction:
    return recounts.day_off_or_on(line, day, kind=None, name="Bỏ ngày nghỉ", basis="")


def corrected(correction: recounts.Correction, at: datetime = SENT + 2 * HOUR) -> Recount:
    asked = recounts.correct(correction, by=SYSTEM, at=at)
    recounts.run(asked, at=at)
    return Recount.objects.get(id=asked)


def work_due(dossier_id: UUID) -> datetime | None:
    return tasks.open_on(subject="dossier", subject_id=dossier_id)[0].due_at


def test_a_phase_moves_with_promise_and_work_and_is_listed(place: Three) -> None:
    dossier = accepted(place)
    before = Phase.objects.get(dossier_id=dossier.id)

    recount = corrected(closed(HERE))

    after = Phase.objects.get(dossier_id=dossier.id)
    assert after.due_at - before.due_at == DAY
    assert any("Nghỉ bão" in word for word in after.words)
    assert work_due(dossier.id) == after.due_at, "the work keeps the agency's deadline, not the promise"
    listed = {row.what: row for row in MovedPromise.objects.filter(recount=recount)}
    assert listed.keys() == {"promise", "phase"}
    assert (listed["phase"].was, listed["phase"].becomes) == (before.due_at, after.due_at)
    assert listed["phase"].agency == place.xa.agency
    assert (recount.counted, recount.moved) == (1, 1), "promises alone"
    details = audit.trace("dossier", dossier.id, limit=1)[0].details
    assert details["phase"] == str(after.id)
    shown = people.client(place.xa.specialist).get(f"/can-bo/lich/dieu-chinh/{recount.id}/").content.decode()
    assert "Phần của UBND phường Thử" in shown
    assert "Hẹn trả kết quả" in shown


def test_the_calendar_of_one_agency_moves_only_what_rests_on_it(place: Three) -> None:
    """On the mainland nothing is closed: opinion and later phases rest on its calendar."""
    dossier = accepted(place)
    opinions.ask(
        dossier_id=dossier.id, question="Ý kiến?", agencies=[place.tinh.agency], by=place.xa.specialist,
        at=SENT + HOUR,
    )  # fmt: skip
    mainland = Opinion.objects.get().due_at
    assert {row.what for row in MovedPromise.objects.filter(recount=corrected(closed(ISLAND)))} == {
        "promise",
        "phase",
    }
    assert Opinion.objects.get().due_at == mainland

    recount = corrected(closed(HERE, WEDNESDAY))
    opinion = Opinion.objects.get()
    assert opinion.due_at - mainland == DAY
    assert [task.due_at for task in tasks.open_on(subject="opinion", subject_id=opinion.id)] == [
        opinion.due_at
    ]
    assert MovedPromise.objects.filter(recount=recount, what="opinion").get().row == str(opinion.id)


def test_a_hand_over_nobody_acknowledged_moves_and_is_alarmed_anew(place: Three) -> None:
    dossier = accepted(place)
    at = SENT + 2 * HOUR
    routing.hand_on(dossier_id=dossier.id, by=place.xa.specialist, at=at)
    Transfer.objects.update(alarmed_at=at)
    before = Transfer.objects.get().due_at
    corrected(closed(HERE, before.date()), at=at + HOUR)
    after = Transfer.objects.get()
    assert after.due_at > before
    assert after.alarmed_at is None
    transfers.receive(dossier_id=dossier.id, by=place.so.specialist, at=at + 2 * HOUR)
    assert not MovedPromise.objects.filter(
        recount=corrected(cleared(HERE, before.date())), what="transfer"
    ).exists()


def test_a_past_day_corrected_makes_a_late_phase_timely_and_back(place: Three) -> None:
    dossier = accepted(place)
    before = Phase.objects.get(dossier_id=dossier.id).due_at
    later = before + 2 * HOUR
    corrected(closed(HERE), at=later)
    assert Phase.objects.get(dossier_id=dossier.id).due_at > later
    corrected(cleared(HERE), at=later)
    assert Phase.objects.get(dossier_id=dossier.id).due_at == before


def test_a_deadline_that_moves_while_it_is_counted_stays_as_moved(
    place: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = accepted(place)
    other = SENT + 30 * DAY
    count = phases.recounted

    def moved(rows: Any, *, calendars: Any) -> Any:
        found = count(rows, calendars=calendars)
        Phase.objects.filter(dossier_id=dossier.id, ended_at=None).update(due_at=other)
        return found

    monkeypatch.setattr(phases, "recounted", moved)
    corrected(closed(HERE))
    assert Phase.objects.get(dossier_id=dossier.id, ended_at=None).due_at == other


def test_a_preview_counts_what_lies_between_agencies_and_leaves_nothing(place: Three) -> None:
    dossier = accepted(place)
    before = Phase.objects.get(dossier_id=dossier.id).due_at
    looked = recounts.preview(closed(HERE), by=SYSTEM, at=SENT + 2 * HOUR)
    assert (looked.moved, looked.between) == (1, 1)
    assert Phase.objects.get(dossier_id=dossier.id).due_at == before


def test_an_office_closed_for_a_day_moves_its_phase(place: Three) -> None:
    dossier = accepted(place)
    before = Phase.objects.get(dossier_id=dossier.id).due_at
    done = closures.close(
        agency_id=place.xa.agency, first=TUESDAY, last=TUESDAY, reason="Lụt",
        by=people.officer("administrator", place.xa.one_stop), at=SENT + 2 * HOUR,
    )  # fmt: skip
    assert done.recount
    recounts.run(done.recount, at=SENT + 2 * HOUR)
    assert Phase.objects.get(dossier_id=dossier.id).due_at - before == DAY


def test_the_holder_is_told_once_of_a_dossier_of_which_two_dates_moved(place: Three) -> None:
    dossier = accepted(place)
    recount = corrected(closed(HERE))
    recount_telling.run(recount.id, at=SENT + DAY)
    holder = Dossier.objects.get(id=dossier.id).holder
    assert holder
    subjects = [message.subject for message in notify.inbox(reader=holder)]
    assert subjects.count("1 hồ sơ của anh/chị đổi ngày hẹn hoặc hạn") == 1
    assert place.xa.citizen.id
    bodies = [message.body for message in notify.inbox(reader=place.xa.citizen.id)]
    assert sum("ngày hẹn đổi" in body for body in bodies) == 1


def test_the_database_refuses_a_moved_deadline_without_its_row(place: Three) -> None:
    dossier = accepted(place)
    recount = corrected(closed(HERE))
    given = {"recount": recount, "dossier_id": dossier.id, "agency": place.xa.agency, "was": SENT}
    for constraint, change in (
        ("moved_deadline_has_its_row", {"what": "phase"}),
        ("moved_deadline_has_its_row", {"row": "1"}),
        ("moved_known_kind", {"what": "dream", "row": "1"}),
        ("moved_once_by_recount", {}),
    ):
        refused(
            constraint,
            lambda change=change: MovedPromise.objects.create(**given, becomes=SENT + DAY, **change),
        )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["pause", "resume", "close", "clear"]),
            st.integers(0, 9),
            st.sampled_from([2, 9, 30]),
        ),
        max_size=10,
    )
)
def test_a_phase_is_always_what_counting_from_nothing_gives(
    db: None, steps: list[tuple[str, int, int]]
) -> None:
    """Pauses and corrections in any order leave the deadline that phase, spans and calendar give together."""
    with transaction.atomic():
        place = set_up()
        dossier, at = accepted(place), SENT + HOUR
        for act, day, hours in steps:
            at += hours * HOUR
            stands = Dossier.objects.get(id=dossier.id).stopped_since is not None
            if act == "pause" and not stands:
                routing.pause(dossier_id=dossier.id, reason="Chờ", by=place.xa.specialist, at=at)
            elif act == "resume" and stands:
                routing.resume(dossier_id=dossier.id, by=place.xa.specialist, at=at)
            elif act in ("close", "clear"):
                make = closed if act == "close" else cleared
                corrected(make(HERE, date(2026, 3, 3) + day * DAY), at=at)
            phase = Phase.objects.get(dossier_id=dossier.id)
            calendar = worktime.calendar(CalendarRef(ISLAND.code))
            assert (
                phase.due_at
                == phases.recounted([phase], calendars={place.xa.agency: calendar})[phase.id].due_at
            )
            assert work_due(dossier.id) == phase.due_at
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    worktime.forget()
    KNOWN.changed()
