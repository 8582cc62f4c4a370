"""What became of a territory or an agency, and what it was made from, over any number of steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection

_TABLES = {
    "territory": ("directory_territory", "directory_territorychange"),
    "agency": ("directory_agency", "directory_agencychange"),
}


def standing(what: str, ids: Iterable[UUID], *, on: date) -> dict[UUID, tuple[UUID, ...]]:
    """For each id, those that stand on that day in its place; itself while it stands. One query."""
    rows, changes = _TABLES[what]
    sql = f"""
        WITH RECURSIVE line (origin, id) AS (
            SELECT x, x FROM unnest(%s::uuid[]) AS x
            UNION
            SELECT line.origin, c.target_id FROM line JOIN {changes} c ON c.origin_id = line.id
            WHERE c.target_id IS NOT NULL AND c.effective_date <= %s
        )
        SELECT line.origin, t.id FROM line JOIN {rows} t ON t.id = line.id
        WHERE t.period @> %s::date ORDER BY t.sort, t.id
    """  # noqa: S608 - table names are ours
    found: dict[UUID, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids), on, on])
        for origin, target in cursor.fetchall():
            found[origin].append(target)
    return {origin: tuple(targets) for origin, targets in found.items()}


def ancestors(what: str, id: UUID) -> tuple[UUID, ...]:
    """Everything that went into it, over all steps, newest first. One query."""
    rows, changes = _TABLES[what]
    sql = f"""
        WITH RECURSIVE line (id) AS (
            SELECT c.origin_id FROM {changes} c WHERE c.target_id = %s
            UNION
            SELECT c.origin_id FROM line JOIN {changes} c ON c.target_id = line.id
        )
        SELECT t.id FROM line JOIN {rows} t ON t.id = line.id ORDER BY t.valid_to DESC, t.sort, t.id
    """  # noqa: S608 - table names are ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [id])
        return tuple(row[0] for row in cursor.fetchall())
