"""Reorganisation of territories: an ordinary act, whatever its size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory.contracts import (
    CannotReorganise,
    ChangeKind,
    ChangeView,
    NewTerritory,
    TerritoriesReorganised,
)
from tinhso.directory.lists.readers import kind_of
from tinhso.directory.models import Territory, TerritoryChange
from tinhso.directory.queries.known import KNOWN
from tinhso.foundation import text, transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef


def searchable(name: str) -> str:
    """What a search compares: folded, and beginning with a space so that words match at their start."""
    return " " + text.fold(name)


def reorganise(
    *,
    effective_date: date,
    new: Sequence[NewTerritory],
    abolished: Iterable[UUID] = (),
    legal_basis: str,
    by: ActorRef,
    at: datetime,
) -> tuple[UUID, ...]:
    """End the origins and the abolished on `effective_date`, let the new ones begin; return their ids.

    A new one may name another new one as its parent. Raises CannotReorganise when an origin does not
    stand the day before.
    """
    gone = tuple(abolished)
    origins = {id for one in new for id in one.from_ids} | set(gone)
    subject = SubjectRef(kind="territory", id=next(iter(sorted(origins))) if origins else new_id())
    with transactions.act("directory.reorganise", by=by, at=at, on=subject) as work:
        rows = Territory.objects.select_for_update().in_bulk(list(origins))
        _check(origins, rows, effective_date)
        Territory.objects.filter(id__in=origins).update(valid_to=effective_date)
        made = [_made(one, effective_date, legal_basis) for one in new]
        Territory.objects.bulk_create(made)
        changes = _changes(new, made, gone, rows, effective_date, legal_basis)
        TerritoryChange.objects.bulk_create(changes)
        KNOWN.changed()
        work.record(
            effective_date=effective_date, legal_basis=legal_basis, ended=len(origins), made=len(made)
        )
        work.emit(
            TerritoriesReorganised(
                effective_date=effective_date,
                changes=tuple(
                    ChangeView(c.origin_id, c.target_id, ChangeKind(c.kind), effective_date, legal_basis)
                    for c in changes
                ),
            )
        )
    return tuple(row.id for row in made)


def _check(origins: set[UUID], rows: Mapping[UUID, Territory], day: date) -> None:
    for id in origins:
        row = rows.get(id)
        if row is None or row.valid_from >= day or (row.valid_to is not None and row.valid_to < day):
            raise CannotReorganise(
                _("Một đơn vị cần sắp xếp không tồn tại ngay trước ngày %(day)s. Hãy kiểm tra danh sách.")
                % {"day": day.strftime("%d/%m/%Y")},
                territory_id=str(id),
            )


def _made(one: NewTerritory, day: date, basis: str) -> Territory:
    return Territory(
        id=one.id,
        code=one.code,
        name=one.name,
        short_name=kind_of(one.name)[1],
        search=searchable(one.name),
        sort=text.sort_key(one.name),
        kind=one.kind,
        level=one.kind.level,
        parent_id=one.parent_id,
        valid_from=day,
        legal_basis=basis,
    )


def _changes(
    new: Sequence[NewTerritory],
    made: Sequence[Territory],
    gone: Sequence[UUID],
    rows: Mapping[UUID, Territory],
    day: date,
    basis: str,
) -> list[TerritoryChange]:
    parts = Counter(id for one in new for id in one.from_ids)
    changes = [
        TerritoryChange(
            origin_id=id,
            target_id=row.id,
            kind=_kind(rows[id].name, row.name, parts[id], len(one.from_ids)),
            effective_date=day,
            legal_basis=basis,
        )
        for one, row in zip(new, made, strict=True)
        for id in one.from_ids
    ]
    changes += [
        TerritoryChange(
            origin_id=id, target_id=None, kind=ChangeKind.ABOLISH, effective_date=day, legal_basis=basis
        )
        for id in gone
    ]
    return changes


def _kind(old_name: str, new_name: str, parts: int, sources: int) -> ChangeKind:
    if parts > 1:
        return ChangeKind.SPLIT
    if sources > 1:
        return ChangeKind.MERGE
    return ChangeKind.TRANSFER if old_name == new_name else ChangeKind.RENAME
