"""Agencies, units and identifiers begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from tinhso.directory.contracts import (
    AgencyDissolved,
    AgencyKind,
    AgencyLevel,
    CannotReorganise,
    ChangeKind,
    IdentifierScheme,
    UnitClosed,
    UnitKind,
    UnknownAgency,
)
from tinhso.directory.models import Agency, AgencyChange, AgencyIdentifier, Unit
from tinhso.directory.queries.known import KNOWN
from tinhso.foundation import text, transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, CalendarRef, SubjectRef


def establish(
    *,
    code: str,
    name: str,
    short_name: str,
    level: AgencyLevel,
    kind: AgencyKind,
    calendar: CalendarRef,
    valid_from: date,
    legal_basis: str,
    parent_id: UUID | None = None,
    territory_id: UUID | None = None,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Let an agency begin; its id."""
    row = Agency(
        id=new_id(),
        code=code,
        name=name,
        short_name=short_name,
        sort=text.sort_key(name),
        level=level,
        kind=kind,
        calendar=calendar.code,
        parent_id=parent_id,
        territory_id=territory_id,
        valid_from=valid_from,
        legal_basis=legal_basis,
    )
    with transactions.act("directory.establish", by=by, at=at, on=SubjectRef("agency", row.id)) as work:
        row.save(force_insert=True)
        KNOWN.changed()
        work.record(code=code, name=name, valid_from=valid_from)
    return row.id


def give_calendar(*, agency_id: UUID, calendar: CalendarRef, by: ActorRef, at: datetime) -> None:
    """Let an agency count by another working calendar from now on. Raises UnknownAgency."""
    with transactions.act("directory.establish", by=by, at=at, on=SubjectRef("agency", agency_id)) as work:
        if not Agency.objects.filter(id=agency_id).update(calendar=calendar.code):
            raise UnknownAgency(_("Không có cơ quan này."))
        KNOWN.changed()
        work.record(calendar=calendar.code)


def establish_unit(
    *, agency_id: UUID, code: str, name: str, kind: UnitKind, valid_from: date, by: ActorRef, at: datetime
) -> UUID:
    """Let a unit of an agency begin; its id."""
    row = Unit(id=new_id(), agency_id=agency_id, code=code, name=name, kind=kind, valid_from=valid_from)
    with transactions.act("directory.establish", by=by, at=at, on=SubjectRef("agency", agency_id)) as work:
        row.save(force_insert=True)
        KNOWN.changed()
        work.record(unit=str(row.id), code=code, name=name, valid_from=valid_from)
    return row.id


def identify(
    *,
    agency_id: UUID,
    scheme: IdentifierScheme,
    value: str,
    verified: bool,
    valid_from: date,
    by: ActorRef,
    at: datetime,
) -> None:
    """Give an agency an identifier from `valid_from` on; the one it had in that scheme ends there."""
    with transactions.act("directory.identify", by=by, at=at, on=SubjectRef("agency", agency_id)) as work:
        AgencyIdentifier.objects.filter(
            agency_id=agency_id, scheme=scheme, valid_to__isnull=True, valid_from__lt=valid_from
        ).update(valid_to=valid_from)
        AgencyIdentifier.objects.create(
            agency_id=agency_id, scheme=scheme, value=value, verified=verified, valid_from=valid_from
        )
        KNOWN.changed()
        work.record(scheme=scheme, value=value, valid_from=valid_from)


def dissolve(
    *,
    agency_id: UUID,
    successors: Sequence[UUID],
    effective_date: date,
    legal_basis: str,
    by: ActorRef,
    at: datetime,
) -> None:
    """End an agency with its units and identifiers; its work goes to `successors`, or nowhere.

    Raises UnknownAgency when it does not stand the day before.
    """
    with transactions.act("directory.dissolve", by=by, at=at, on=SubjectRef("agency", agency_id)) as work:
        ended = Agency.objects.filter(
            id=agency_id, valid_from__lt=effective_date, valid_to__isnull=True
        ).update(valid_to=effective_date)
        if not ended:
            raise UnknownAgency(_("Cơ quan này không còn hoạt động ngay trước ngày đã chọn."))
        for table in (Unit, AgencyIdentifier):
            table.objects.filter(agency_id=agency_id, valid_from__gte=effective_date).delete()
            table.objects.filter(agency_id=agency_id).update(valid_to=Least(F("valid_to"), effective_date))
        kind = ChangeKind.SPLIT if len(successors) > 1 else ChangeKind.MERGE
        targets: Sequence[UUID | None] = successors or (None,)
        AgencyChange.objects.bulk_create(
            AgencyChange(
                origin_id=agency_id,
                target_id=target,
                kind=kind if target else ChangeKind.ABOLISH,
                effective_date=effective_date,
                legal_basis=legal_basis,
            )
            for target in targets
        )
        KNOWN.changed()
        work.record(successors=[str(id) for id in successors], effective_date=effective_date)
        work.emit(AgencyDissolved(agency_id, tuple(successors), effective_date))


def close_unit(
    *,
    unit_id: UUID,
    successor_id: UUID,
    effective_date: date,
    legal_basis: str,
    by: ActorRef,
    at: datetime,
) -> None:
    """End a unit; another of the same agency, which stands on that day, has its work from then on.

    Raises UnknownAgency when it does not stand the day before, CannotReorganise for no fit successor.
    """
    row = Unit.objects.filter(id=unit_id).first()
    heir = Unit.objects.filter(id=successor_id, period__contains=effective_date).exclude(id=unit_id).first()
    if row is None or row.valid_to is not None or row.valid_from >= effective_date:
        raise UnknownAgency(_("Đơn vị này không còn hoạt động ngay trước ngày đã chọn."))
    if heir is None or heir.agency_id != row.agency_id:
        raise CannotReorganise(_("Đơn vị nhận việc phải thuộc cùng cơ quan và hoạt động từ ngày đó."))
    on = SubjectRef("agency", row.agency_id)
    with transactions.act("directory.dissolve", by=by, at=at, on=on) as work:
        Unit.objects.filter(id=unit_id).update(
            valid_to=effective_date, successor_id=successor_id, closed_by=legal_basis
        )
        KNOWN.changed()
        work.record(unit=str(unit_id), successor=str(successor_id), effective_date=effective_date)
        work.emit(UnitClosed(unit_id, successor_id, effective_date))
