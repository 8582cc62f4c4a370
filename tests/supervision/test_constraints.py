"""Each constraint of closed reports and digests, with something that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.support.constraints import refused
from tests.support.office import Office
from tinhso.foundation.ids import new_id
from tinhso.supervision.models import ClosedLine, Closing, Digest, Reminder

pytestmark = pytest.mark.django_db
CLOSED = datetime(2026, 3, 16, 2, tzinfo=UTC)


def row(place: Office, **given: Any) -> Closing:
    facts: dict[str, Any] = {
        "form": "don-vi",
        "agency_id": place.agency,
        "kind": "month",
        "period": "2026-03",
        "since": date(2026, 2, 15),
        "until": date(2026, 3, 15),
        "lines": 1,
        "closed_at": CLOSED,
        "closed_by": new_id(),
        "closed_by_name": "Bùi Đức Long",
    }
    made = Closing(**(facts | given))
    made.save(force_insert=True)
    return made


def line(of: Closing, **given: Any) -> ClosedLine:
    facts: dict[str, Any] = dict.fromkeys(
        ("online", "direct", "carried", "early", "on_time", "late", "in_time", "overdue"), 0
    )
    facts |= {"place": 0, "key": "ho-tich", "label": "Hộ tịch", "closed": False}
    return ClosedLine.objects.create(closing=of, **(facts | given))


def reopened(place: Office, **given: Any) -> Closing:
    facts = {"reopened_at": CLOSED + timedelta(days=1), "reopened_by_name": "An", "ground": "CV 12"}
    return row(place, **(facts | given))


def twice(place: Office, **given: Any) -> None:
    for _each in range(2):
        Reminder.objects.create(
            agency_id=place.agency, form="don-vi", period="2026-03", day=date(2026, 3, 17), by_name="x"
        )


BROKEN: dict[str, Callable[[Office], object]] = {
    "closing_stands_once": lambda place: (row(place), row(place)),
    "closing_known_kind": lambda place: row(place, kind="week"),
    "closing_of_some_day": lambda place: row(place, since=date(2026, 3, 15)),
    "closing_reopened_with_a_ground": lambda place: reopened(place, ground=""),
    "closing_after_its_period": lambda place: row(place, closed_at=datetime(2026, 3, 14, 16, 59, tzinfo=UTC)),
    "closed_line_balances": lambda place: line(row(place), online=1),
    "closed_line_in_one_place": lambda place: (line(made := row(place)), line(made, key="dat-dai")),
    "closed_line_once": lambda place: (line(made := row(place, lines=2)), line(made, place=1)),
    "closed_line_stays": lambda place: line(row(place), place=1),
    "reminder_once_a_day": twice,
    "digest_hour_of_a_day": lambda _place: Digest.objects.create(
        officer=new_id(), hour=24, contents=["late"], last_on=date(2026, 3, 1)
    ),
    "digest_of_something": lambda _place: Digest.objects.create(
        officer=new_id(), hour=7, contents=[], last_on=date(2026, 3, 1)
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(place: Office, name: str) -> None:
    refused(name, lambda: BROKEN[name](place))


def test_an_unknown_content_of_a_digest_is_refused() -> None:
    given = {"officer": new_id(), "hour": 7, "contents": ["all"], "last_on": date(2026, 3, 1)}
    refused("digest_of_something", lambda: Digest.objects.create(**given))


def test_what_was_closed_stays_as_it_was(place: Office) -> None:
    made = row(place)
    kept = line(made)
    again = reopened(place, period="2026-02", since=date(2026, 1, 15), until=date(2026, 2, 15))
    changes: list[Callable[[], object]] = [
        lambda: ClosedLine.objects.filter(id=kept.id).update(online=1, in_time=1),
        lambda: ClosedLine.objects.filter(id=kept.id).delete(),
        lambda: Closing.objects.filter(id=made.id).update(closed_by_name="Người khác"),
        lambda: Closing.objects.filter(id=made.id).update(until=date(2026, 3, 16)),
        lambda: Closing.objects.filter(id=again.id).update(ground="khác"),
        lambda: Closing.objects.filter(id=again.id).update(reopened_at=None, reopened_by_name="", ground=""),
        lambda: _delete(again),
    ]
    for number, change in enumerate(changes):
        refused("closed_line_stays" if number < 2 else "closing_stays", change)
    Closing.objects.filter(id=made.id).update(file_id=new_id())
    refused("closing_stays", lambda: Closing.objects.filter(id=made.id).update(file_id=new_id()))


def _delete(made: Closing) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM supervision_closing WHERE id = %s", [made.id])
