"""Floors: the same rows and the same JSON by plain SQL, prepared, with the same durability."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

COLUMNS = (
    "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
    " AND is_generated = 'NEVER' AND is_identity = 'NO' AND column_default IS NULL ORDER BY ordinal_position"
)
AROUND = {
    "foundation_personkey": "person_id",
    "dossiers_content": "dossier_id",
    "dossiers_running": "dossier_id",
    "dossiers_submittedpaper": "dossier_id",
    "dossiers_historyentry": "dossier_id",
    "tasks_task": "subject_id",
    "foundation_businesskey": "subject_id",
}
NUMBER = (
    "INSERT INTO foundation_numberseries (scope, period, last) VALUES (%s, 'floor', 1)"
    " ON CONFLICT (scope, period) DO UPDATE SET last = foundation_numberseries.last + 1 RETURNING last"
)
LIST = """
SELECT json_agg(json_build_object(
  'id', d.id, 'code', d.code, 'status', d.status,
  'procedure', json_build_object('code', p.code, 'name', coalesce(nullif(v.short_name, ''), v.name)),
  'applicant', d.applicant_name, 'agency', a.name, 'unit', u.name,
  'step', json_build_object('key', d.step, 'name', d.step_name, 'role', d.role),
  'holder', coalesce(o.full_name, ''), 'via', d.via, 'submitted_at', d.submitted_at,
  'accepted_at', d.accepted_at, 'due_at', d.due_at, 'stopped_since', d.stopped_since,
  'finished_at', d.finished_at, 'version', d.version, 'flags', d.flags))::text
FROM (SELECT * FROM dossiers_dossier WHERE agency_id = %(agency)s
      AND (submitted_at, id) < (%(before)s, %(last)s) ORDER BY submitted_at DESC, id DESC LIMIT 100) d
JOIN procedures_procedureversion v ON v.id = d.procedure_version_id
JOIN procedures_procedure p ON p.id = v.procedure_id
JOIN directory_agency a ON a.id = d.agency_id
JOIN directory_unit u ON u.id = d.unit_id
LEFT JOIN identity_officer o ON o.account_id = d.holder
"""
SEARCH = """
SELECT json_agg(found)::text FROM (
  SELECT p.code, v.name, v.short_name, v.summary, s.name AS sector, v.online_level, v.agency_level, v.id
  FROM search_searchentry e
  JOIN procedures_procedure p ON p.id = e.id
  JOIN procedures_procedureversion v ON v.procedure_id = p.id AND v.state = 'published'
  JOIN procedures_sector s ON s.slug = v.sector_id
  WHERE e.main @@ %s::tsquery LIMIT 20) found
"""


class Submitting:
    """The rows of one real submission, written again with ids and a code of their own."""

    def __init__(self, connection: psycopg.Connection[Any], dossier_id: str, *, append: str) -> None:
        self.append = append
        self.tables = [
            (self._insert(connection, table), self._rows(connection, table, column, dossier_id), column)
            for table, column in AROUND.items()
        ]
        self.dossier = self._insert(connection, "dossiers_dossier")
        self.row = self._rows(connection, "dossiers_dossier", "id", dossier_id)[0]
        self.payload: bytes = connection.execute(
            "SELECT payload FROM foundation_auditentry WHERE subject_id = %s", [dossier_id]
        ).fetchone()[0]  # type: ignore[index]  # it was just written

    @staticmethod
    def _names(connection: psycopg.Connection[Any], table: str) -> dict[str, str]:
        return dict(connection.execute(COLUMNS, [table]).fetchall())

    def _insert(self, connection: psycopg.Connection[Any], table: str) -> str:
        names = list(self._names(connection, table))
        return (
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f'%({name})s' for name in names)})"  # noqa: S608
        )

    def _rows(
        self, connection: psycopg.Connection[Any], table: str, column: str, id_: str
    ) -> list[dict[str, Any]]:
        names = self._names(connection, table)
        asked = f"SELECT {', '.join(names)} FROM {table} WHERE {column} = %s"  # noqa: S608 - our own tables
        rows = connection.execute(asked, [id_]).fetchall()
        return [
            {
                name: Jsonb(value) if kind == "jsonb" else value
                for (name, kind), value in zip(names.items(), row, strict=True)
            }
            for row in rows
        ]

    def act(self, connection: psycopg.Connection[Any], number: int, *, scope: str) -> None:
        """One submission."""
        id_, at = uuid.uuid4(), datetime.now(UTC)
        fresh = {"id": id_, "key": str(id_)}
        with connection.transaction(), connection.cursor() as cursor:
            for insert, rows, column in self.tables:
                for row in rows:
                    own = {"id": uuid.uuid4()} if "id" in row else {}
                    keyed = {"key": fresh["key"]} if "key" in row else {}
                    cursor.execute(insert, {**row, **own, **keyed, column: id_})
            cursor.execute(NUMBER, [scope])
            seq = cursor.fetchone()[0]  # type: ignore[index]  # RETURNING gives one row
            cursor.execute(self.dossier, {**self.row, "id": id_, "code": f"{scope}-{seq}"})
            cursor.execute(
                self.append, ["dossier", id_, at, "machine", None, "dossiers.submit", self.payload]
            )


def page(connection: psycopg.Connection[Any], *, agency: str, before: datetime, last: str) -> str:
    """The JSON of 100 dossiers, built by the database."""
    found = connection.execute(LIST, {"agency": agency, "before": before, "last": last}).fetchone()
    return str(found[0]) if found else ""
