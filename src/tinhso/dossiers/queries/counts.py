"""Figures over many dossiers, read from counts that are kept as dossiers change; never from all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.dossiers import lifecycle
from tinhso.dossiers.contracts import Status, Via
from tinhso.dossiers.measures import CountLevel, Measure
from tinhso.foundation.moments import midnight, today

RUNNING = (Status.SUBMITTED, Status.ACCEPTED, Status.PROCESSING)
"""Where a deadline can be missed: somebody here has to act."""
STANDING = tuple(sorted(status.value for status in lifecycle.STANDING | {Status.PRE_SUPPLEMENT}))
SOON_DAYS = 3


class By(StrEnum):
    """What figures are grouped by: each is a column of the counts."""

    AGENCY = "agency"
    UNIT = "unit"
    VERSION = "version"
    VIA = "via"


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Whose dossiers are counted: those of these agencies (all of the province's with `everywhere`), of these
    units (open ones only), of these versions of procedures, that came in these ways."""

    agencies: tuple[UUID, ...]
    everywhere: bool = False
    units: tuple[UUID, ...] = ()
    versions: tuple[UUID, ...] | None = None
    via: tuple[Via, ...] = ()

    def level(self, by: By | None, *, whole_months: bool = True) -> CountLevel:
        """The coarsest counts that can tell."""
        if self.units or by is By.UNIT or not whole_months:
            return CountLevel.EACH
        if self.versions is None and by is not By.VERSION:
            return CountLevel.AGENCY
        if self.everywhere and by is not By.AGENCY:
            return CountLevel.PROCEDURE
        return CountLevel.EACH

    def conditions(self, level: CountLevel | None) -> tuple[str, list[Any]]:
        """What follows WHERE; for the changes when there is no level."""
        parts, values = ["true"], list[Any]()
        if level is not None:
            parts, values = ["level = %s"], [level.value]
        if not self.everywhere:
            parts.append("agency = ANY(%s)")
            values.append(list(self.agencies))
        for column, ids in (("unit", self.units or None), ("version", self.versions)):
            if ids is not None:
                parts.append(f"{column} = ANY(%s)")
                values.append(list(ids))
        if self.via:
            parts.append("via = ANY(%s)")
            values.append([via.value for via in self.via])
        return " AND ".join(parts), values


@dataclass(slots=True)
class Stands:
    """Open dossiers of one group, by how their deadline stands.

    `open` are all that somebody works on; `standing` wait for others, of these `passed` were due before
    today; `ready` have a result nobody has fetched. `today` are due later today, `soon` in the three days
    after it. `unaccepted` are sent and not answered, `unanswered` of these are late.
    """

    open: int = 0
    late: int = 0
    today: int = 0
    soon: int = 0
    standing: int = 0
    passed: int = 0
    ready: int = 0
    unaccepted: int = 0
    unanswered: int = 0

    def add(self, other: Stands) -> None:
        """Add another group's."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


OPEN = """
SELECT {key}, status, day, sum(number) FROM (
    SELECT {key}, status, day, number FROM dossiers_count WHERE measure = 'open' AND {kept}
    UNION ALL SELECT {key}, status, day, number FROM dossiers_countchange WHERE measure = 'open' AND {changed}
) AS both_of_them GROUP BY 1, 2, 3 HAVING sum(number) <> 0
"""
BEHIND_TODAY = """
SELECT {key}, status, count(*) FROM dossiers_dossier
WHERE agency_id = ANY(%s) AND finished_at IS NULL AND due_at >= %s AND due_at < %s AND status = ANY(%s)
  AND (%s::uuid[] IS NULL OR unit_id = ANY(%s)) AND (%s::uuid[] IS NULL OR procedure_version_id = ANY(%s))
