"""From rows to the frozen views that cross the door."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from tinhso.directory import contracts
from tinhso.directory.models import Agency, AgencyIdentifier, Territory, Unit
from tinhso.foundation.refs import CalendarRef


def on_day(on: date) -> Q:
    """Rows that hold on that day."""
    return Q(period__contains=on)


def territory_view(row: Territory) -> contracts.TerritoryView:
    return contracts.TerritoryView(
        id=row.id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        kind=contracts.TerritoryKind(row.kind),
        level=contracts.TerritoryLevel(row.level),
        parent_id=row.parent_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        legal_basis=row.legal_basis,
    )


def agency_view(row: Agency) -> contracts.AgencyView:
    return contracts.AgencyView(
        id=row.id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=contracts.AgencyLevel(row.level),
        parent_id=row.parent_id,
        territory_id=row.territory_id,
        kind=contracts.AgencyKind(row.kind),
        calendar=CalendarRef(row.calendar),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def unit_view(row: Unit) -> contracts.UnitView:
    return contracts.UnitView(
        id=row.id,
        agency_id=row.agency_id,
        code=row.code,
        name=row.name,
        kind=contracts.UnitKind(row.kind),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def identifier_view(row: AgencyIdentifier) -> contracts.IdentifierView:
    return contracts.IdentifierView(
        agency_id=row.agency_id,
        scheme=contracts.IdentifierScheme(row.scheme),
        value=row.value,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        verified=row.verified,
    )
