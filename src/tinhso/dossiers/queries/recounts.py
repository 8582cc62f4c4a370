"""Reads of calendar corrections: which there were, how far each is, and every promise it moved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.dossiers.models import MovedPromise, Recount
from tinhso.dossiers.outcomes import Movable
from tinhso.foundation.errors import NotFound
from tinhso.identity import api as identity

OF = {
    Movable.PROMISE: gettext_noop("Hẹn trả kết quả"),
    Movable.PHASE: gettext_noop("Phần của %(agency)s"),
    Movable.OPINION: gettext_noop("Cho ý kiến: %(agency)s"),
    Movable.TRANSFER: gettext_noop("Xác nhận bàn giao: %(agency)s"),
    Movable.TIMER: gettext_noop("Đồng hồ của quy trình: %(agency)s"),
}
PAGE = 50
LATEST = 20


@dataclass(frozen=True, slots=True)
class RecountView:
    """One correction; `finished_at` is empty while it is being counted."""

    id: UUID
    calendar_name: str
    what: str
    by: str
    asked_at: datetime
    counted: int
    moved: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One date of a dossier before and after; `of` says which: the promise, or an agency's deadline."""

    id: int
    code: str
    of: str
    unit: str
    holder: str
    was: datetime
    becomes: datetime


def recounts(*, calendar: str = "") -> tuple[RecountView, ...]:
    """The latest corrections, of one calendar or of all, newest first. One query."""
    rows = Recount.objects.order_by("-asked_at", "-id")
    return tuple(_view(row) for row in (rows.filter(calendar=calendar) if calendar else rows)[:LATEST])


def recount(id: UUID) -> RecountView:
    """One correction. Raises NotFound."""
    row = Recount.objects.filter(id=id).first()
    if row is None:
        raise NotFound(_("Không có lần sửa lịch này."))
    return _view(row)


def _view(row: Recount) -> RecountView:
    return RecountView(
        id=row.id,
        calendar_name=row.calendar_name,
        what=row.what,
        by=row.asked_by_name,
        asked_at=row.asked_at,
        counted=row.counted,
        moved=row.moved,
        finished_at=row.finished_at,
    )


def moved(
    id: UUID, *, agencies: Collection[UUID] | None, holder: UUID | None = None, after: int = 0
) -> tuple[Moved, ...]:
    """Dates that a correction moved, by keyset; in these agencies, with None in all. Three queries."""
    rows = MovedPromise.objects.filter(recount_id=id, id__gt=after)
    if agencies is not None:
        rows = rows.filter(agency__in=agencies)
    if holder is not None:
        rows = rows.filter(dossier__holder=holder)
    found = list(
        rows.order_by("id").values_list(
            "id", "dossier__code", "dossier__unit_id", "dossier__holder", "was", "becomes", "what", "agency"
        )[:PAGE]
    )
    places = directory.names({row[2] for row in found} | {row[7] for row in found})
    people = identity.names({row[3] for row in found if row[3]})
    return tuple(
        Moved(
            id=number,
            code=code,
            of=_(OF[Movable(what)]) % {"agency": places.get(agency, "")},
            unit=places.get(unit, ""),
            holder=people.get(holds, "") if holds else "",
            was=was,
            becomes=becomes,
        )
        for number, code, unit, holds, was, becomes, what, agency in found
    )