GROUP BY 1, 2
"""
COLUMNS = {By.AGENCY: "agency_id", By.UNIT: "unit_id", By.VERSION: "procedure_version_id", By.VIA: "via"}


def standing(among: Among, *, by: By, at: datetime) -> dict[Any, Stands]:
    """Open dossiers by group at that moment. Two queries, whatever the number of dossiers.

    Whole days come from the counts; what fell due earlier today is read of its index.
    """
    level = among.level(by)
    kept, values = among.conditions(level)
    changed, more = among.conditions(None)
    found: dict[Any, Stands] = defaultdict(Stands)
    day, begins = today(at), midnight(today(at))
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format(key=by.value, kept=kept, changed=changed), [*values, *more])
        for key, status, due, number in cursor.fetchall():
            _place(found[key], status, due, number, day=day)
        units, versions = list(among.units) or None, among.versions and list(among.versions)
        running = [status.value for status in RUNNING]
        cursor.execute(
            BEHIND_TODAY.format(key=COLUMNS[by]),
            [list(among.agencies), begins, at, running, units, units, versions, versions],
        )
        for key, status, number in cursor.fetchall():
            _fell_due(found[key], status, number)
    return dict(found)


def _place(stands: Stands, status: str, due: date | None, number: int, *, day: date) -> None:
    if status == Status.DONE:
        stands.ready += number
        return
    stands.open += number
    if status in STANDING:
        stands.standing += number
        stands.passed += number if due and due < day else 0
        return
    stands.unaccepted += number if status == Status.SUBMITTED else 0
    if due is None:
        return
    if due < day:
        stands.late += number
        stands.unanswered += number if status == Status.SUBMITTED else 0
    elif due == day:
        stands.today += number
    elif due <= day + timedelta(days=SOON_DAYS):
        stands.soon += number


def _fell_due(stands: Stands, status: str, number: int) -> None:
    stands.today -= number
    stands.late += number
    stands.unanswered += number if status == Status.SUBMITTED else 0


FLOW = """
SELECT {key}, measure, sum(number) FROM (
    SELECT {key}, measure, number FROM dossiers_count
    WHERE measure = ANY(%s) AND day >= %s AND day < %s AND {kept}
    UNION ALL
    SELECT {key}, measure, number FROM dossiers_countchange
    WHERE measure = ANY(%s) AND day >= %s AND day < %s AND {changed}
) AS both_of_them GROUP BY 1, 2 HAVING sum(number) <> 0
"""
LONG_AGO = date(1900, 1, 1)


def flows(
    among: Among, measures: Iterable[Measure], *, by: By, since: date | None, until: date
) -> dict[Any, dict[Measure, int]]:
    """How many dossiers were counted by group, from the day `since` (None: ever) up to `until`, which is not
    counted. One query; fastest when both days begin a month."""
    begins = since or LONG_AGO
    level = among.level(by, whole_months=begins.day == 1 == until.day)
    kept, values = among.conditions(level)
    changed, more = among.conditions(None)
    window: list[Any] = [[measure.value for measure in measures], begins, until]
    found: dict[Any, dict[Measure, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            FLOW.format(key=by.value, kept=kept, changed=changed), [*window, *values, *window, *more]
        )
        for key, measure, number in cursor.fetchall():
            found[key][Measure(measure)] = int(number)
    return dict(found)


HANDS = """
SELECT unit_id, step_name, holder, count(*), min(due_at) FROM dossiers_dossier
WHERE agency_id = %s AND finished_at IS NULL AND due_at < %s AND status = ANY(%s)
  AND (%s::uuid[] IS NULL OR unit_id = ANY(%s)) AND (%s::uuid[] IS NULL OR procedure_version_id = ANY(%s))
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 5
"""


@dataclass(frozen=True, slots=True)
class LateHand:
    """Late work of one step in one hand; `holder` None while nobody has taken it, `since` the oldest date."""

    unit: UUID
    step_name: str
    holder: UUID | None
    number: int
    since: datetime


def late_hands(agency: UUID, among: Among, *, at: datetime) -> tuple[LateHand, ...]:
    """In whose hands and at which step the late work of an agency lies, most first. One query over its late
    work, by index."""
    units, versions = list(among.units) or None, among.versions and list(among.versions)
    running = [status.value for status in RUNNING]
    with connection.cursor() as cursor:
        cursor.execute(HANDS, [agency, at, running, units, units, versions, versions])
        return tuple(LateHand(*row) for row in cursor.fetchall())
