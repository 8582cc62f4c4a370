"""The message log: what went through, with its evidence, in a database of its own (exchange protocol §11)."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from national.exchange.xades import MESSAGE, Signed

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('client', 'service')),
    response INTEGER NOT NULL CHECK (response IN (0, 1)),
    query_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    client TEXT NOT NULL,
    service TEXT NOT NULL,
    message BLOB NOT NULL,
    attachments TEXT NOT NULL,
    signature BLOB NOT NULL,
    result BLOB,
    chain BLOB,
    stamp BLOB,
    ts_result BLOB,
    ts_chain BLOB,
    stamped INTEGER NOT NULL DEFAULT 0 CHECK (stamped IN (0, 1)),
    CHECK ((result IS NULL) = (chain IS NULL)),
    CHECK ((ts_result IS NULL) = (ts_chain IS NULL) AND (ts_result IS NULL) = (stamp IS NULL)),
    CHECK (stamp IS NULL OR stamped = 1)
);
CREATE INDEX IF NOT EXISTS messages_query ON messages (query_id);
CREATE INDEX IF NOT EXISTS messages_unstamped ON messages (id) WHERE stamped = 0;
"""
COLUMNS = (
    "id, at, side, response, query_id, request_id, owner, client, service, message, attachments,"
    " signature, result, chain, stamp, ts_result, ts_chain, stamped"
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One message. `owner` is the client on the client's side, the service's owner on the service's."""

    id: int = 0
    at: datetime
    side: str
    response: bool
    query_id: str
    request_id: str
    owner: str
    client: str
    service: str
    message: bytes
    attachments: Sequence[bytes]
    signed: Signed
    stamp: bytes | None = None
    """Token of a batch; a single stamp stands within the signature."""
    ts_result: bytes | None = None
    ts_chain: bytes | None = None
    stamped: bool = False

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The signed data by their names in a container."""
        named = {f"attachment{number}": data for number, data in enumerate(self.attachments, 1)}
        return {MESSAGE: self.message, **named}


class Log:
    """SQLite behind a lock."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = wal")
        self._database.executescript(SCHEMA)

    def keep(self, record: Record) -> int:
        """Write a message down; gives back its number."""
        signed = record.signed
        values = (
            *(int(record.at.timestamp() * 1000), record.side, record.response, record.query_id),
            *(record.request_id, record.owner, record.client, record.service, record.message),
            json.dumps([data.hex() for data in record.attachments]),
            *(signed.signature, signed.result, signed.chain),
        )
        names = COLUMNS.removeprefix("id, ").partition(", stamp")[0]
        marks = ", ".join("?" * len(values))
        with self._lock:
            done = self._database.execute(f"INSERT INTO messages ({names}) VALUES ({marks})", values)  # noqa: S608
            return int(done.lastrowid or 0)

    def stamped(self, number: int, signature: bytes, batch: tuple[bytes, bytes, bytes] | None) -> None:
        """A record has its stamp: within the signature, or as token, result and chain of a batch."""
        with self._lock:
            self._database.execute(
                "UPDATE messages SET stamped = 1, signature = ?, stamp = ?, ts_result = ?, ts_chain = ?"
                " WHERE id = ?",
                (signature, *(batch or (None, None, None)), number),
            )

    def unstamped(self) -> list[Record]:
        """What waits for a stamp, oldest first."""
        return self._read("stamped = 0 ORDER BY id")

    def of_query(self, query_id: str) -> list[Record]:
        """Messages of one id."""
        return self._read("query_id = ? ORDER BY id", query_id)

    def everything(self) -> list[Record]:
        """All, oldest first."""
        return self._read("1 ORDER BY id")

    def _read(self, where: str, *values: str) -> list[Record]:
        with self._lock:
            rows = self._database.execute(
                f"SELECT {COLUMNS} FROM messages WHERE {where}",  # noqa: S608
                values,
            ).fetchall()
        return [_record(row) for row in rows]


def _record(row: tuple[object, ...]) -> Record:
    told = dict(zip(COLUMNS.replace(" ", "").split(","), row, strict=True))
    parts = {name: told.pop(name) for name in ("signature", "result", "chain")}
    told["at"] = datetime.fromtimestamp(int(str(told["at"])) / 1000, UTC)
    told["attachments"] = [bytes.fromhex(text) for text in json.loads(str(told["attachments"]))]
    told["response"], told["stamped"] = bool(told["response"]), bool(told["stamped"])
    return Record(**told, signed=Signed(**parts))  # type: ignore[arg-type]
