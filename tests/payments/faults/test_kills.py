"""`kill -9` at every point between a notice and what it brings: nothing lost, nothing twice, all of it soon.

`docs/money-faults.md` holds the table of what happens here, and is compared with it. `FAULTS=all` kills
before every step of every course instead of the first of each point.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as configured_settings
from django.db import connection

from national import serve
from tests.house.rooms import ROOT
from tests.payments.faults import points
from tests.payments.faults.dying import Way, die
from tests.payments.faults.laid import DUE, Seen, office_with_account, owing, seen
from tests.payments.faults.telling import Subject, asked, bank_told
from tests.support.office import Office
from tinhso.config import payments as configured
from tinhso.foundation import http, jobs
from tinhso.foundation.jobs import loops, rescue
from tinhso.payments.models import Money

pytestmark = pytest.mark.django_db(transaction=True)
ALL = os.environ.get("FAULTS") == "all"
TABLE = ROOT / "docs" / "money-faults.md"
HEAD = "| it dies when | found | healed by | how soon |\n|---|---|---|---|"
EXTRA = 30_000
NOTHING = Seen(
    moneys=0, sum=0, paid=0, held=0, left=DUE, settled=False, marked=False,
    told=0, problems=0, tasks=0, notices=0,
)  # fmt: skip
PAID = Seen(
    moneys=1, sum=DUE, paid=DUE, held=0, left=0, settled=True, marked=True,
    told=1, problems=0, tasks=0, notices=0,
)  # fmt: skip
TOO_MUCH = Seen(
    moneys=1, sum=DUE + EXTRA, paid=DUE, held=EXTRA, left=0, settled=True, marked=True,
    told=1, problems=1, tasks=1, notices=1,
)  # fmt: skip
SAID = {NOTHING: "nothing", PAID: "paid, dossier marked", TOO_MUCH: "paid, the rest held, accountant told"}


@dataclass(frozen=True, slots=True)
class Course:
    """A way that money takes: its points, who makes a payment on it, what must come of it in the end, who
    heals it when nothing was kept, and how soon."""

    name: str
    points: tuple[points.Point, ...]
    lay: Callable[[Office], Subject]
    end: Seen
    healer: str
    soon: str


COURSES = (
    Course(
        name="A bank's notice of the exact sum",
        points=points.NOTICE,
        lay=lambda here: bank_told(owing(here), DUE),
        end=PAID,
        healer="the bank tells again, having had no answer",
        soon="in the answer to it",
    ),
    Course(
        name="A bank's notice of too much",
        points=points.TOO_MUCH,
        lay=lambda here: bank_told(owing(here), DUE + EXTRA),
        end=TOO_MUCH,
        healer="the bank tells again, having had no answer",
        soon="in the answer to it",
    ),
    Course(
        name="A provider is asked, its notice being lost",
        points=points.ASKING,
        lay=lambda here: asked(owing(here)),
        end=PAID,
        healer="`payments.ask_silent`",
        soon="at the next minute",
    ),
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    keys = Path(configured_settings.HOME) / "national-keys"
    keys.mkdir(parents=True, exist_ok=True)
    with serve.start_in_thread(tmp_path_factory.mktemp("national"), keys=keys, redirect_uris=()) as one:
        yield one


@pytest.fixture
def here(running: serve.Running, settings: LazySettings) -> Office:
    """An office, beside a sandbox whose notices are all lost."""
    settings.PAYMENTS = configured.read(production=False, sandbox=running.base)
    account, name = running.settings.bank_accounts[1]
    return office_with_account(bank=running.settings.bank_bin, account=account, name=name)


def chosen(found: list[tuple[points.Point, int]]) -> list[tuple[points.Point, int]]:
    """All steps, or the first of each point."""
    first = {point.what: (point, number) for point, number in reversed(found)}
    return found if ALL else list(reversed(first.values()))


def steps_of(course: Course, here: Office) -> list[tuple[points.Point, int]]:
    """The steps of a course that nothing disturbs, each with its point; the second time, all is warm."""
    for _time in range(2):
        subject = course.lay(here)
        connection.close()
        whole = die(subject.deed)
        assert whole.ended == 0, whole
        assert seen(subject.bill) == course.end
        subject.heal()
    return points.places(course.points, whole.steps)


def walked(course: Course, here: Office) -> list[tuple[str, Seen]]:
    """Kill at each point, look, let it recover, look again; what was found at each point."""
    killed = []
    for point, number in chosen(steps_of(course, here)):
        subject = course.lay(here)
        connection.close()
        http.close()
        died = die(subject.deed, at=number)
        assert (died.ended, len(died.steps)) == (-9, number), (point.what, died)
        killed.append((point, subject, seen(subject.bill)))
    before = Money.objects.count()
    for point, subject, found in killed:
        assert found in (NOTHING, course.end), f"half of it is there: {point.what}: {found}"
        subject.heal()
        assert seen(subject.bill) == course.end, point.what
    missing = [point for point, _subject, found in killed if found == NOTHING]
    assert Money.objects.count() == before + len(missing)
    return list(dict.fromkeys((point.what, found) for point, _subject, found in killed))


def row(course: Course, what: str, found: Seen) -> str:
    healed = (course.healer, course.soon) if found == NOTHING else ("nobody needs to", "at once")
    return f"| {what} | {SAID[found]} | {' | '.join(healed)} |"


def table(here: Office) -> str:
    """What happens, as the document tells it."""
    parts = []
    for course in COURSES:
        rows = "\n".join(row(course, what, found) for what, found in walked(course, here))
        parts.append(f"### {course.name}\n\n{HEAD}\n{rows}\n")
    return "\n".join(parts)


def test_whoever_is_killed_wherever_money_is_there_once_and_soon(here: Office) -> None:
    happened = table(here)
    if os.environ.get("FAULTS") == "write":
        before = TABLE.read_text(encoding="utf-8").split("\n### ", 1)[0]
        TABLE.write_text(f"{before}\n{happened}", encoding="utf-8")
    assert happened in TABLE.read_text(encoding="utf-8"), "FAULTS=write writes the table"


def test_what_waits_for_a_clock_waits_less_than_a_minute() -> None:
    assert jobs.jobs.get("payments.ask_silent").cron == "* * * * *"
    assert rescue.STALE_SECONDS + loops.get("rescue jobs").seconds < 60


def test_a_database_that_goes_away_anywhere_is_never_answered_with_yes(here: Office) -> None:
    course = COURSES[0]
    for point, number in chosen(steps_of(course, here))[:: 1 if ALL else 3]:
        subject = course.lay(here)
        connection.close()
        died = die(subject.deed, at=number, way=Way.CUT)
        found = seen(subject.bill)
        assert (found == course.end) or died.ended, f"it said yes to nothing: {point.what}"
        subject.heal()
        assert seen(subject.bill) == course.end
