"""`kill -9` at every point between a notice and what it brings: nothing lost, nothing twice, all of it soon.

`docs/money-faults.md` holds the table of what happens here, and is compared with it. `FAULTS=all` kills
before every step of every course instead of the first of each point.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from national.serve import Running
from tests.house.rooms import ROOT
from tests.payments.faults import points
from tests.payments.faults.dying import Way, die
from tests.payments.faults.laid import DUE, Seen, office_with_account, opens_series, owing, seen
from tests.payments.faults.outside import GoneBack, Handed, Mailed, going_back, handed, mailed
from tests.payments.faults.telling import Subject, asked, bank_told, numbered, sealed
from tests.support.office import Office
from tests.support.signing import can_sign, give_seal, sandbox
from tinhso.config import payments as configured
from tinhso.foundation import http, jobs
from tinhso.foundation.jobs import loops, rescue
from tinhso.payments.models import Money, ReceiptSeries

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["can_sign", "sandbox"]
ALL = os.environ.get("FAULTS") == "all"
TABLE = ROOT / "docs" / "money-faults.md"
HEAD = "| it dies when | found | healed by | how soon |\n|---|---|---|---|"
EXTRA = 30_000
NOTHING = Seen(
    moneys=0, sum=0, paid=0, held=0, left=DUE, settled=False, marked=False,
    told=0, problems=0, tasks=0, notices=0, due=0, receipts=0, sealed=0,
)  # fmt: skip
PAID = replace(NOTHING, moneys=1, sum=DUE, paid=DUE, left=0, settled=True, marked=True, told=1, due=1)
TOO_MUCH = replace(PAID, sum=DUE + EXTRA, held=EXTRA, problems=1, tasks=1, notices=1)
WRITTEN = replace(PAID, due=0, receipts=1)
SEALED = replace(WRITTEN, sealed=1)
NOBODY = ("nobody needs to", "at once")
SOON = "within a minute"
RESCUED = ("another worker", SOON)
TOLD_AGAIN = ("the bank tells again, having had no answer", "in the answer to it")


@dataclass(frozen=True, slots=True)
class Course:
    """A way that money takes: its points, who makes a payment on it, and what may be found on the way, in
    words, with who heals it and how soon; the last is what must come of it."""

    name: str
    points: tuple[points.Point, ...]
    lay: Callable[[Office, Running], Subject]
    found: dict[Hashable, tuple[str, str, str]]
    series: str = ""
    """The symbol of the receipts that it writes."""

    @property
    def end(self) -> Hashable:
        """What must come of it."""
        return list(self.found)[-1]


COURSES = (
    Course(
        name="A bank's notice of the exact sum",
        points=points.NOTICE,
        lay=lambda here, _there: bank_told(owing(here), DUE),
        found={NOTHING: ("nothing", *TOLD_AGAIN), PAID: ("paid, dossier marked", *NOBODY)},
    ),
    Course(
        name="A bank's notice of too much",
        points=points.TOO_MUCH,
        lay=lambda here, _there: bank_told(owing(here), DUE + EXTRA),
        found={
            NOTHING: ("nothing", *TOLD_AGAIN),
            TOO_MUCH: ("paid, the rest held, accountant told", *NOBODY),
        },
    ),
    Course(
        name="A provider is asked, its notice being lost",
        points=points.ASKING,
        lay=lambda here, _there: asked(owing(here)),
        found={
            NOTHING: ("nothing", "`payments.ask_silent`", "at the next minute"),
            PAID: ("paid, dossier marked", *NOBODY),
        },
    ),
    Course(
        name="A receipt gets its number",
        points=points.NUMBER,
        lay=lambda here, _there: numbered(owing(here)),
        found={
            PAID: ("waits for its receipt", "`issue receipts`", "within a second"),
            WRITTEN: ("has its receipt", *NOBODY),
        },
        series="AG-26E",
    ),
    Course(
        name="A receipt is sealed",
        points=points.SEAL,
        lay=lambda here, _there: sealed(owing(here)),
        found={
            WRITTEN: ("not sealed", "another sealer", "a minute after it was taken"),
            SEALED: ("sealed", *NOBODY),
        },
        series="AG-26E",
    ),
    Course(
        name="The payer's mail leaves",
        points=points.MAIL,
        lay=lambda here, _there: mailed(owing(here)),
        found={
            Mailed("queued", 0): ("not sent", *RESCUED),
            Mailed("queued", 1): ("sent, not marked", "another worker, under the same Message-ID", SOON),
            Mailed("sent", 1): ("sent and marked", *NOBODY),
        },
    ),
    Course(
        name="A receipt goes to the tax side",
        points=points.TAX,
        lay=lambda here, there: handed(owing(here), there),
        found={
            Handed("waiting", 0): ("not handed over", "`payments.hand_receipts`", SOON),
            Handed("waiting", 1): (
                "handed over, not marked",
                "`payments.hand_receipts`, the same again",
                SOON,
            ),
            Handed("handed", 1): ("handed over", *NOBODY),
        },
        series="TH-26E",
    ),
    Course(
        name="A refund goes back by the bank",
        points=points.PAYOUT,
        lay=lambda here, there: going_back(owing(here), here, there),
        found={
            GoneBack("approved", 0, 0, 0): ("owed back, the bank not asked", *RESCUED),
            GoneBack("approved", 0, 1, 0): ("moved, not booked", "another worker, by the same key", SOON),
            GoneBack("paid", DUE, 1, 1): ("given back, payer told", *NOBODY),
        },
    ),
)


@pytest.fixture
def offices(can_sign: Running, settings: LazySettings, tmp_path: Path) -> Callable[[], Office]:
    """Makes offices that can seal, beside a sandbox whose notices are lost and a server of mails."""
    settings.PAYMENTS = configured.read(production=False, sandbox=can_sign.base)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mails"

    def made() -> Office:
        account, name = can_sign.settings.bank_accounts[1]
        found = office_with_account(bank=can_sign.settings.bank_bin, account=account, name=name)
        give_seal(found.identifier, can_sign)
        return found

    return made


def chosen(found: list[tuple[points.Point, int]]) -> list[tuple[points.Point, int]]:
    """All steps, or the first of each point."""
    first = {point.what: (point, number) for point, number in reversed(found)}
    return found if ALL else list(reversed(first.values()))


def steps_of(course: Course, here: Office, there: Running) -> list[tuple[points.Point, int]]:
    """The steps of a course that nothing disturbs, each with its point, once all is warm."""
    if course.series:
        opens_series(here, course.series)
    for _time in range(2):
        course.lay(here, there).deed()
    subject = course.lay(here, there)
    connection.close()
    http.close()
    whole = die(subject.deed)
    assert whole.ended == 0, whole
    assert subject.see() == course.end
    return points.places(course.points, whole.steps)


def walked(course: Course, here: Office, there: Running) -> list[tuple[str, Hashable]]:
    """Kill at each point, look, let it recover, look again; what was found at each point."""
    happened: dict[tuple[str, Hashable], None] = {}
    for point, number in chosen(steps_of(course, here, there)):
        subject = course.lay(here, there)
        connection.close()
        http.close()
        died = die(subject.deed, at=number)
        assert (died.ended, len(died.steps)) == (-9, number), (point.what, died)
        found, lost = subject.see(), 1 - seen(subject.bill).moneys
        assert found in course.found, f"half of it is there: {point.what}: {found}"
        happened[point.what, found] = None
        before = Money.objects.count()
        subject.heal()
        assert subject.see() == course.end, point.what
        assert Money.objects.count() == before + lost, "each payment once"
    return list(happened)


def row(course: Course, what: str, found: Hashable) -> str:
    return f"| {what} | {' | '.join(course.found[found])} |"


def table(offices: Callable[[], Office], there: Running) -> str:
    """What happens, as the document tells it. Receipts go first, so that no other's waits."""
    happened = {course.name: walked(course, offices(), there) for course in reversed(COURSES)}
    return "\n".join(
        "\n".join([f"### {course.name}\n\n{HEAD}", *(row(course, *one) for one in happened[course.name]), ""])
        for course in COURSES
    )


