"""The authority's own database: every certificate it gave and which of them it took back."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS certificates (
    serial TEXT PRIMARY KEY,
    issuer TEXT NOT NULL CHECK (issuer IN ('root', 'issuing')),
    name TEXT NOT NULL,
    pem TEXT NOT NULL,
    base TEXT NOT NULL,
    revoked_at TEXT,
    reason TEXT,
    CHECK ((revoked_at IS NULL) = (reason IS NULL))
);
CREATE INDEX IF NOT EXISTS certificates_name ON certificates (name);
CREATE TABLE IF NOT EXISTS crl_numbers (issuer TEXT PRIMARY KEY, number INTEGER NOT NULL);
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the ledger."""

    serial: int
    issuer: str
    name: str
    pem: str
    base: str
    """Address the sandbox had then; the certificate's own links point there."""
    revoked_at: datetime | None
    reason: str | None


class Ledger:
    """SQLite behind a lock."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = wal")
        self._database.execute("PRAGMA synchronous = normal")
        self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def add(self, *, serial: int, issuer: str, name: str, pem: str, base: str) -> None:
        """Write down a certificate."""
        with self._lock:
            self._database.execute(
                "INSERT INTO certificates (serial, issuer, name, pem, base) VALUES (?, ?, ?, ?, ?)",
                (f"{serial:x}", issuer, name, pem, base),
            )

    def find(self, *, serial: int, issuer: str) -> Entry | None:
        """The certificate with a serial number."""
        found = self._read("serial = ? AND issuer = ?", (f"{serial:x}", issuer))
        return found[0] if found else None

    def newest(self, name: str) -> Entry | None:
        """The last certificate given under a name."""
        found = self._read("name = ? ORDER BY rowid DESC LIMIT 1", (name,))
        return found[0] if found else None

    def everything(self) -> list[Entry]:
        """All certificates, newest first."""
        return self._read("1 ORDER BY rowid DESC", ())

    def revoked(self, issuer: str) -> list[Entry]:
        """Certificates of an issuer that were taken back."""
        return self._read("issuer = ? AND revoked_at IS NOT NULL ORDER BY revoked_at", (issuer,))

    def revoke(self, *, serial: int, at: datetime, reason: str) -> bool:
        """Take a certificate back; False when unknown or already taken back."""
        with self._lock:
            done = self._database.execute(
                "UPDATE certificates SET revoked_at = ?, reason = ? WHERE serial = ? AND revoked_at IS NULL",
                (at.astimezone(UTC).isoformat(), reason, f"{serial:x}"),
            )
            return done.rowcount == 1

    def next_crl_number(self, issuer: str) -> int:
        """Counts up with each list."""
        with self._lock:
            row = self._database.execute(
                "INSERT INTO crl_numbers VALUES (?, 1)"
                " ON CONFLICT (issuer) DO UPDATE SET number = number + 1 RETURNING number",
                (issuer,),
            ).fetchone()
            return int(row[0])

    def _read(self, where: str, values: tuple[str, ...]) -> list[Entry]:
        with self._lock:
            rows = self._database.execute(
                "SELECT serial, issuer, name, pem, base, revoked_at, reason FROM certificates WHERE "  # noqa: S608
                + where,
                values,
            ).fetchall()
        return [
            Entry(
                serial=int(row[0], 16),
                issuer=row[1],
                name=row[2],
                pem=row[3],
                base=row[4],
                revoked_at=datetime.fromisoformat(row[5]) if row[5] else None,
                reason=row[6],
            )
            for row in rows
        ]
