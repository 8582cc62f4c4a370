"""Lists: keyset pages in a constant number of queries, however long the history."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import DossierRow, Page, Status, Via
from tinhso.dossiers.models import Dossier, Phase, Timer
from tinhso.dossiers.outcomes import TimerKind, TimerState
from tinhso.dossiers.queries.narrowing import Filter, Hand, Moment, Order, Walk, in_hands, narrowed
from tinhso.foundation.errors import Invalid
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

LARGEST = 200
WAITING = (Status.PRE_SUPPLEMENT, Status.SUPPLEMENT, Status.OBLIGATION)
RUNNING = Q(stopped_since=None) & ~Q(status=Status.DONE.value)
"""The clock runs: it stands for nobody, and no result lies ready."""
COLUMNS = (
    "id",
    "code",
    "status",
    "procedure_version_id",
    "applicant_name",
    "applicant_territory_id",
    "agency_id",
    "unit_id",
    "step",
    "step_name",
    "role",
    "holder",
    "via",
    "submitted_at",
    "accepted_at",
    "closed_at",
    "due_at",
    "stopped_since",
    "finished_at",
    "version",
    "flags",
)


def page(narrow: Filter, *, limit: int = 50, after: str = "") -> Page:
    """One page in the list's order. Raises Invalid for a cursor that is not ours."""
    limit = max(1, min(limit, LARGEST))
    walk = Walk(narrow)
    rows = narrowed(narrow)
    if after:
        rows = rows.filter(walk.after(*read_cursor(after)))
    found = list(rows.order_by(*walk.forwards()).values(*COLUMNS)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    last = found[-1] if found else None
    cursor_of = last and write_cursor(last[walk.column], last["id"])
    return Page(rows=named(found), after=(cursor_of or "") if more else "")


def walked(narrow: Filter, *, size: int = 2000) -> Iterator[tuple[DossierRow, ...]]:
    """A whole list in batches by keyset, newest sent first: an order in which nothing moves meanwhile."""
    narrow = replace(narrow, order=Order.NEWEST, moment=Moment.SENT)
    walk, rest = Walk(narrow), narrowed(narrow)
    found = list(rest.order_by(*walk.forwards()).values(*COLUMNS)[:size])
    while found:
        yield named(found)
        last = found[-1]
        rows = rest.filter(walk.after(last[walk.column], last["id"]))
        found = list(rows.order_by(*walk.forwards()).values(*COLUMNS)[:size]) if len(found) == size else []


def count(narrow: Filter, *, most: int = 1001) -> int:
    """How many there are, counted no further than `most`."""
    return narrowed(narrow).values("id")[:most].count()


def rows(ids: Iterable[UUID]) -> dict[UUID, DossierRow]:
    """The rows of these dossiers, by id, for rooms that keep ids; who may see them is for those to ask."""
    found = named(list(Dossier.objects.filter(id__in=list(ids)).values(*COLUMNS)))
    return {row.id: row for row in found}


def named(found: Sequence[dict[str, Any]]) -> tuple[DossierRow, ...]:
    """Rows with the names they show: one question per room, not one per row."""
    versions = procedures.briefs({row["procedure_version_id"] for row in found})
    places = directory.names(
        {row[key] for row in found for key in ("agency_id", "unit_id", "applicant_territory_id") if row[key]}
    )
    people = identity.names({row["holder"] for row in found if row["holder"]})
    phases, waits = _phases(found), _waits(found)
    return tuple(
        DossierRow(
            id=row["id"],
            code=row["code"],
            status=Status(row["status"]),
            procedure_code=versions[row["procedure_version_id"]].code,
            procedure_name=versions[row["procedure_version_id"]].name,
            applicant_name=row["applicant_name"],
            agency=row["agency_id"],
            agency_name=places.get(row["agency_id"], ""),
            unit=row["unit_id"],
            unit_name=places.get(row["unit_id"], ""),
            step=row["step"],
            step_name=row["step_name"],
            role=row["role"],
            holder=row["holder"],
            holder_name=people.get(row["holder"], "") if row["holder"] else "",
            via=Via(row["via"]),
            submitted_at=row["submitted_at"],
            accepted_at=row["accepted_at"],
            due_at=row["due_at"],
            stopped_since=row["stopped_since"],
            finished_at=row["finished_at"],
            version=row["version"],
            flags=tuple(row["flags"]),
            term_unit=versions[row["procedure_version_id"]].term_unit,
            commune_name=places.get(row["applicant_territory_id"], ""),
            sector_name=versions[row["procedure_version_id"]].sector_name,
            phase_due_at=phases.get(row["id"]),
            waits_until=waits.get((row["id"], row["step"])),
        )
        for row in found
    )


def open_phases() -> QuerySet[Phase]:
    """The stays under way: of each dossier at most one, with the agency whose turn it is."""
    return Phase.objects.filter(ended_at=None)


def _waits(found: Sequence[dict[str, Any]]) -> dict[tuple[UUID, str], datetime]:
    """Until when steps wait, by dossier and step. One query, none where no clock of a process runs."""
    timed = [row["id"] for row in found if marks.TIMED in row["flags"]]
    if not timed:
        return {}
    waits = Timer.objects.filter(dossier_id__in=timed, state=TimerState.RUNS, kind=TimerKind.WAIT)
    return {(one, step): due for one, step, due in waits.values_list("dossier_id", "step", "due_at")}


def _phases(found: Sequence[dict[str, Any]]) -> dict[UUID, datetime]:
    """By when the agency whose turn it is should be done, by dossier. One query, none without phases."""
    phased = [row["id"] for row in found if marks.PHASED in row["flags"] and row["finished_at"] is None]
    return (
        dict(open_phases().filter(dossier_id__in=phased).values_list("dossier_id", "due_at"))
        if phased
        else {}
    )


def write_cursor(moment: datetime | str | None, last: UUID | str) -> str:
    """The cursor after a row: its moment in the list's order, and its id."""
    return base64.urlsafe_b64encode(orjson.dumps([moment, str(last)])).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime | None, UUID]:
    """The moment and id of a cursor. Raises Invalid when it is not ours."""
    try:
        moment, last = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return (datetime.fromisoformat(moment) if moment else None), UUID(last)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise Invalid(_("Không mở được trang này của danh sách. Hãy mở lại từ trang đầu.")) from None


