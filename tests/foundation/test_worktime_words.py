from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.foundation.worktime_strategies import AFTERNOON, FIRST, LAST, MORNING, usual, usual_hours
from tinhso.foundation import worktime
from tinhso.foundation.moments import LOCAL
from tinhso.foundation.worktime import (
    Allotment,
    Calendar,
    DayKind,
    Extension,
    Hours,
    Measure,
    Override,
    Pause,
    Standing,
    Term,
    Unit,
    build,
    promise,
)
from tinhso.foundation.worktime.national import national_days


def on(day: str, clock: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LOCAL)


def country() -> Calendar:
    days = national_days(2021, 2028)
    return build(
        code="vn",
        first=date(2021, 1, 1),
        last=date(2028, 12, 31),
        hours=[[Hours(row.weekday, row.opens, row.closes, date(2021, 1, 1)) for row in usual_hours()]],
        holidays=days.off,
        make_up_days=days.make_up,
    )


def due(start: datetime, amount: int, unit: Unit, calendar: Calendar | None = None) -> datetime:
    return promise(start=start, term=Term(amount, unit), calendar=calendar or country()).due_at


def test_counting_begins_on_the_day_after_receipt() -> None:
    assert due(on("2022-04-04", "07:31"), 5, Unit.WORKING_DAY) == on("2022-04-12", "17:30")


def test_the_substitute_day_off_of_a_holiday_is_not_counted() -> None:
    promised = promise(start=on("2022-04-05"), term=Term(5, Unit.WORKING_DAY), calendar=country())
    assert promised.due_at == on("2022-04-13", "17:30")
    assert worktime.summary(promised) == "5 ngày làm việc; nghỉ 11/4"


def test_the_two_holidays_of_spring_are_named_and_a_pause_is_told() -> None:
    promised = promise(
        start=on("2026-04-28", "09:15"),
        term=Term(5, Unit.WORKING_DAY),
        calendar=country(),
        pauses=[Pause(on("2026-05-05", "07:30"), on("2026-05-08", "07:30"), "chờ bổ sung giấy tờ")],
    )
    assert worktime.explain(promised) == [
        "Nhận lúc 09:15 thứ Ba 28/4/2026, thời hạn 5 ngày làm việc tính từ ngày hôm sau.",
        "Không tính ngày nghỉ: 30/4 (Ngày Chiến thắng), 1/5 (Ngày Quốc tế Lao động).",
        "Tạm dừng 3 ngày làm việc chờ bổ sung giấy tờ, từ 07:30 thứ Ba 5/5/2026 đến 07:30 thứ Sáu 8/5/2026.",
        "Hẹn trả kết quả: 17:30 thứ Ba 12/5/2026.",
    ]
    assert (
        worktime.summary(promised)
        == "5 ngày làm việc; nghỉ 30/4, 1/5; tạm dừng 3 ngày làm việc chờ bổ sung giấy tờ"
    )


@pytest.mark.parametrize(("reason", "beginning"), [("chờ bổ sung", "Tạm dừng chờ bổ sung"), ("", "Tạm dừng")])
def test_a_pause_outside_working_hours_is_told_but_not_as_no_minutes(reason: str, beginning: str) -> None:
    promised = promise(
        start=on("2026-05-08"),
        term=Term(2, Unit.WORKING_DAY),
        calendar=country(),
        pauses=[Pause(on("2026-05-09", "08:00"), on("2026-05-09", "20:00"), reason)],
    )
    said = f"{beginning} từ 08:00 thứ Bảy 9/5/2026 đến 20:00 thứ Bảy 9/5/2026, không mất phút làm việc nào."
    assert said in worktime.explain(promised)
    assert worktime.summary(promised) == "2 ngày làm việc"


def test_a_working_saturday_is_counted_and_its_monday_is_not() -> None:
    promised = promise(start=on("2026-08-20"), term=Term(8, Unit.WORKING_DAY), calendar=country())
    assert promised.due_at == on("2026-09-03", "17:30")
    said = worktime.explain(promised)
    assert "Có tính ngày làm bù: 22/8 (hoán đổi ngày nghỉ)." in said
    assert any("31/8" in sentence for sentence in said)


def test_the_day_of_culture_is_a_day_off_from_2026() -> None:
    assert due(on("2026-11-23"), 1, Unit.WORKING_DAY) == on("2026-11-25", "17:30")
    assert due(on("2025-11-21"), 2, Unit.WORKING_DAY) == on("2025-11-25", "17:30")


