"""A million promises with two pauses each on one core, beside the same sums on bare integers."""

from __future__ import annotations

import json
import random
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import without_database  # noqa: F401 - Django must know the tables before they are imported
from tinhso.foundation.worktime import Calendar, Hours, Pause, Term, Unit, build, promise
from tinhso.foundation.worktime.calendars import minute
from tinhso.foundation.worktime.national import national_days

RESULT = Path(__file__).parent / "results" / "worktime.json"
NUMBER = 1_000_000
SEED = 2026
Case = tuple[datetime, list[Pause]]


def office() -> Calendar:
    """An ordinary office from 2015 to 2045, with the national days off."""
    sessions = ((450, 690), (810, 1050))
    hours = [Hours(weekday, *session, date(2015, 1, 1)) for weekday in range(5) for session in sessions]
    national = national_days(2015, 2045)
    return build(
        code="bench",
        first=date(2015, 1, 1),
        last=date(2045, 12, 31),
        hours=[hours],
        holidays=national.off,
        make_up_days=national.make_up,
    )


def cases(number: int) -> list[Case]:
    """Receipts within ten years, each with two pauses of up to ten days."""
    random_ = random.Random(SEED)  # noqa: S311 - a repeatable bench, no secret
    first = datetime(2017, 1, 1, tzinfo=UTC)
    found = []
    for _ in range(number):
        start = first + timedelta(minutes=random_.randrange(10 * 365 * 1440))
        one = start + timedelta(minutes=random_.randrange(5 * 1440))
        other = one + timedelta(minutes=random_.randrange(20 * 1440))
        spans = (timedelta(minutes=random_.randrange(1, 10 * 1440)) for _ in range(2))
        found.append(
            (start, [Pause(begin, begin + span) for begin, span in zip((one, other), spans, strict=True)])
        )
    return found


def ours(term: Term, calendar: Calendar) -> Callable[[Case], object]:
    """The engine as rooms call it."""

    def count(case: Case) -> object:
        return promise(start=case[0], term=term, calendar=calendar, pauses=case[1])

    return count


def seconds(count: Callable[[Any], object], given: Sequence[Any]) -> float:
    """Processor time for all of them."""
    began = time.process_time()
    for case in given:
        count(case)
    return time.process_time() - began


def floor(term: Term, calendar: Calendar, given: Sequence[Case]) -> float:
    """The same sums without datetimes or checks: bare bisections in ready tables of integers."""
    bare = [
        (minute(start), [(minute(each.begin), minute(each.end or each.begin)) for each in pauses])
        for start, pauses in given
    ]
    opens, closes, before, ends = calendar._opens, calendar._closes, calendar._before, calendar._ends
    starts, counted = calendar._day_starts, calendar._counted
    workdays, day_closes = calendar._workdays, calendar._day_closes
    amount = term.amount

    def worked(at: int) -> int:
        place = bisect_right(opens, at) - 1
        return before[place] + min(at, closes[place]) - opens[place]

    def count(case: tuple[int, list[tuple[int, int]]]) -> int:
        begin, spans = case
        day = bisect_right(starts, begin) - 1
        due = day_closes[workdays[counted[day] + amount - 1]]
        total = worked(due)
        reached = 0
        for stopped, resumed in spans:
            total += worked(resumed) - worked(max(stopped, reached)) if resumed > reached else 0
            reached = max(reached, resumed)
        place = bisect_left(ends, total)
        return opens[place] + total - before[place]

    return seconds(count, bare)


def quantiles(count: Callable[[Case], object], given: Sequence[Case]) -> tuple[float, float, float]:
    """p50, p95, p99 of single calls, in milliseconds."""
    taken = []
    for case in given:
        began = time.perf_counter_ns()
        count(case)
        taken.append(time.perf_counter_ns() - began)
    taken.sort()
    return tuple(taken[len(taken) * part // 100] / 1e6 for part in (50, 95, 99))  # type: ignore[return-value]  # three


def main(number: int) -> None:
    """Measure, print and write."""
    calendar = office()
    given = cases(number)
    rows = []
    for label, term in (
        ("5 working days", Term(5, Unit.WORKING_DAY)),
        ("8 working hours", Term(8, Unit.HOUR)),
        ("15 calendar days", Term(15, Unit.CALENDAR_DAY)),
        ("2 months", Term(2, Unit.MONTH)),
    ):
        count = ours(term, calendar)
        spent = seconds(count, given)
        bare = floor(Term(5, Unit.WORKING_DAY), calendar, given)
        p50, p95, p99 = quantiles(count, given[: number // 10])
        rows.append(
            {
                "act": f"promise of {label}, two pauses",
                "ours": round(number / spent),
                "floor": round(number / bare),
                "ratio": round(bare / spent, 2),
                "unit": "dates/s",
                "p50_ms": round(p50, 4),
                "p95_ms": round(p95, 4),
                "p99_ms": round(p99, 4),
                "clients": 1,
                "rows": number,
                "note": f"{spent:.2f} s for {number:,} on one core; floor: 5 working days on bare integers",
            }
        )
        print(f"{label:>18}: {spent:6.2f} s for {number:,} ({number / spent:,.0f}/s), floor {bare:.2f} s")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
