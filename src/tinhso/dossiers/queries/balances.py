"""What came, was done and was left over a period: the sums of report forms, and the list behind each.

A dossier counts as received on the day it is accepted and as done when it is closed, so that
carried + online + direct == early + on_time + late + in_time + overdue holds for every group and period. One
that waits for the person or for another agency is in time: its deadline moves when it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q

from tinhso.dossiers.contracts import Via
from tinhso.dossiers.measures import Measure
from tinhso.dossiers.queries.behind import Part, flow_behind, pending_behind
from tinhso.dossiers.queries.counts import Among, By, flows
from tinhso.dossiers.queries.narrowing import Filter

ONLINE = (Via.ONLINE, Via.MACHINE)
DIRECT = (Via.COUNTER, Via.POST)
CLOSINGS = (Measure.EARLY, Measure.ON_TIME, Measure.LATE)


class Figure(StrEnum):
    """The figures of a balance: received, done and left."""

    ONLINE = "online"
    DIRECT = "direct"
    CARRIED = "carried"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    IN_TIME = "in_time"
    OVERDUE = "overdue"


@dataclass(slots=True)
class Balance:
    """The figures of one group over a period, in dossiers."""

    online: int = 0
    direct: int = 0
    carried: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    in_time: int = 0
    overdue: int = 0

    def add(self, other: Balance) -> None:
        """Add another group's."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def balances(among: Among, *, by: By, since: date, until: date) -> dict[Any, Balance]:
    """The balance of each group from the day `since` up to `until`, which is not counted.

    Six queries at most, whatever the number of dossiers. `by` is not UNIT: what is done is counted of none.
    """
    measures = (Measure.ACCEPTED, *CLOSINGS)
    online = flows(replace(among, via=ONLINE), [Measure.ACCEPTED], by=by, since=since, until=until)
    period = flows(among, measures, by=by, since=since, until=until)
    before = _ever(among, measures, by=by, until=since)
    overdue = _ever(among, (Measure.DUE, Measure.SETTLED), by=by, until=until)
    found = {}
    for key in period.keys() | before.keys():
        now, then, due = (each.get(key, {}) for each in (period, before, overdue))
        carried, accepted = _open(then), now.get(Measure.ACCEPTED, 0)
        came = online.get(key, {}).get(Measure.ACCEPTED, 0)
        late = due.get(Measure.DUE, 0) - due.get(Measure.SETTLED, 0)
        balance = Balance(
            online=came,
            direct=accepted - came,
            carried=carried,
            early=now.get(Measure.EARLY, 0),
            on_time=now.get(Measure.ON_TIME, 0),
            late=now.get(Measure.LATE, 0),
            in_time=carried + _open(now) - late,
            overdue=late,
        )
        if balance != Balance():
            found[key] = balance
    return found


def _open(sums: Mapping[Measure, int]) -> int:
    return sums.get(Measure.ACCEPTED, 0) - sum(sums.get(measure, 0) for measure in CLOSINGS)


def _ever(
    among: Among, measures: tuple[Measure, ...], *, by: By, until: date
) -> dict[Any, dict[Measure, int]]:
    """Everything before a day: whole months of the rolled-up counts, then the days of the last."""
    month = until.replace(day=1)
    found = flows(among, measures, by=by, since=None, until=month)
    if month != until:
        for key, sums in flows(among, measures, by=by, since=month, until=until).items():
            whole = found.setdefault(key, {})
            for measure, number in sums.items():
                whole[measure] = whole.get(measure, 0) + number
    return found


def balance_behind(figures: Sequence[Figure], part: Part, *, since: date, until: date) -> Filter:
    """The dossiers that these figures of `balances` count together, of one agency.

    Raises ValueError for none, or for figures of different sides: received, done, left.
    """
    found = [_behind(figure, part, since=since, until=until) for figure in figures]
    if len({each.moment for each in found}) != 1:
        raise ValueError("figures of one side are listed together")
    also = Q()
    for each in found:
        also |= each.also
    return replace(found[0], also=also)


def _behind(figure: Figure, part: Part, *, since: date, until: date) -> Filter:
    if figure in (Figure.ONLINE, Figure.DIRECT):
        via = ONLINE if figure is Figure.ONLINE else DIRECT
        return flow_behind([Measure.ACCEPTED], replace(part, via=via), since=since, until=until)
    if figure is Figure.CARRIED:
        return pending_behind(part, until=since)
    if figure in (Figure.IN_TIME, Figure.OVERDUE):
        return pending_behind(part, until=until, late=figure is Figure.OVERDUE)
    return flow_behind([Measure(figure.value)], part, since=since, until=until)
