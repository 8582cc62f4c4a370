"""The bench's database of money: agencies made once, copied for each part, and many bills laid in it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.cases import servers
from tinhso.payments import codes

FIRST = 1_000_000
"""Numbers of laid bills begin here, beyond those that were issued."""
GIVEN = """
CREATE TEMP TABLE given (place int, id uuid, number bigint, reference text, of uuid)
"""
BILLS = """
INSERT INTO payments_bill SELECT made.* FROM given g JOIN payments_bill t ON t.id = g.of,
LATERAL jsonb_populate_record(t, jsonb_build_object('id', g.id, 'number', g.number,
    'reference', g.reference, 'token', g.id, 'about_id', g.id, 'about_code', 'H01.9-' || g.number,
    'issued_at', t.issued_at - make_interval(secs => g.place))) made
"""
LINES = """
INSERT INTO payments_billline SELECT made.* FROM given g JOIN payments_billline t ON t.bill_id = g.of,
LATERAL jsonb_populate_record(t, jsonb_build_object('bill_id', g.id,
    'id', nextval(pg_get_serial_sequence('payments_billline', 'id')))) made
"""
CHARGED = """
INSERT INTO payments_entry SELECT made.* FROM given g JOIN payments_entry t ON t.bill_id = g.of,
LATERAL jsonb_populate_record(t, jsonb_build_object('bill_id', g.id,
    'id', nextval(pg_get_serial_sequence('payments_entry', 'id')))) made
"""


class Money:
    """The base, and copies of it."""

    def __init__(self, database: servers.Database) -> None:
        self.database = database
        mark = _mark()
        self._base, file = f"money_{mark}", servers.HOME / f"money_{mark}.json"
        if self._base not in database.names() or not file.exists():
            print("· agencies that take money", flush=True)
            database.maintain(
                f'DROP DATABASE IF EXISTS "{self._base}" WITH (FORCE)', f'CREATE DATABASE "{self._base}"'
            )
            made = servers.python("bench.payments.laid", url=database.url(self._base))
            file.write_text(json.dumps(made))
        self.facts: dict[str, Any] = json.loads(file.read_text())

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """A database like the base, dropped afterwards; its name."""
        self.database.maintain(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{self._base}"',
        )
        try:
            yield name
        finally:
            self.database.maintain(f'DROP DATABASE "{name}" WITH (FORCE)')

    def bills(self, name: str, count: int) -> list[tuple[uuid.UUID, str]]:
        """Lay so many open bills of 50,000 đồng, agency by agency in turn; their ids and references."""
        likes = self.facts["bills"]
        made = [(uuid.uuid4(), codes.make(FIRST + place)) for place in range(count)]
        with self.database.connect(name) as connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(GIVEN)
            with cursor.copy("COPY given FROM STDIN") as copy:
                for place, (id, reference) in enumerate(made):
                    copy.write_row((place, id, FIRST + place, reference, likes[place % len(likes)]))
            for statement in (BILLS, LINES, CHARGED):
                cursor.execute(statement)
        self.settle(name)
        return made

    def settle(self, name: str) -> None:
        """Let the planner know what was laid."""
        with self.database.connect(name, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def connect(self, name: str, **more: Any) -> psycopg.Connection[Any]:
        """A connection to one of the copies."""
        return self.database.connect(name, **more)


def _mark() -> str:
    own = Path(__file__).with_name("laid.py").read_bytes()
    return hashlib.sha256(servers.fingerprint().encode() + own).hexdigest()[:8]
