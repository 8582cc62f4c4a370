"""A calendar corrected: every open promise counted anew, what moved listed, those concerned told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.models import Dossier, HistoryEntry, MovedPromise, Promise, Recount
from tinhso.dossiers.operations import clock, intake, recount_telling, recounts, routing
from tinhso.foundation import audit, worktime
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import SYSTEM, ActorRef, CalendarRef
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEDNESDAY = date(2026, 3, 4)
HERE = worktime.CalendarLine("an-giang", "Lịch của tỉnh", "vn")


@pytest.fixture
def place() -> Iterator[Office]:
    worktime.keep_calendar(CalendarRef(HERE.code), name=HERE.name, by=SYSTEM, at=SENT)
    yield office()
    worktime.forget()


def accepted(place: Office, at: datetime = SENT) -> Dossier:
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    return Dossier.objects.get(id=sent.id)


def closed(day: date = WEDNESDAY) -> recounts.Correction:
    return recounts.day_off_or_on(
        HERE, day, kind=worktime.DayKind.CLOSED, name="Nghỉ bão số 1", basis="Công điện 01/CĐ-UBND"
    )


def corrected(correction: recounts.Correction, at: datetime = SENT + DAY) -> Recount:
    """The correction with its count, as the job does it."""
    asked = recounts.correct(correction, by=SYSTEM, at=at)
    recounts.run(asked, at=at + timedelta(seconds=10))
    return Recount.objects.get(id=asked)


def due(dossier: Dossier) -> datetime:
    found = Dossier.objects.get(id=dossier.id).due_at
    assert found
    return found


def told(actor: ActorRef) -> list[str]:
    assert actor.id
    return [message.body for message in notify.inbox(reader=actor.id, limit=50)]


def test_a_day_off_moves_what_runs_over_it_and_says_so_everywhere(place: Office) -> None:
    dossier = accepted(place)
    before = due(dossier)

    recount = corrected(closed())

    after = due(dossier)
    assert after - before == DAY
    assert (recount.counted, recount.moved) == (1, 1)
    moved = MovedPromise.objects.get()
    assert (moved.dossier_id, moved.was, moved.becomes) == (dossier.id, before, after)
    assert [task.due_at for task in tasks.open_on(subject="dossier", subject_id=dossier.id)] == [after]
    promise = Promise.objects.filter(dossier=dossier).latest("id")
    assert promise.due_at == after
    assert "Không tính ngày nghỉ: 4/3 (Nghỉ bão số 1)." in promise.words
    line = HistoryEntry.objects.filter(dossier=dossier).latest("id")
    assert line.act == "recount"
    assert line.public
    assert line.note.endswith("thứ Ba 10/3/2026. Nghỉ bão số 1")
    trace = audit.trace("dossier", dossier.id, limit=1)[0]
    assert trace.act == "dossiers.recount"
    assert trace.details["version"] == Dossier.objects.get(id=dossier.id).version == dossier.version + 1


def test_a_preview_says_what_would_move_and_leaves_nothing(place: Office) -> None:
    dossier = accepted(place)
    before = due(dossier)
    other = accepted(place, SENT + 9 * DAY)

    looked = recounts.preview(closed(), by=SYSTEM, at=SENT + 10 * DAY)

    assert (looked.counted, looked.moved) == (2, 1)
    assert looked.examples == ((dossier.code, before, before + DAY),)
    assert due(dossier) == before
    assert not worktime.set_days(CalendarRef(HERE.code), since=WEDNESDAY)
    assert not Recount.objects.exists()
    assert clock.promised(other, at=SENT + 10 * DAY).due_at == due(other)


def test_a_past_day_corrected_makes_late_work_timely_again_and_back(place: Office) -> None:
    dossier = accepted(place)
    before = due(dossier)
    later = before + timedelta(hours=1)

    corrected(closed(), at=later)
    assert due(dossier) > later
    undone = recounts.day_off_or_on(HERE, WEDNESDAY, kind=None, name="Bỏ ngày nghỉ", basis="")
    assert corrected(undone, at=later).moved == 1
    assert due(dossier) == before


def test_a_make_up_saturday_brings_the_date_forward(place: Office) -> None:
    dossier = accepted(place)
    before = due(dossier)
    saturday = recounts.day_off_or_on(
        HERE, date(2026, 3, 7), kind=worktime.DayKind.OPEN, name="Làm bù", basis=""
    )

    corrected(saturday)
    assert due(dossier) < before


def test_hours_that_change_move_only_what_ends_by_them(place: Office) -> None:
    dossier = accepted(place)
    before = due(dossier)
    short = dict.fromkeys(range(5), ((8 * 60, 12 * 60), (13 * 60, 16 * 60)))
    change = recounts.hours(HERE, short, valid_from=date(2026, 3, 6), what="Giờ mùa hè")

    assert corrected(change).moved == 1
    assert before - due(dossier) == timedelta(minutes=90)


def test_a_pause_stays_and_what_was_waited_counts_by_the_new_calendar(place: Office) -> None:
    waited, stands = accepted(place), accepted(place)
    for dossier in (waited, stands):
        routing.pause(dossier_id=dossier.id, reason="Chờ Sở", by=place.specialist, at=SENT + DAY)
    routing.resume(dossier_id=waited.id, by=place.specialist, at=SENT + 3 * DAY)
    resumed, paused = due(waited), Dossier.objects.get(id=stands.id)

    corrected(closed(), at=SENT + 3 * DAY)

    # The day off lay in the pause of the one: its pause is a working day shorter, its term a day longer.
    assert due(waited) == resumed
    now = Dossier.objects.get(id=stands.id)
    assert (now.status, now.stopped_since) == ("paused", paused.stopped_since)
    assert now.due_at == due(paused)
    assert now.due_at
    assert paused.due_at
    assert now.due_at - paused.due_at == DAY
    routing.resume(dossier_id=stands.id, by=place.specialist, at=SENT + 3 * DAY + timedelta(hours=1))
    assert due(stands) == clock.promised(Dossier.objects.get(id=stands.id), at=SENT + 4 * DAY).due_at


def test_the_answer_of_intake_is_counted_anew_without_a_word_to_the_applicant(place: Office) -> None:
    sent = filed(place, at=SENT)
    recount = corrected(closed(date(2026, 3, 2)), at=SENT + timedelta(hours=1))

    assert recount.moved == 1
    assert not HistoryEntry.objects.filter(dossier_id=sent.id).latest("id").public
    recount_telling.run(recount.id, at=SENT + timedelta(hours=2))
    assert not [words for words in told(place.citizen) if "ngày hẹn đổi" in words]


def test_a_national_day_reaches_every_calendar_below_and_another_calendar_none(place: Office) -> None:
    dossier = accepted(place)
    before = due(dossier)
    worktime.keep_calendar(CalendarRef("xa-dao"), name="Xã đảo", by=SYSTEM, at=SENT)
    island = worktime.CalendarLine("xa-dao", "Xã đảo", "vn")
    away = recounts.day_off_or_on(island, WEDNESDAY, kind=worktime.DayKind.CLOSED, name="Lễ", basis="")
    assert corrected(away).counted == 0
    nation = worktime.CalendarLine("vn", "Chung", "")
    corrected(recounts.day_off_or_on(nation, WEDNESDAY, kind=worktime.DayKind.CLOSED, name="Lễ", basis=""))

    assert due(dossier) - before == DAY


def test_each_concerned_is_told_once_of_all(place: Office) -> None:
    codes = [accepted(place).code for _number in range(3)]
    recount = corrected(closed())

    for _again in range(2):
        recount_telling.run(recount.id, at=SENT + 2 * DAY, batch=2)

    [body] = [words for words in told(place.citizen) if "ngày hẹn đổi" in words]
    assert all(code in body for code in codes)
    assert "thứ Hai 9/3/2026 → 17:30 thứ Ba 10/3/2026" in body
    subjects = [message.subject for message in notify.inbox(reader=_id(place.specialist), limit=50)]
    assert subjects.count("3 hồ sơ của anh/chị đổi ngày hẹn hoặc hạn") == 1
    assert Recount.objects.get().told_at


def _id(actor: ActorRef) -> UUID:
    assert actor.id
    return actor.id


def test_batches_are_few_queries_and_a_count_begun_again_goes_on(
    place: Office, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    dossiers = [accepted(place) for _number in range(7)]
    asked = recounts.correct(closed(), by=SYSTEM, at=SENT + DAY)
    written = recounts._write
    done: list[int] = []

    def breaks(*given: Any, **named: Any) -> None:
        if len(done) == 2:
            raise RuntimeError("power is out")
        written(*given, **named)
        done.append(1)

    monkeypatch.setattr(recounts, "_write", breaks)
    with pytest.raises(RuntimeError):
        recounts.run(asked, at=SENT + DAY, batch=2)
    monkeypatch.setattr(recounts, "_write", written)
    with django_assert_max_num_queries(40):
        assert recounts.run(asked, at=SENT + DAY, batch=2) == 7
    row = Recount.objects.get(id=asked)
    assert (row.counted, row.moved) == (7, 7)
    assert len({due(dossier) for dossier in dossiers}) == 1
    assert recounts.run(asked, at=SENT + DAY) == 7, "once finished it stays as it is"


def test_who_changes_a_dossier_in_the_very_moment_loses_nothing(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = accepted(place)
    before = due(dossier)
    updated = recounts._updated

    def raced(moves: Any, *, at: datetime) -> frozenset[UUID]:
        if Dossier.objects.get(id=dossier.id).version == dossier.version:
            routing.pause(dossier_id=dossier.id, reason="Chờ", by=place.specialist, at=SENT + DAY)
        return updated(moves, at=at)

    monkeypatch.setattr(recounts, "_updated", raced)
    recount = corrected(closed())

    now = Dossier.objects.get(id=dossier.id)
    assert (now.status, now.due_at) == ("paused", before + DAY)
    assert (recount.counted, recount.moved) == (1, 1)


def test_only_administrators_of_the_province_correct_a_calendar(place: Office) -> None:
    for actor in (place.leader, place.citizen, people.officer("supervisor")):
        with pytest.raises(NotAllowed):
            recounts.correct(closed(), by=actor, at=SENT)
    recounts.correct(closed(), by=people.officer("administrator"), at=SENT)
    assert worktime.set_days(CalendarRef(HERE.code), since=WEDNESDAY)[0].legal_basis == "Công điện 01/CĐ-UBND"


def test_a_dossier_and_its_work_agree_after_a_count(place: Office) -> None:
    accepted(place)
    corrected(closed())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_batch_costs_the_same_however_full(place: Office) -> None:
    """A column that the count forgot to ask for would be fetched for each dossier."""

    def spent(count: int, day: date) -> int:
        for _each in range(count):
            accepted(place)
        asked = recounts.correct(closed(day), by=SYSTEM, at=SENT + DAY)
        with CaptureQueriesContext(connection) as queries:
            recounts.run(asked, at=SENT + DAY)
        return len(queries)

    spent(1, date(2026, 3, 3))
    assert spent(2, WEDNESDAY) == spent(6, date(2026, 3, 5))
