"""The floor of a whole life: what each act of a real one wrote is noted, and written again by plain SQL.

One transaction an act, with the rows it added and the columns it changed, prepared, and nothing read.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from bench.cases.floors import COLUMNS, NUMBER

Row = dict[str, Any]
OF_DOSSIER = "dossier_id = %(id)s"
TABLES = {
    "foundation_personkey": "person_id = %(id)s",
    "dossiers_content": OF_DOSSIER,
    "dossiers_running": OF_DOSSIER,
    "dossiers_submittedpaper": OF_DOSSIER,
    "dossiers_historyentry": OF_DOSSIER,
    "dossiers_promise": OF_DOSSIER,
    "dossiers_standing": OF_DOSSIER,
    "dossiers_supplement": OF_DOSSIER,
    "dossiers_fault": "supplement_id IN (SELECT id FROM dossiers_supplement WHERE dossier_id = %(id)s)",
    "foundation_keptfile": "id IN (SELECT draft_file FROM dossiers_result WHERE dossier_id = %(id)s)",
    "dossiers_result": OF_DOSSIER,
    "tasks_task": "subject_id = %(id)s",
    "notify_message": "about_id = %(id)s",
    "procrastinate_jobs": (
        "args->>'message_id' IN (SELECT id::text FROM notify_message WHERE about_id = %(id)s)"
    ),
    "foundation_businesskey": "subject_id = %(id)s",
    "dossiers_dossier": "id = %(id)s",
}
COUNTED = {
    "dossiers_historyentry",
    "dossiers_promise",
    "dossiers_standing",
    "dossiers_fault",
    "procrastinate_jobs",
}
"""Tables whose keys the database counts; of these an act changes the only row of its `OWNERS`, if any."""
OWNERS = {"dossiers_fault": "supplement_id", "foundation_personkey": "person_id"}
"""The column that finds a row without an id of its own; `dossier_id` elsewhere."""
BY = ("machine", None, "dossiers.act")
ENTRIES = "SELECT payload FROM foundation_auditentry WHERE subject_id = %s ORDER BY id"


@dataclass(frozen=True, slots=True)
class Act:
    """What an act wrote: statements with their values, its audit entries, whether it took a number."""

    steps: list[tuple[str, Row]]
    payloads: list[bytes]
    numbered: bool


class Replay:
    """The acts of one real life, noted after each."""

    def __init__(self, connection: psycopg.Connection[Any], *, dossier: str, append: str) -> None:
        self._connection, self._append = connection, append
        self._dossier = uuid.UUID(dossier)
        self._kinds = {table: dict(connection.execute(COLUMNS, [table]).fetchall()) for table in TABLES}
        self._seen: dict[tuple[str, Any], Row] = {}
        self._entries = 0
        self._own: set[Any] = {self._dossier}
        self._acts: list[Act] = []

    def note(self, *, numbered: bool) -> None:
        """Note what was written since the last note."""
        steps = [step for table in TABLES for step in self._changes(table)]
        found = [row[0] for row in self._connection.execute(ENTRIES, [self._dossier]).fetchall()]
        self._acts.append(Act(steps, found[self._entries :], numbered))
        self._entries = len(found)

    def _changes(self, table: str) -> Iterator[tuple[str, Row]]:
        names = [*self._kinds[table], *(["id"] if table in COUNTED else [])]
        asked = f"SELECT {', '.join(names)} FROM {table} WHERE {TABLES[table]} ORDER BY 1"  # noqa: S608 - ours
        for values in self._connection.execute(asked, {"id": self._dossier}).fetchall():
            row = dict(zip(names, values, strict=True))
            key = row.get("id", values[0])
            before = self._seen.get((table, key))
            self._seen[table, key] = row
            if before is None:
                yield self._insert(table, row)
            elif before != row:
                yield self._update(table, row, [name for name in names if row[name] != before[name]])

    def _insert(self, table: str, row: Row) -> tuple[str, Row]:
        names = list(self._kinds[table])
        self._own |= {row[name] for name in ("id", "code", "key") if name in names and _is_own(table, name)}
        places = ", ".join(f"%({name})s" for name in names)
        text = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - our own tables
        return text, self._shaped(table, row, names)

    def _update(self, table: str, row: Row, names: list[str]) -> tuple[str, Row]:
        sets = ", ".join(f"{name} = %({name})s" for name in names)
        key = "id" if "id" in self._kinds[table] else OWNERS.get(table, "dossier_id")
        text = f"UPDATE {table} SET {sets} WHERE {key} = %(its_key)s"  # noqa: S608 - our own tables
        return text, self._shaped(table, row, names) | {"its_key": row[key]}

    def _shaped(self, table: str, row: Row, names: list[str]) -> Row:
        kinds = self._kinds[table]
        return {
            name: row[name] if row[name] is None or kinds[name] != "jsonb" else Jsonb(row[name])
            for name in names
        }

    def live(self, connection: psycopg.Connection[Any], *, scope: str) -> uuid.UUID:
        """Write such a life once more, with ids, a code and a key of its own. Returns the dossier's id."""
        fresh = {old: uuid.uuid4() if isinstance(old, uuid.UUID) else uuid.uuid4().hex for old in self._own}
        for act in self._acts:
            with connection.transaction(), connection.cursor() as cursor:
                for text, values in act.steps:
                    cursor.execute(text, {name: _renewed(value, fresh) for name, value in values.items()})
                if act.numbered:
                    cursor.execute(NUMBER, [scope])
                for payload in act.payloads:
                    at = datetime.now(UTC)
                    cursor.execute(self._append, ["dossier", fresh[self._dossier], at, *BY, payload])
        made: uuid.UUID = fresh[self._dossier]
        return made

    def check(self, made: uuid.UUID) -> None:
        """Raise SystemExit when a life written again has not the rows of the real one."""
        for table, where in TABLES.items():
            asked = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608 - our own tables
            real, again = (
                self._connection.execute(asked, {"id": id_}).fetchone() for id_ in (self._dossier, made)
            )
            if real != again and table != "procrastinate_jobs":
                raise SystemExit(f"the floor of a life is not one: {table} has {again}, not {real}")


def _is_own(table: str, name: str) -> bool:
    """Whether a value of that column is of this life only, so that another needs another."""
    return name == "id" or (table, name) in (("dossiers_dossier", "code"), ("foundation_businesskey", "key"))


def _renewed(value: Any, fresh: dict[Any, Any]) -> Any:
    return fresh.get(value, value) if isinstance(value, uuid.UUID | str) else value
