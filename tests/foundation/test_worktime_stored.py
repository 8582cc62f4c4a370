from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tinhso.foundation import worktime
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import LOCAL
from tinhso.foundation.refs import SYSTEM, CalendarRef
from tinhso.foundation.worktime import NATIONAL, DayKind, Term, Unit
from tinhso.foundation.worktime.models import CalendarDay, CalendarHours, WorkCalendar

AT = datetime(2026, 6, 1, 2, tzinfo=UTC)
OFFICE = CalendarRef("rach-gia")
BY: dict[str, Any] = {"by": SYSTEM, "at": AT}


@pytest.fixture
def office(law: None) -> None:
    worktime.keep_calendar(OFFICE, name="Phường Rạch Giá", **BY)


def due(amount: int = 1, ref: CalendarRef = OFFICE, start: str = "2026-06-01") -> str:
    at = datetime.fromisoformat(f"{start}T09:00").replace(tzinfo=LOCAL)
    promised = worktime.promise(
        start=at, term=Term(amount, Unit.WORKING_DAY), calendar=worktime.calendar(ref)
    )
    return promised.due_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")


@pytest.mark.usefixtures("office")
def test_an_office_follows_the_national_calendar_until_it_says_otherwise() -> None:
    assert due() == "2026-06-02 17:30"
    worktime.set_hours(OFFICE, week={1: ((420, 660),), 2: ((420, 660),)}, valid_from=date(2026, 6, 2), **BY)
    assert due() == "2026-06-02 11:00"
    assert due(ref=NATIONAL) == "2026-06-02 17:30"


@pytest.mark.usefixtures("office")
def test_administrators_close_and_open_days() -> None:
    worktime.set_day(OFFICE, date(2026, 6, 2), kind=DayKind.CLOSED, name="Bão", **BY)
    assert due() == "2026-06-03 17:30"
    assert due(ref=NATIONAL) == "2026-06-02 17:30"
    worktime.set_day(NATIONAL, date(2026, 6, 3), kind=DayKind.CLOSED, name="Quốc tang", **BY)
    assert due() == "2026-06-04 17:30"
    worktime.set_day(OFFICE, date(2026, 6, 3), kind=DayKind.MORNING, name="Trực", **BY)
    assert due() == "2026-06-03 11:30"
    worktime.clear_day(OFFICE, date(2026, 6, 2), **BY)
    assert due() == "2026-06-02 17:30"


@pytest.mark.usefixtures("office")
def test_a_guessed_holiday_is_corrected_by_an_override() -> None:
    assert due(start="2026-11-23") == "2026-11-25 17:30"
    worktime.set_day(NATIONAL, date(2026, 11, 24), kind=DayKind.OPEN, name="Ngày làm việc", **BY)
    assert due(start="2026-11-23") == "2026-11-24 17:30"


@pytest.mark.usefixtures("office")
def test_new_hours_end_the_old_ones_on_their_day() -> None:
    for closes, start in ((600, date(2026, 1, 1)), (660, date(2026, 6, 10)), (690, date(2026, 6, 3))):
        worktime.set_hours(OFFICE, week=dict.fromkeys(range(5), ((420, closes),)), valid_from=start, **BY)
    assert due() == "2026-06-02 10:00"
    assert due(2) == "2026-06-03 11:30"
    assert due(10) == "2026-06-15 11:30"


@pytest.mark.usefixtures("office")
def test_a_calendar_is_built_once_and_asked_without_queries() -> None:
    due()
    worktime.forget()
    with CaptureQueriesContext(connection) as queries:
        for amount in range(1, 20):
            due(amount)
    assert len(queries) <= 1


@pytest.mark.django_db(transaction=True)
def test_a_change_rolled_back_is_forgotten() -> None:
    worktime.load(at=AT)
    worktime.keep_calendar(OFFICE, name="Phường Rạch Giá", **BY)
    with pytest.raises(RuntimeError), transaction.atomic():
        worktime.set_day(OFFICE, date(2026, 6, 2), kind=DayKind.CLOSED, name="Bão", **BY)
        assert due() == "2026-06-03 17:30"
        raise RuntimeError
    assert due() == "2026-06-02 17:30"


