"""Lists: keyset pages in a constant number of queries, however long the history."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import DossierRow, Page, Status, Via
from tinhso.dossiers.models import Dossier
from tinhso.foundation import crypto, text
from tinhso.foundation.errors import Invalid
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

LARGEST = 200
WAITING = (Status.PRE_SUPPLEMENT, Status.SUPPLEMENT, Status.OBLIGATION)
COLUMNS = (
    "id",
    "code",
    "status",
    "procedure_version_id",
    "applicant_name",
    "agency_id",
    "unit_id",
    "step",
    "step_name",
    "role",
    "holder",
    "via",
    "submitted_at",
    "accepted_at",
    "due_at",
    "stopped_since",
    "finished_at",
    "version",
    "flags",
)


@dataclass(frozen=True, slots=True)
class Hand:
    """Work that is somebody's to do: what `holder` has, or None for what nobody has taken yet.

    With `role` and `unit` only that role's work in that unit. `on_behalf_of` is whose work it properly is,
    when it is somebody's by delegation.
    """

    holder: UUID | None
    role: str = ""
    unit: UUID | None = None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to. `due_before` is UTC; `q` a code, a name, a phone or a personal id."""

    units: Sequence[UUID] = ()
    agency: UUID | None = None
    holder: UUID | None = None
    hands: Sequence[Hand] = ()
    basket: bool = False
    owner: UUID | None = None
    statuses: Sequence[Status] = ()
    due_before: datetime | None = None
    due_from: datetime | None = None
    open_only: bool = False
    finished_only: bool = False
    standing: bool | None = None
    q: str = ""


def page(narrow: Filter, *, limit: int = 50, after: str = "") -> Page:
    """One page. Open work comes by deadline, history by the time it was sent, newest first.

    Raises Invalid for a cursor that is not ours.
    """
    limit = max(1, min(limit, LARGEST))
    by_deadline = narrow.open_only
    rows = _narrowed(narrow)
    cursor = read_cursor(after) if after else None
    if by_deadline:
        rows = rows.order_by(F("due_at").asc(nulls_last=True), "id")
        if cursor:
            rows = rows.filter(_after_deadline(*cursor))
    else:
        rows = rows.order_by("-submitted_at", "-id")
        if cursor and cursor[0]:
            earlier = Q(submitted_at__lt=cursor[0]) | Q(id__lt=cursor[1])
            rows = rows.filter(earlier, submitted_at__lte=cursor[0])
    found = list(rows.values(*COLUMNS)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    last = found[-1] if found else None
    cursor_of = last and write_cursor(last["due_at"] if by_deadline else last["submitted_at"], last["id"])
    return Page(rows=named(found), after=(cursor_of or "") if more else "")


def count(narrow: Filter, *, most: int = 1001) -> int:
    """How many there are, counted no further than `most`."""
    return _narrowed(narrow).values("id")[:most].count()


def named(found: Sequence[dict[str, Any]]) -> tuple[DossierRow, ...]:
    """Rows with the names they show: one question per room, not one per row."""
    versions = procedures.briefs({row["procedure_version_id"] for row in found})
    places = directory.names({row["agency_id"] for row in found} | {row["unit_id"] for row in found})
    people = identity.names({row["holder"] for row in found if row["holder"]})
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
        )
        for row in found
    )


def _narrowed(narrow: Filter) -> QuerySet[Dossier]:
    rows = Dossier.objects.all()
    if narrow.units:
        rows = rows.filter(unit_id__in=narrow.units)
    if narrow.agency:
        rows = rows.filter(agency_id=narrow.agency)
    if narrow.holder:
        rows = rows.filter(holder=narrow.holder)
    if narrow.hands:
        rows = rows.filter(in_hands(narrow.hands))
    if narrow.basket:
        rows = rows.filter(holder=None)
    if narrow.owner:
        rows = rows.filter(owner_id=narrow.owner)
    if narrow.statuses:
        rows = rows.filter(status__in=[status.value for status in narrow.statuses])
    if narrow.due_before:
        rows = rows.filter(due_at__lt=narrow.due_before)
    if narrow.due_from:
        rows = rows.filter(due_at__gte=narrow.due_from)
    if narrow.open_only:
        rows = rows.filter(finished_at=None)
    if narrow.finished_only:
        rows = rows.filter(finished_at__isnull=False)
    if narrow.standing is not None:
        rows = rows.filter(stopped_since__isnull=not narrow.standing)
    return rows.filter(_sought(narrow.q)) if narrow.q.strip() else rows