def neighbours(narrow: Filter, *, beside: UUID) -> tuple[str, str]:
    """The codes before and after a dossier in the order of a list, empty at its ends.

    The dossier itself need not be in the list any more. Three queries.
    """
    walk = Walk(narrow)
    stands = Dossier.objects.filter(id=beside).values_list(walk.column, flat=True).first()
    rows = narrowed(narrow).exclude(id=beside)
    sooner = rows.filter(walk.before(stands, beside)).order_by(*walk.backwards())
    later = rows.filter(walk.after(stands, beside)).order_by(*walk.forwards())
    before = sooner.values_list("code", flat=True).first()
    after = later.values_list("code", flat=True).first()
    return before or "", after or ""


def tallies(
    *, hands: Sequence[Hand], units: Sequence[UUID], at: datetime, day_ends: datetime
) -> dict[str, int]:
    """Open dossiers in an officer's hands and their units, counted for the desk's views. One query."""
    here, own = Q(unit_id__in=units), in_hands(hands)
    return (
        Dossier.objects.filter(finished_at=None)
        .filter(own | here)
        .aggregate(
            mine=Count("id", filter=own),
            basket=Count("id", filter=here & Q(holder=None)),
            unit=Count("id", filter=here),
            today=Count("id", filter=here & RUNNING & Q(due_at__gte=at, due_at__lt=day_ends)),
            late=Count("id", filter=here & RUNNING & Q(due_at__lt=at)),
            waiting=Count("id", filter=here & Q(status__in=[status.value for status in WAITING])),
        )
    )


def groups(narrow: Filter, *, at: datetime, day_ends: datetime) -> dict[str, int]:
    """Open dossiers of a list by urgency: late, today, tomorrow, week, later, standing, and results that lie
    ready. One query."""
    tomorrow, week = day_ends + timedelta(days=1), day_ends + timedelta(days=7)
    return (
        narrowed(narrow)
        .filter(finished_at=None)
        .aggregate(
            late=Count("id", filter=RUNNING & Q(due_at__lt=at)),
            today=Count("id", filter=RUNNING & Q(due_at__gte=at, due_at__lte=day_ends)),
            tomorrow=Count("id", filter=RUNNING & Q(due_at__gt=day_ends, due_at__lte=tomorrow)),
            week=Count("id", filter=RUNNING & Q(due_at__gt=tomorrow, due_at__lte=week)),
            later=Count("id", filter=RUNNING & (Q(due_at__gt=week) | Q(due_at=None))),
            standing=Count("id", filter=Q(stopped_since__isnull=False)),
            ready=Count("id", filter=Q(status=Status.DONE.value)),
        )
    )