@pytest.mark.usefixtures("office")
def test_an_unknown_calendar_is_said_so() -> None:
    for ask in (
        lambda: worktime.calendar(CalendarRef("nowhere")),
        lambda: worktime.set_day(CalendarRef("nowhere"), AT.date(), kind=DayKind.OPEN, name="x", **BY),
        lambda: worktime.keep_calendar(OFFICE, name="x", parent=CalendarRef("nowhere"), **BY),
    ):
        with pytest.raises(worktime.UnknownCalendar, match="Không có lịch"):
            ask()


@pytest.mark.usefixtures("office")
def test_a_calendar_does_not_hang_under_itself() -> None:
    with pytest.raises(Invalid):
        worktime.keep_calendar(NATIONAL, name="x", parent=OFFICE, **BY)


@pytest.mark.parametrize(
    "sessions", [((600, 500),), ((0, 600), (500, 700)), ((0, 1441),), ((-1, 60),), ((60, 60),)]
)
@pytest.mark.usefixtures("office")
def test_sessions_that_cannot_be_are_refused(sessions: worktime.Sessions) -> None:
    with pytest.raises(Invalid):
        worktime.set_hours(OFFICE, week={0: sessions}, valid_from=date(2026, 1, 1), **BY)
    with pytest.raises(Invalid):
        worktime.set_day(OFFICE, AT.date(), kind=DayKind.HOURS, name="x", sessions=sessions, **BY)


@pytest.mark.usefixtures("office")
def test_a_day_with_hours_needs_them_and_another_has_none() -> None:
    with pytest.raises(Invalid):
        worktime.set_day(OFFICE, AT.date(), kind=DayKind.HOURS, name="x", **BY)
    with pytest.raises(Invalid):
        worktime.set_day(OFFICE, AT.date(), kind=DayKind.CLOSED, name="x", sessions=((0, 60),), **BY)


@pytest.mark.usefixtures("office")
def test_loading_again_changes_nothing() -> None:
    before = WorkCalendar.objects.get(code="vn").edition
    worktime.load(at=AT)
    assert WorkCalendar.objects.get(code="vn").edition == before


@pytest.mark.usefixtures("office")
def test_the_cut_off_is_law_of_the_day() -> None:
    assert worktime.cut_off(on=date(2026, 6, 1)) == time(15)


def hours(**fields: Any) -> Callable[[], object]:
    row = {"calendar_id": "vn", "weekday": 6, "opens": 60, "closes": 120, "valid_from": date(2026, 1, 1)}
    return lambda: CalendarHours.objects.create(**{**row, **fields})


def day(**fields: Any) -> Callable[[], object]:
    row = {"calendar_id": "vn", "day": date(2026, 6, 2), "kind": "closed", "name": "x"}
    return lambda: CalendarDay.objects.create(**{**row, **fields})


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (hours(weekday=0, opens=460, closes=470), "calendar_hours_do_not_overlap"),
        (hours(weekday=7), "calendar_hours_on_a_weekday"),
        (hours(closes=1441), "calendar_hours_within_a_day"),
        (hours(opens=-1), "calendar_hours_within_a_day"),
        (hours(opens=120), "calendar_hours_within_a_day"),
        (hours(valid_to=date(2026, 1, 1)), "calendar_hours_end_after_they_begin"),
        (day(kind="maybe"), "calendar_day_kind_known"),
        (day(kind="hours"), "calendar_day_hours_given"),
        (day(sessions=[[0, 60]]), "calendar_day_hours_given"),
        (lambda: [day()(), day()()], "calendar_one_word_on_a_day"),
        (
            lambda: WorkCalendar.objects.create(code="self", name="x", parent_id="self"),
            "calendar_is_not_its_own_parent",
        ),
    ],
)
@pytest.mark.usefixtures("office")
def test_the_database_refuses_a_calendar_that_cannot_be(write: Callable[[], object], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        write()