def test_a_last_day_off_moves_to_the_end_of_the_next_working_day() -> None:
    promised = promise(start=on("2026-04-20"), term=Term(10, Unit.CALENDAR_DAY), calendar=country())
    assert promised.due_at == on("2026-05-04", "17:30")
    assert worktime.explain(promised)[1:] == [
        (
            "Ngày cuối, thứ Năm 30/4/2026, là ngày nghỉ nên hạn dời đến hết ngày làm việc tiếp theo, "
            "thứ Hai 4/5/2026."
        ),
        "Hẹn trả kết quả: 17:30 thứ Hai 4/5/2026.",
    ]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-12-15", 2, "2026-02-23"),
        ("2025-03-10", 12, "2026-03-10"),
    ],
)
def test_a_month_ends_on_its_day_of_the_month(start: str, months: int, end: str) -> None:
    assert due(on(start), months, Unit.MONTH) == on(end, "17:30")


def test_working_hours_skip_lunch_night_and_weekend() -> None:
    assert due(on("2026-06-12", "10:30"), 2, Unit.HOUR) == on("2026-06-12", "14:30")
    assert due(on("2026-06-12", "16:30"), 8, Unit.HOUR) == on("2026-06-15", "16:30")
    assert due(on("2026-06-13", "20:00"), 8, Unit.HOUR) == on("2026-06-15", "17:30")
    assert due(on("2026-06-15", "07:30"), 4, Unit.HOUR) == on("2026-06-15", "11:30")


def test_a_year_end_is_nothing_special() -> None:
    assert due(on("2025-12-31", "16:00"), 3, Unit.HOUR) == on("2026-01-02", "09:00")


def test_the_cut_off_moves_same_day_work_to_the_next_working_day() -> None:
    term, calendar = Term(0, Unit.WORKING_DAY), country()
    late = promise(start=on("2026-06-12", "15:01"), term=term, calendar=calendar, cut_off=time(15))
    assert late.due_at == on("2026-06-15", "17:30")
    assert worktime.explain(late) == [
        "Nhận lúc 15:01 thứ Sáu 12/6/2026, trả kết quả trong ngày làm việc.",
        "Nhận sau giờ chốt nên tính từ ngày làm việc tiếp theo, thứ Hai 15/6/2026.",
        "Hẹn trả kết quả: 17:30 thứ Hai 15/6/2026.",
    ]
    in_time = promise(start=on("2026-06-12", "15:00"), term=term, calendar=calendar, cut_off=time(15))
    assert in_time.due_at == on("2026-06-12", "17:30")
    without = promise(start=on("2026-06-12", "15:01"), term=term, calendar=calendar)
    assert without.due_at == on("2026-06-12", "17:30")
    hours = promise(
        start=on("2026-06-12", "15:30"), term=Term(1, Unit.HOUR), calendar=calendar, cut_off=time(15)
    )
    assert hours.due_at == on("2026-06-15", "08:30")


def test_same_day_work_received_after_closing_is_done_on_the_next_working_day() -> None:
    assert due(on("2026-06-12", "18:00"), 0, Unit.WORKING_DAY) == on("2026-06-15", "17:30")
    assert due(on("2026-06-13", "09:00"), 0, Unit.WORKING_DAY) == on("2026-06-15", "17:30")


def test_an_extension_counts_on_from_the_promise() -> None:
    promised = promise(
        start=on("2026-06-01"),
        term=Term(5, Unit.WORKING_DAY),
        calendar=country(),
        extensions=[Extension(Term(3, Unit.WORKING_DAY), "chờ ý kiến Sở Xây dựng")],
    )
    assert promised.due_at == on("2026-06-11", "17:30")
    assert (
        "Gia hạn thêm 3 ngày làm việc, đến 17:30 thứ Năm 11/6/2026: chờ ý kiến Sở Xây dựng."
        in worktime.explain(promised)
    )
    assert worktime.summary(promised) == "5 ngày làm việc; gia hạn 3 ngày làm việc"


def test_seconds_and_dst_do_not_matter() -> None:
    paris = build(code="x", first=FIRST, last=LAST, hours=[usual_hours()], zone=ZoneInfo("Europe/Paris"))
    start = datetime(2026, 3, 27, 17, 0, 59, tzinfo=ZoneInfo("Europe/Paris"))
    assert due(start, 1, Unit.HOUR, paris) == datetime(2026, 3, 30, 8, 0, tzinfo=ZoneInfo("Europe/Paris"))
    assert due(start, 1, Unit.WORKING_DAY, paris) == datetime(
        2026, 3, 30, 17, 30, tzinfo=ZoneInfo("Europe/Paris")
    )