def in_hands(hands: Sequence[Hand]) -> Q:
    """Dossiers that lie in one of these hands; each part has an index over open work."""
    lying = Q()
    for hand in hands:
        one = Q(holder=hand.holder)
        if hand.unit is not None:
            one &= Q(unit_id=hand.unit, role=hand.role)
        lying |= one
    return lying


def _sought(q: str) -> Q:
    """Code or its tail, folded name, phone or personal id by keyed hash."""
    plain = q.strip()
    digits = "".join(letter for letter in plain if letter.isdigit())
    sought = Q(code=plain.upper()) | Q(applicant_folded__contains=text.fold(plain))
    if len(digits) in (10, 11):
        sought |= Q(phone_hash=crypto.keyed_hash("phone", digits))
    if len(digits) == 12:
        sought |= Q(personal_hash=crypto.keyed_hash("personal_id", digits))
    return sought


def _after_deadline(due: datetime | None, last: UUID) -> Q:
    if due is None:
        return Q(due_at=None, id__gt=last)
    return Q(due_at__gt=due) | Q(due_at=due, id__gt=last) | Q(due_at=None)


def _before_deadline(due: datetime | None, last: UUID) -> Q:
    if due is None:
        return Q(due_at=None, id__lt=last) | Q(due_at__isnull=False)
    return Q(due_at__lt=due) | Q(due_at=due, id__lt=last)


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
    by_deadline = narrow.open_only
    column = "due_at" if by_deadline else "submitted_at"
    stands = Dossier.objects.filter(id=beside).values_list(column, flat=True).first()
    rows = _narrowed(narrow).exclude(id=beside)
    if by_deadline:
        later = rows.filter(_after_deadline(stands, beside)).order_by(F("due_at").asc(nulls_last=True), "id")
        sooner = rows.filter(_before_deadline(stands, beside)).order_by(
            F("due_at").desc(nulls_first=True), "-id"
        )
    else:
        later = rows.filter(Q(submitted_at__lt=stands) | Q(submitted_at=stands, id__lt=beside)).order_by(
            "-submitted_at", "-id"
        )
        sooner = rows.filter(Q(submitted_at__gt=stands) | Q(submitted_at=stands, id__gt=beside)).order_by(
            "submitted_at", "id"
        )
    before = sooner.values_list("code", flat=True).first()
    after = later.values_list("code", flat=True).first()
    return before or "", after or ""


def tallies(
    *, hands: Sequence[Hand], units: Sequence[UUID], at: datetime, day_ends: datetime
) -> dict[str, int]:
    """Open dossiers in an officer's hands and their units, counted for the desk's views. One query."""
    running, here, own = Q(stopped_since=None), Q(unit_id__in=units), in_hands(hands)
    return (
        Dossier.objects.filter(finished_at=None)
        .filter(own | here)
        .aggregate(
            mine=Count("id", filter=own),
            basket=Count("id", filter=here & Q(holder=None)),
            unit=Count("id", filter=here),
            today=Count("id", filter=here & running & Q(due_at__gte=at, due_at__lt=day_ends)),
            late=Count("id", filter=here & running & Q(due_at__lt=at)),
            waiting=Count("id", filter=here & Q(status__in=[status.value for status in WAITING])),
        )
    )


def groups(narrow: Filter, *, at: datetime, day_ends: datetime) -> dict[str, int]:
    """Open dossiers of a list by urgency: late, today, tomorrow, week, later, standing. One query."""
    tomorrow, week = day_ends + timedelta(days=1), day_ends + timedelta(days=7)
    running = Q(stopped_since=None)
    return (
        _narrowed(narrow)
        .filter(finished_at=None)
        .aggregate(
            late=Count("id", filter=running & Q(due_at__lt=at)),
            today=Count("id", filter=running & Q(due_at__gte=at, due_at__lte=day_ends)),
            tomorrow=Count("id", filter=running & Q(due_at__gt=day_ends, due_at__lte=tomorrow)),
            week=Count("id", filter=running & Q(due_at__gt=tomorrow, due_at__lte=week)),
            later=Count("id", filter=running & (Q(due_at__gt=week) | Q(due_at=None))),
            standing=Count("id", filter=Q(stopped_since__isnull=False)),
        )
    )
