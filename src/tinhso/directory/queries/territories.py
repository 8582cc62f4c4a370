"""Reads of territories."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.directory.contracts import (
    WORDS,
    ChangeKind,
    ChangeView,
    TerritoryHit,
    TerritoryLevel,
    TerritoryView,
    UnknownTerritory,
)
from tinhso.directory.models import Territory, TerritoryChange
from tinhso.directory.queries import lineage
from tinhso.directory.queries.views import on_day, territory_view
from tinhso.foundation import text

CANDIDATES = 200
KIND_WORDS = frozenset(word for name in WORDS.values() for word in text.fold(name).split())


def territory(code: str, on: date) -> TerritoryView:
    """The territory with that code on that day. Raises UnknownTerritory."""
    row = Territory.objects.filter(on_day(on), scheme="gso", code=code).first()
    if row is None:
        raise UnknownTerritory(
            _("Ngày %(on)s không có đơn vị hành chính nào mang mã %(code)s. Hãy kiểm tra mã và ngày.")
            % {"on": on.strftime("%d/%m/%Y"), "code": code}
        )
    return territory_view(row)


def by_ids(ids: Iterable[UUID]) -> dict[UUID, TerritoryView]:
    """Territories by id, whatever their period. One query."""
    return {row.id: territory_view(row) for row in Territory.objects.filter(id__in=list(ids))}


def children(parent_id: UUID, on: date) -> tuple[TerritoryView, ...]:
    """The parts of a territory on that day, in Vietnamese order. One query."""
    rows = Territory.objects.filter(on_day(on), parent_id=parent_id).order_by("sort", "code")
    return tuple(territory_view(row) for row in rows)


def changes_from(ids: Iterable[UUID]) -> tuple[ChangeView, ...]:
    """The direct changes by which these territories ended. One query."""
    return tuple(
        _change(row) for row in TerritoryChange.objects.filter(origin_id__in=list(ids)).order_by("id")
    )


def changes_into(ids: Iterable[UUID]) -> tuple[ChangeView, ...]:
    """The direct changes by which these territories came to be. One query."""
    return tuple(
        _change(row) for row in TerritoryChange.objects.filter(target_id__in=list(ids)).order_by("id")
    )


def _change(row: TerritoryChange) -> ChangeView:
    return ChangeView(
        from_id=row.origin_id,
        to_id=row.target_id,
        kind=ChangeKind(row.kind),
        effective_date=row.effective_date,
        legal_basis=row.legal_basis,
    )


def successors(id: UUID, on: date) -> tuple[TerritoryView, ...]:
    """Those that stand on that day in the place of this one; itself while it stands. Two queries."""
    ids = lineage.standing("territory", [id], on=on).get(id, ())
    found = by_ids(ids)
    return tuple(found[each] for each in ids)


def predecessors(id: UUID) -> tuple[TerritoryView, ...]:
    """Everything this territory was made from, newest first. Two queries."""
    ids = lineage.ancestors("territory", id)
    found = by_ids(ids)
    return tuple(found[each] for each in ids)


def search(
    q: str, on: date, *, level: TerritoryLevel | None = None, limit: int = 20
) -> tuple[TerritoryHit, ...]:
    """Territories standing on that day whose name, or a former name of whose ground, fits the words.

    Diacritics, case and the order of words do not matter; words of the name around it may help
    ("vinh thanh rach gia"). Three queries.
    """
    words = re.findall(r"[0-9a-z]+", text.fold(q))
    if not words:
        return ()
    fits = Q(valid_from__lte=on)
    for word in words:
        near = f" {word}"
        fits &= (
            Q(search__contains=near)
            | Q(parent__search__contains=near)
            | Q(parent__parent__search__contains=near)
        )
    own = Q()
    for word in [word for word in words if word not in KIND_WORDS] or words:
        own |= Q(search__contains=f" {word}")
    rows = Territory.objects.filter(fits & own).select_related("parent")
    if level is not None:
        rows = rows.filter(level=level)
    ranked = _ranked(rows[:CANDIDATES], words, on)
    stand = lineage.standing("territory", [row.id for row in ranked], on=on)
    found = {
        row.id: row for row in Territory.objects.filter(id__in={x for ids in stand.values() for x in ids})
    }
    hits: dict[UUID, TerritoryHit] = {}
    for row in ranked:
        for id in stand.get(row.id, ()):
            hits.setdefault(
                id,
                TerritoryHit(
                    territory=territory_view(found[id]),
                    former=None if found[id].name == row.name else territory_view(row),
                    within=row.parent.name if row.parent else "",
                ),
            )
    return tuple(hits.values())[:limit]


def _ranked(rows: Iterable[Territory], words: list[str], on: date) -> list[Territory]:
    """Closest first; once a name fits as typed, those that need a word from around them are left out."""
    ranks = sorted(((_rank(row, words, on), row) for row in rows), key=lambda pair: pair[0])
    if ranks and ranks[0][0][0] <= 1:
        ranks = [pair for pair in ranks if pair[0][1] == 0]
    return [row for _rank_of, row in ranks]


def _rank(row: Territory, words: list[str], on: date) -> tuple[int, int, int, str]:
    phrase = " ".join(words)
    name, short = row.search.strip(), text.fold(row.short_name)
    if phrase in (name, short):
        closeness = 0
    elif name.startswith(phrase) or short.startswith(phrase):
        closeness = 1
    elif phrase in name:
        closeness = 2
    else:
        closeness = 3
    missing = sum(f" {word}" not in row.search for word in words)
    stands = row.valid_to is None or on < row.valid_to
    return closeness, missing, 0 if stands else 1, row.sort
