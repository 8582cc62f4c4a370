"""A page of a list as JSON text for machines: rows are written by the database and passed on unread.

The same rows in the same order as `lists.page` gives; names of other rooms are put in by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from tinhso.directory import api as directory
from tinhso.dossiers.queries.lists import LARGEST, read_cursor, write_cursor
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

ROW = (
    "id, code, status, applicant_name AS applicant,"
    " json_build_object('key', step, 'name', step_name, 'role', role) AS step, via, submitted_at,"
    " accepted_at, due_at, stopped_since, finished_at, version, flags"
)
ROWS = f"""
SELECT procedure_version_id::text, agency_id::text, unit_id::text, holder::text,
  (SELECT row_to_json(told)::text FROM (SELECT {ROW}) AS told)
FROM dossiers_dossier WHERE """  # noqa: S608 - our own columns
EMPTY = '""'
BY_DEADLINE = " ORDER BY due_at, id LIMIT %s"
NEWEST_FIRST = " ORDER BY submitted_at DESC, id DESC LIMIT %s"


def page_text(narrow: Filter, *, limit: int = 50, after: str = "") -> bytes:
    """`{"items": […], "after": "…"}` of one page, narrowed by agency, statuses and deadline.

    Raises Invalid for a cursor that is not ours.
    """
    limit = max(1, min(limit, LARGEST))
    conditions, values = _conditions(narrow)
    if after:
        moment, last = read_cursor(after)
        conditions.append(_after(narrow, moment=moment is not None))
        values += [last] if moment is None else [moment, moment, last]
    order = BY_DEADLINE if narrow.open_only else NEWEST_FIRST
    with connection.cursor() as cursor:
        cursor.execute(f"{ROWS}{' AND '.join(conditions) or 'true'}{order}", [*values, limit + 1])
        found = cursor.fetchall()
    more, found = len(found) > limit, found[:limit]
    following = _cursor(found[-1][4], by_deadline=narrow.open_only) if more else ""
    return b'{"items":[%s],"after":"%s"}' % (",".join(with_names(found)).encode(), following.encode())


def _conditions(narrow: Filter) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    if narrow.agency:
        conditions.append("agency_id = %s")
        values.append(narrow.agency)
    if narrow.statuses:
        conditions.append("status = ANY(%s)")
        values.append([status.value for status in narrow.statuses])
    if narrow.due_before:
        conditions.append("due_at < %s")
        values.append(narrow.due_before)
    if narrow.open_only:
        conditions.append("finished_at IS NULL")
    return conditions, values


def _after(narrow: Filter, *, moment: bool) -> str:
    """The rows after a cursor. A leading plain comparison lets the index start at the right place."""
    if not narrow.open_only:
        return "(submitted_at <= %s AND (submitted_at, id) < (%s, %s))"
    return (
        "(due_at > %s OR due_at = %s AND id > %s OR due_at IS NULL)"
        if moment
        else ("due_at IS NULL AND id > %s")
    )


def _cursor(row: str, *, by_deadline: bool) -> str:
    last = orjson.loads(row)
    return write_cursor(last["due_at" if by_deadline else "submitted_at"], last["id"])


def with_names(found: list[tuple[str, str, str, str | None, str]]) -> Iterable[str]:
    """Rows (version, agency, unit, holder, JSON object) as JSON objects with the names of those four."""
    versions = procedures.briefs(_ids(row[0] for row in found))
    kinds = {
        str(id_): orjson.dumps({"code": brief.code, "name": brief.name}).decode()
        for id_, brief in versions.items()
    }
    places = _written(directory.names(_ids(id_ for row in found for id_ in row[1:3])))
    people = _written(identity.officer_names(_ids(row[3] for row in found)))
    return [
        f'{row[:-1]},"procedure":{kinds[version]},"agency":{places.get(agency, EMPTY)},'
        f'"unit":{places.get(unit, EMPTY)},"holder":{people.get(holder, EMPTY) if holder else EMPTY}}}'
        for version, agency, unit, holder, row in found
    ]


def _ids(texts: Iterable[str | None]) -> list[UUID]:
    return [UUID(text) for text in set(texts) if text]


def _written(names: dict[UUID, str]) -> dict[str, str]:
    return {str(id_): orjson.dumps(name).decode() for id_, name in names.items()}