def test_whoever_is_killed_wherever_money_is_there_once_and_soon(
    offices: Callable[[], Office], can_sign: Running
) -> None:
    happened = table(offices, can_sign)
    if os.environ.get("FAULTS") == "write":
        before = TABLE.read_text(encoding="utf-8").split("\n### ", 1)[0]
        TABLE.write_text(f"{before}\n{happened}", encoding="utf-8")
    assert happened in TABLE.read_text(encoding="utf-8"), "FAULTS=write writes the table"
    for series in ReceiptSeries.objects.all():
        numbers = sorted(series.receipts.values_list("number", flat=True))
        assert numbers == list(range(1, series.next_number)), "a gap or a twin"
    assert not [one for one in jobs.dead_letters() if one.name.startswith("payments.")]


def test_what_waits_for_a_clock_waits_less_than_a_minute() -> None:
    assert jobs.jobs.get("payments.ask_silent").cron == "* * * * *"
    assert rescue.STALE_SECONDS + loops.get("rescue jobs").seconds < 60


def test_a_database_that_goes_away_anywhere_is_never_answered_with_yes(
    offices: Callable[[], Office], can_sign: Running
) -> None:
    course, here = COURSES[0], offices()
    for point, number in chosen(steps_of(course, here, can_sign))[:: 1 if ALL else 4]:
        subject = course.lay(here, can_sign)
        connection.close()
        died = die(subject.deed, at=number, way=Way.CUT)
        found = seen(subject.bill)
        assert (found == course.end) or died.ended, f"it said yes to nothing: {point.what}"
        subject.heal()
        assert seen(subject.bill) == course.end