def test_an_open_pause_stops_the_clock_and_says_so() -> None:
    promised = promise(
        start=on("2026-06-01"),
        term=Term(5, Unit.WORKING_DAY),
        calendar=country(),
        pauses=[Pause(on("2026-06-03"), None, "chờ bổ sung giấy tờ")],
    )
    assert promised.paused
    found = worktime.standing(promised, on("2026-06-08"))
    assert (found.kind, found.number, found.unit) == (Standing.PAUSED, 3, Measure.WORKING_DAY)
    assert worktime.as_if_answered(promised, on("2026-06-08")).due_at == on("2026-06-11", "17:30")
    assert any("Đang tạm dừng chờ bổ sung giấy tờ" in each for each in worktime.explain(promised))


def test_work_late_already_when_paused_stays_late() -> None:
    promised = promise(
        start=on("2026-06-01"),
        term=Term(1, Unit.WORKING_DAY),
        calendar=country(),
        pauses=[Pause(on("2026-06-04"), None)],
    )
    found = worktime.standing(promised, on("2026-06-04", "10:00"))
    assert (found.kind, found.number, found.unit) == (Standing.PAUSED_LATE, 1, Measure.HOUR)


def test_late_over_a_weekend_is_late_by_a_day_at_least() -> None:
    promised = promise(start=on("2026-06-11"), term=Term(1, Unit.WORKING_DAY), calendar=country())
    assert worktime.standing(promised, on("2026-06-13")).number == 1


def test_warnings_at_three_quarters_and_a_day_before() -> None:
    promised = promise(start=on("2026-06-05", "17:30"), term=Term(4, Unit.WORKING_DAY), calendar=usual())
    found = worktime.warnings(promised, percent=75)
    assert found.share_at == on("2026-06-10", "17:30")
    assert found.day_before_at == on("2026-06-10", "17:30")


def test_a_warning_is_not_used_up_by_a_pause() -> None:
    pauses = [Pause(on("2026-06-10", "17:30"), on("2026-06-12", "17:30"))]
    promised = promise(
        start=on("2026-06-05", "17:30"), term=Term(8, Unit.WORKING_DAY), calendar=usual(), pauses=pauses
    )
    assert promised.due_at == on("2026-06-19", "17:30")
    assert worktime.warnings(promised, percent=75).share_at == on("2026-06-17", "17:30")


STEPS = (
    Allotment("tiếp nhận", Term(4, Unit.HOUR)),
    Allotment("thẩm định", Term(3, Unit.WORKING_DAY)),
    Allotment("ký", Term(1, Unit.WORKING_DAY)),
)


def test_each_step_has_its_phase() -> None:
    promised = promise(start=on("2026-06-01", "07:30"), term=Term(5, Unit.WORKING_DAY), calendar=usual())
    assert [phase.due_at for phase in worktime.phases(promised, STEPS)] == [
        on("2026-06-01", "11:30"),
        on("2026-06-04", "17:30"),
        on("2026-06-05", "17:30"),
    ]


def test_a_pause_moves_its_phase_and_those_after() -> None:
    promised = promise(
        start=on("2026-06-01", "07:30"),
        term=Term(5, Unit.WORKING_DAY),
        calendar=usual(),
        pauses=[Pause(on("2026-06-03", "07:30"), on("2026-06-05", "07:30"))],
    )
    assert [phase.due_at for phase in worktime.phases(promised, STEPS)] == [
        on("2026-06-01", "11:30"),
        on("2026-06-08", "17:30"),
        on("2026-06-09", "17:30"),
    ]


def test_no_phase_ends_after_the_promise() -> None:
    promised = promise(start=on("2026-06-01", "07:30"), term=Term(3, Unit.WORKING_DAY), calendar=usual())
    assert max(phase.due_at for phase in worktime.phases(promised, STEPS)) == promised.due_at


@pytest.mark.parametrize(
    ("override", "end"),
    [
        (Override(DayKind.CLOSED, "mất điện"), "2026-06-03T17:30"),
        (Override(DayKind.MORNING, "nghỉ chiều"), "2026-06-02T11:30"),
        (Override(DayKind.AFTERNOON, "nghỉ sáng"), "2026-06-02T17:30"),
        (Override(DayKind.HOURS, "giờ hè", ((420, 660),)), "2026-06-02T11:00"),
        (Override(DayKind.OPEN, "bình thường"), "2026-06-02T17:30"),
    ],
)
def test_an_override_decides_a_day(override: Override, end: str) -> None:
    calendar = build(
        code="x", first=FIRST, last=LAST, hours=[usual_hours()], overrides=[{date(2026, 6, 2): override}]
    )
    assert due(on("2026-06-01"), 1, Unit.WORKING_DAY, calendar) == datetime.fromisoformat(end).replace(
        tzinfo=LOCAL
    )


