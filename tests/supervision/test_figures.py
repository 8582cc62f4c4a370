"""Figures of report forms: against a slow count by hand, and each against the list it opens to."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.contracts import Via
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import counting, endings, intake, routing
from tinhso.dossiers.queries.balances import Balance, Figure, balance_behind, balances
from tinhso.dossiers.queries.behind import Part
from tinhso.dossiers.queries.counts import Among, By
from tinhso.dossiers.queries.narrowing import narrowed
from tinhso.foundation.moments import LOCAL, midnight
from tinhso.foundation.refs import SYSTEM
from tinhso.supervision.contracts import PeriodKind, period_of
from tinhso.supervision.queries import reports

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WAITS = ("supplement", "obligation", "paused")
SIDES = (
    (Figure.ONLINE, Figure.DIRECT, Figure.CARRIED),
    (Figure.EARLY, Figure.ON_TIME, Figure.LATE),
    (Figure.IN_TIME, Figure.OVERDUE),
)


def lives(place: Office, *, number: int, seed: int) -> None:
    """Dossiers over two months that went different ways, by chance."""
    chance = random.Random(seed)
    for _each in range(number):
        at = SENT + timedelta(days=chance.randrange(50), minutes=chance.randrange(400))
        id_ = filed(place, at=at).id
        way = chance.random()
        if way < 0.1:
            continue
        at += timedelta(hours=chance.randrange(1, 6))
        intake.accept(dossier_id=id_, by=SYSTEM, at=at)
        at += timedelta(days=chance.randrange(1, 12))
        if way < 0.35:
            routing.pause(dossier_id=id_, reason="Chờ ý kiến", by=SYSTEM, at=at)
            if way < 0.2:
                routing.resume(dossier_id=id_, by=SYSTEM, at=at + 3 * DAY)
        elif way < 0.55:
            endings.withdraw(dossier_id=id_, reason="Nộp nhầm", by=SYSTEM, at=at)
        elif way < 0.75:
            endings.stop(dossier_id=id_, reason="Hết điều kiện", ground="Điều 19", by=SYSTEM, at=at)
    ids = list(Dossier.objects.values_list("id", flat=True))
    for via in ("counter", "post", "machine"):
        Dossier.objects.filter(id__in=chance.sample(ids, len(ids) // 5)).update(via=via)


def by_hand(place: Office, since: date, until: date) -> Balance:
    """The same, by looking at each dossier."""
    begins, ends = (midnight(day) for day in (since, until))
    found = Balance()
    for one in Dossier.objects.filter(agency_id=place.agency, accepted_at__isnull=False):
        accepted, closed, due = one.accepted_at, one.closed_at, one.due_at
        assert accepted
        assert due
        if begins <= accepted < ends:
            found.online += one.via in ("online", "machine")
            found.direct += one.via in ("counter", "post")
        if accepted < begins and (closed is None or closed >= begins):
            found.carried += 1
        if closed and begins <= closed < ends:
            day, limit = closed.astimezone(LOCAL).date(), due.astimezone(LOCAL).date()
            found.late += closed > due
            found.early += closed <= due and day < limit
            found.on_time += closed <= due and day == limit
        if accepted < ends and (closed is None or closed >= ends):
            late = due < ends and one.status not in WAITS
            found.overdue += late
            found.in_time += not late
    return found


WINDOWS = (
    (date(2026, 3, 1), date(2026, 4, 1)),
    (date(2026, 2, 15), date(2026, 3, 15)),
    (date(2026, 3, 15), date(2026, 4, 15)),
    (date(2026, 4, 7), date(2026, 6, 1)),
)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_are_those_of_a_count_by_hand_and_open_to_their_dossiers(seed: int) -> None:
    place, other = office(), office()
    lives(place, number=40, seed=seed)
    filed(other, at=SENT)
    if seed > 1:
        counting.fold()
    among, part = Among(agencies=(place.agency,)), Part(agency=place.agency)
    seen = Balance()
    for since, until in WINDOWS:
        expected = by_hand(place, since, until)
        told = balances(among, by=By.AGENCY, since=since, until=until).get(place.agency, Balance())
        versions = balances(among, by=By.VERSION, since=since, until=until)
        assert told == expected == versions.get(place.version, Balance())
        sums = [sum(getattr(told, figure.value) for figure in side) for side in SIDES]
        assert sums[0] == sums[1] + sums[2]
        for figure in Figure:
            listed = narrowed(balance_behind([figure], part, since=since, until=until)).count()
            assert listed == getattr(told, figure.value), (figure, since)
        for side, number in zip(SIDES, sums, strict=True):
            assert narrowed(balance_behind(side, part, since=since, until=until)).count() == number
        seen.add(told)
    assert all(asdict(seen)[figure.value] for figure in Figure if figure is not Figure.ON_TIME)


def test_one_whose_clock_stands_is_late_for_nobody_until_it_goes_on() -> None:
    place = office()
    id_ = filed(place, at=SENT).id
    intake.accept(dossier_id=id_, by=SYSTEM, at=SENT)
    among, window = Among(agencies=(place.agency,)), {"since": date(2026, 3, 1), "until": date(2026, 5, 1)}

    def overdue() -> int:
        return balances(among, by=By.AGENCY, **window)[place.agency].overdue

    assert overdue() == 1
    routing.pause(dossier_id=id_, reason="Chờ ý kiến", by=SYSTEM, at=SENT + DAY)
    assert overdue() == 0
    routing.resume(dossier_id=id_, by=SYSTEM, at=SENT + 20 * DAY)
    assert overdue() == 1
    assert counting.recount(at=SENT) == ()


def test_figures_of_different_sides_are_not_listed_together() -> None:
    part = Part(agency=office().agency)
    for figures in ([], [Figure.ONLINE, Figure.LATE]):
        with pytest.raises(ValueError, match="one side"):
            balance_behind(figures, part, since=date(2026, 3, 1), until=date(2026, 4, 1))


def test_the_question_is_the_same_however_many_dossiers() -> None:
    place = office()
    among = Among(agencies=(place.agency,))
    for number in (1, 12):
        for _each in range(number):
            intake.accept(dossier_id=filed(place).id, by=SYSTEM, at=SENT + DAY)
        with CaptureQueriesContext(connection) as asked:
            balances(among, by=By.VERSION, since=date(2026, 2, 15), until=date(2026, 3, 15))
        assert len(asked) == 6


def test_ways_in_narrow_every_measure() -> None:
    place = office()
    lives(place, number=20, seed=9)
    for via in (Via.ONLINE, Via.COUNTER):
        found = balances(
            Among(agencies=(place.agency,), via=(via,)),
            by=By.AGENCY,
            since=date(2026, 3, 1),
            until=date(2026, 6, 1),
        )
        accepted = Dossier.objects.filter(agency_id=place.agency, via=via, accepted_at__isnull=False).count()
        balance = found[place.agency]
        assert balance.online + balance.direct == accepted > 0


def test_periods_are_cut_by_the_dated_rule() -> None:
    month, quarter, year = (period_of(kind, date(2026, 11, 28)) for kind in PeriodKind)

    assert reports.days_of(month) == (date(2026, 10, 15), date(2026, 11, 15))
    assert reports.days_of(quarter) == (date(2026, 9, 15), date(2026, 12, 15))
    assert reports.days_of(year) == (date(2025, 12, 15), date(2026, 12, 15))
    assert reports.days_of(quarter)[0] == reports.days_of(quarter.before)[1]
    old = period_of(PeriodKind.MONTH, date(2018, 5, 1))
    assert reports.days_of(old) == (date(2018, 5, 1), date(2018, 6, 1)), "by the calendar before NĐ 09/2019"
    at = datetime(2026, 11, 10, 3, tzinfo=LOCAL)
    assert reports.counted_days(month, at=at) == (date(2026, 10, 15), date(2026, 11, 10))
