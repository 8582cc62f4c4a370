"""Reads of agencies, units and identifiers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.directory.contracts import (
    AgencyLevel,
    AgencyView,
    IdentifierScheme,
    IdentifierView,
    UnitKind,
    UnitView,
    UnknownAgency,
)
from tinhso.directory.models import Agency, AgencyIdentifier, Unit
from tinhso.directory.queries import lineage
from tinhso.directory.queries.known import KNOWN
from tinhso.directory.queries.views import agency_view, identifier_view, on_day, unit_view
from tinhso.foundation import worktime


def _unknown() -> UnknownAgency:
    return UnknownAgency(_("Không tìm thấy cơ quan, đơn vị này vào ngày đã chọn. Hãy chọn lại từ danh sách."))


@KNOWN.each
def names(wanted: list[UUID]) -> dict[UUID, str]:
    """Names of agencies, units and territories by id, whatever their period. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name FROM directory_agency WHERE id = ANY(%s)"
            " UNION ALL SELECT id, name FROM directory_unit WHERE id = ANY(%s)"
            " UNION ALL SELECT id, name FROM directory_territory WHERE id = ANY(%s)",
            [wanted, wanted, wanted],
        )
        return dict(cursor.fetchall())


@KNOWN.of
def agency(key: UUID | str, on: date) -> AgencyView:
    """The agency with that id, or with that code on that day. Raises UnknownAgency.

    An id names one period already, so a dissolved agency is still found by it.
    """
    rows = (
        Agency.objects.filter(id=key)
        if isinstance(key, UUID)
        else Agency.objects.filter(on_day(on), code=key)
    )
    row = rows.first()
    if row is None:
        raise _unknown()
    return agency_view(row)


def agencies(
    on: date, *, level: AgencyLevel | None = None, territory_id: UUID | None = None
) -> tuple[AgencyView, ...]:
    """Agencies that stand on that day, in Vietnamese order. One query."""
    rows = Agency.objects.filter(on_day(on)).order_by("sort", "code")
    if level is not None:
        rows = rows.filter(level=level)
    if territory_id is not None:
        rows = rows.filter(territory_id=territory_id)
    return tuple(agency_view(row) for row in rows)


def working_calendar(agency_id: UUID, on: date) -> worktime.Calendar:
    """The calendar that an agency counts by on that day. Raises UnknownAgency."""
    return worktime.calendar(agency(agency_id, on).calendar)


def unit(id: UUID) -> UnitView:
    """The unit with that id, whatever its period. Raises UnknownAgency."""
    row = Unit.objects.filter(id=id).first()
    if row is None:
        raise _unknown()
    return unit_view(row)


def units(ids: Iterable[UUID]) -> dict[UUID, UnitView]:
    """Units by id, whatever their period. One query."""
    return {row.id: unit_view(row) for row in Unit.objects.filter(id__in=list(ids))}


def units_of(
    agency_id: UUID | Iterable[UUID], on: date, kind: UnitKind | None = None
) -> tuple[UnitView, ...]:
    """The units of an agency (or agencies) on that day. One query."""
    agencies = (agency_id,) if isinstance(agency_id, UUID) else tuple(agency_id)
    found = _units_of(agencies, on)
    return found if kind is None else tuple(unit for unit in found if unit.kind is kind)


@KNOWN.of
def _units_of(agencies: tuple[UUID, ...], on: date) -> tuple[UnitView, ...]:
    rows = Unit.objects.filter(on_day(on), agency_id__in=agencies).order_by("code")
    return tuple(unit_view(row) for row in rows)


def units_ever(agency_id: UUID) -> tuple[UnitView, ...]:
    """All units an agency ever had, whatever their period. One query."""
    return tuple(unit_view(row) for row in Unit.objects.filter(agency_id=agency_id).order_by("code"))


def unit_heirs(ids: Iterable[UUID], on: date) -> dict[UUID, UnitView | None]:
    """For each unit that does not stand on that day, the one of its agency that has its work by then, over
    any number of steps; None when nobody of the agency has. A query per step."""
    found: dict[UUID, UnitView | None] = {}
    step = {id: id for id in ids}
    while step:
        rows = Unit.objects.in_bulk(list(set(step.values())))
        following: dict[UUID, UUID] = {}
        for origin, id in step.items():
            row = rows[id]
            if row.valid_from <= on and (row.valid_to is None or row.valid_to > on):
                if origin != id:
                    found[origin] = unit_view(row)
            elif row.successor_id is None or row.successor_id == origin:
                found[origin] = None
            else:
                following[origin] = row.successor_id
        step = following
    return found


def units_of_kind(kind: UnitKind, on: date) -> tuple[UnitView, ...]:
    """All units of a kind on that day, such as every one-stop desk. One query."""
    return tuple(
        unit_view(row) for row in Unit.objects.filter(on_day(on), kind=kind).order_by("agency__sort", "code")
    )


def successors(id: UUID, on: date) -> tuple[AgencyView, ...]:
    """Agencies that stand on that day in the place of this one; itself while it stands. Two queries."""
    ids = lineage.standing("agency", [id], on=on).get(id, ())
    rows = {row.id: row for row in Agency.objects.filter(id__in=ids)}
    return tuple(agency_view(rows[each]) for each in ids)


@KNOWN.of
def identifier_of(agency_id: UUID, scheme: IdentifierScheme, on: date) -> IdentifierView | None:
    """The identifier of an agency in a scheme on that day; None when it has none."""
    row = AgencyIdentifier.objects.filter(on_day(on), agency_id=agency_id, scheme=scheme).first()
    return identifier_view(row) if row else None


@KNOWN.of
def agencies_of_identifier(value: str, on: date) -> tuple[AgencyView, ...]:
    """Who answers to an identifier on that day, in any scheme.

    Its holder; once the holder is dissolved, whoever stands in its place, so that mail to a dissolved
    agency still arrives. Empty when nobody ever held it. Three queries.
    """
    row = AgencyIdentifier.objects.filter(value=value, valid_from__lte=on).order_by("-valid_from").first()
    return successors(row.agency_id, on) if row else ()