def test_an_opened_sunday_is_worked_by_the_longest_day() -> None:
    sunday = {date(2026, 6, 7): Override(DayKind.OPEN, "làm thêm")}
    calendar = build(code="x", first=FIRST, last=LAST, hours=[usual_hours()], overrides=[sunday])
    assert due(on("2026-06-05"), 1, Unit.WORKING_DAY, calendar) == on("2026-06-07", "17:30")


def test_the_office_comes_before_its_parent() -> None:
    own = [Hours(weekday, 420, 660, date(2026, 1, 1)) for weekday in range(6)]
    day = date(2026, 6, 2)
    calendar = build(
        code="x",
        first=FIRST,
        last=LAST,
        hours=[own, usual_hours()],
        holidays={day: "lễ"},
        overrides=[{day: Override(DayKind.OPEN, "trực")}, {day: Override(DayKind.CLOSED, "nghỉ")}],
    )
    assert due(on("2026-06-01"), 1, Unit.WORKING_DAY, calendar) == on("2026-06-02", "11:00")
    assert due(on("2025-06-02"), 1, Unit.WORKING_DAY, calendar) == on("2025-06-03", "17:30")


def test_hours_change_on_their_day() -> None:
    hours = [
        Hours(weekday, *session, FIRST, date(2026, 7, 1))
        for weekday in range(5)
        for session in (MORNING, AFTERNOON)
    ] + [Hours(weekday, 480, 960, date(2026, 7, 1)) for weekday in range(5)]
    calendar = build(code="x", first=FIRST, last=LAST, hours=[hours])
    assert due(on("2026-06-29"), 1, Unit.WORKING_DAY, calendar) == on("2026-06-30", "17:30")
    assert due(on("2026-06-29"), 2, Unit.WORKING_DAY, calendar) == on("2026-07-01", "16:00")


def test_a_day_the_calendar_does_not_reach_is_said_so() -> None:
    for start, amount in ((on("2023-06-01"), 1), (on("2031-12-29"), 5), (on("2034-01-01"), 1)):
        for unit in Unit:
            with pytest.raises(worktime.OutsideCalendar):
                due(start, amount * 50, unit, usual())
    with pytest.raises(worktime.OutsideCalendar):
        due(on("2026-06-01"), 1, Unit.WORKING_DAY, build(code="x", first=FIRST, last=LAST, hours=[]))


def test_a_moment_without_a_zone_is_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError):
        due(datetime(2026, 6, 1), 1, Unit.WORKING_DAY)  # noqa: DTZ001


def test_terms_pauses_and_extensions_that_are_none_are_refused() -> None:
    for faulty in (
        lambda: Term(0, Unit.HOUR),
        lambda: Term(-1, Unit.WORKING_DAY),
        lambda: Extension(Term(0, Unit.WORKING_DAY)),
        lambda: Pause(on("2026-06-02"), on("2026-06-02") - timedelta(minutes=1)),
    ):
        with pytest.raises(ValueError, match=r"none|ends before"):
            faulty()


def test_pauses_that_overlap_count_once() -> None:
    pauses = [
        Pause(on("2026-06-02", "07:30"), on("2026-06-04", "07:30")),
        Pause(on("2026-06-03", "07:30"), on("2026-06-05", "07:30")),
        Pause(on("2026-06-03", "08:30"), on("2026-06-03", "09:30")),
    ]
    promised = promise(
        start=on("2026-06-01"), term=Term(5, Unit.WORKING_DAY), calendar=usual(), pauses=pauses
    )
    assert promised.due_at == on("2026-06-11", "17:30")
    month = promise(start=on("2026-06-01"), term=Term(1, Unit.MONTH), calendar=usual(), pauses=pauses)
    assert month.due_at == on("2026-07-06", "17:30")


@pytest.mark.parametrize(
    ("hours", "end"), [(0, "2026-06-11"), (1, "2026-06-12"), (24, "2026-06-12"), (25, "2026-06-15")]
)
def test_waiting_counts_in_whole_days_begun_for_calendar_terms(hours: int, end: str) -> None:
    pause = Pause(on("2026-06-03"), on("2026-06-03") + timedelta(hours=hours), "chờ bổ sung")
    promised = promise(
        start=on("2026-06-01"), term=Term(10, Unit.CALENDAR_DAY), calendar=usual(), pauses=[pause]
    )
    assert promised.due_at == on(end, "17:30")


def test_a_pause_near_the_end_puts_the_warning_before_it() -> None:
    pauses = [Pause(on("2026-06-16", "17:30"), on("2026-06-18", "17:30"))]
    promised = promise(
        start=on("2026-06-05", "17:30"), term=Term(8, Unit.WORKING_DAY), calendar=usual(), pauses=pauses
    )
    assert promised.due_at == on("2026-06-19", "17:30")
    assert worktime.warnings(promised, percent=75).share_at == on("2026-06-15", "17:30")
