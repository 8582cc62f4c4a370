"""What the tax side has of receipts: one row for each number and kind, taken or refused."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS receipts (
    id INTEGER PRIMARY KEY,
    agency TEXT NOT NULL,
    form TEXT NOT NULL,
    symbol TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9999999),
    kind TEXT NOT NULL CHECK (kind IN ('issued', 'voided')),
    sha256 TEXT NOT NULL,
    amount INTEGER NOT NULL,
    refused TEXT NOT NULL DEFAULT '',
    UNIQUE (agency, form, symbol, number, kind)
);
"""


@dataclass(frozen=True, kw_only=True)
class Series:
    """Whose numbers: the agency's tax code, form and symbol."""

    agency: str
    form: str
    symbol: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file: its hash, and why it was refused, empty when it was taken."""

    id: int
    sha256: str
    refused: str


class Register:
    """The tax side's database."""

    def __init__(self, home: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(home / "tax.sqlite3", check_same_thread=False, isolation_level=None)
        self._database.executescript(SCHEMA)

    def found(self, series: Series, number: int, kind: str) -> Entry | None:
        """What is held of a number."""
        with self._lock:
            row = self._database.execute(
                "SELECT id, sha256, refused FROM receipts"
                " WHERE agency = ? AND form = ? AND symbol = ? AND number = ? AND kind = ?",
                (series.agency, series.form, series.symbol, number, kind),
            ).fetchone()
        return Entry(id=row[0], sha256=row[1], refused=row[2]) if row else None

    def keep(
        self, series: Series, number: int, kind: str, *, sha256: str, amount: int, refused: str = ""
    ) -> Entry:
        """Write a file down; what was refused before may be taken now."""
        with self._lock:
            self._database.execute(
                "INSERT INTO receipts (agency, form, symbol, number, kind, sha256, amount, refused)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (agency, form, symbol, number, kind) DO UPDATE"
                " SET sha256 = excluded.sha256, amount = excluded.amount, refused = excluded.refused"
                " WHERE refused <> ''",
                (series.agency, series.form, series.symbol, number, kind, sha256, amount, refused),
            )
        kept = self.found(series, number, kind)
        if kept is None:
            raise LookupError("what was written is there")
        return kept

    def listed(self) -> list[dict[str, object]]:
        """Everything, for tests and the sandbox's own screen."""
        with self._lock:
            rows = self._database.execute(
                "SELECT agency, form, symbol, number, kind, amount, refused FROM receipts ORDER BY id"
            ).fetchall()
        names = ("agency", "form", "symbol", "number", "kind", "amount", "refused")
        return [dict(zip(names, row, strict=True)) for row in rows]
