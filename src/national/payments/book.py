"""The database of the providers of money: bookings of the bank, orders of both payment pages."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from national.payments.days import written

SCHEMA = """
CREATE TABLE IF NOT EXISTS bookings (
    id INTEGER PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0),
    content TEXT NOT NULL,
    at TEXT NOT NULL,
    other_name TEXT NOT NULL,
    other_account TEXT NOT NULL,
    UNIQUE (transaction_id, account)
);
CREATE INDEX IF NOT EXISTS bookings_account ON bookings (account, at);
CREATE TABLE IF NOT EXISTS transfers (key TEXT PRIMARY KEY, asked TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL CHECK (service IN ('vnpay', 'payplat')),
    name TEXT NOT NULL,
    day TEXT NOT NULL,
    asked TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    expires_at TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    bank TEXT NOT NULL DEFAULT '',
    at TEXT,
    CHECK ((outcome = '') = (at IS NULL)),
    UNIQUE (service, name, day)
);
CREATE INDEX IF NOT EXISTS orders_at ON orders (service, at);
CREATE TABLE IF NOT EXISTS refunds (
    number INTEGER PRIMARY KEY,
    request TEXT NOT NULL UNIQUE,
    order_number INTEGER NOT NULL REFERENCES orders,
    amount INTEGER NOT NULL CHECK (amount > 0),
    at TEXT NOT NULL
);
"""


@dataclass(frozen=True, kw_only=True)
class Booking:
    """One line of an account: `amount` in whole đồng, below zero when money left."""

    id: int
    transaction_id: str
    account: str
    amount: int
    content: str
    at: datetime
    other_name: str
    other_account: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a merchant asked a payment page for. `outcome` is empty while it waits, then the code told."""

    number: int
    token: str
    service: str
    name: str
    asked: dict[str, Any]
    amount: int
    """Whole đồng."""
    expires_at: datetime
    outcome: str
    bank: str
    at: datetime | None

    @property
    def paid(self) -> bool:
        """True when money was taken."""
        return self.outcome == "00"


@dataclass(frozen=True, kw_only=True)
class Refund:
    """Money of a paid order given back; `request` names the wish and is used once."""

    number: int
    request: str
    order: Order
    amount: int
    at: datetime


BOOKING = "id, transaction_id, account, amount, content, at, other_name, other_account"
REFUND = "refunds.number AS back_number, request, refunds.amount AS back, refunds.at AS back_at, orders.*"


class Book:
    """SQLite behind a lock."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode = wal")
        self._database.execute("PRAGMA synchronous = normal")
        self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def rows(self, question: str, values: tuple[Any, ...] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """What a statement answers."""
        with self._lock:
            return self._database.execute(question, values).fetchall()

    def book(
        self, lines: Sequence[Mapping[str, Any]], *, key: str = "", asked: str = "", answer: str = ""
    ) -> None:
        """Lines of one transfer, all or none; with a key also what was asked under it and answered."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                for line in lines:
                    self._database.execute(
                        "INSERT INTO bookings"
                        " (transaction_id, account, amount, content, at, other_name, other_account) VALUES"
                        " (:transaction_id, :account, :amount, :content, :at, :other_name, :other_account)",
                        line,
                    )
                if key:
                    self._database.execute("INSERT INTO transfers VALUES (?, ?, ?)", (key, asked, answer))
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def next_booking(self) -> int:
        """The number the next line will have."""
        return int(self.rows("SELECT coalesce(max(id), 0) + 1 FROM bookings")[0][0])

    def transfer(self, key: str) -> tuple[str, str] | None:
        """What was asked and answered under a key."""
        found = self.rows("SELECT asked, answer FROM transfers WHERE key = ?", (key,))
        return (found[0][0], found[0][1]) if found else None

    def paid_out(self, prefix: str) -> tuple[int, int]:
        """Sum and count of payouts whose keys begin so; each is kept with its amount as what was asked."""
        asked = "SELECT coalesce(sum(CAST(asked AS INTEGER)), 0), count(*) FROM transfers WHERE key GLOB ?"
        found = self.rows(asked, (f"{prefix}*",))[0]
        return int(found[0]), int(found[1])

    def days(self, service: str) -> list[date]:
        """Days in Viet Nam on which a service took money or gave it back."""
        found = self.rows(
            "SELECT DISTINCT date(at, '+7 hours') FROM orders WHERE service = :service AND outcome = '00'"
            " UNION SELECT date(refunds.at, '+7 hours') FROM refunds"
            " JOIN orders ON orders.number = order_number WHERE service = :service ORDER BY 1",
            {"service": service},
        )
        return [date.fromisoformat(row[0]) for row in found]

    def balance(self, account: str, *, before: str = "9") -> int:
        """Sum of an account's lines before a moment, without what it was opened with."""
        asked = "SELECT coalesce(sum(amount), 0) FROM bookings WHERE account = ? AND at < ?"
        return int(self.rows(asked, (account, before))[0][0])

    def bookings(
        self, account: str, *, begin: str, end: str, after: int = 0, most: int = -1
    ) -> list[Booking]:
        """Lines between two moments in the order they were booked, from after a line's number."""
        return self._bookings(
            "account = ? AND at >= ? AND at < ? AND id > ? ORDER BY id LIMIT ?",
            (account, begin, end, after, most),
        )

    def transaction(self, number: str, account: str) -> list[Booking]:
        """The line a transfer left on an account."""
        return self._bookings("transaction_id = ? AND account = ?", (number, account))

    def newest(self, account: str, most: int) -> list[Booking]:
        """The last lines of an account, newest first."""
        return self._bookings("account = ? ORDER BY id DESC LIMIT ?", (account, most))

    def _bookings(self, where: str, values: tuple[Any, ...]) -> list[Booking]:
        found = self.rows(f"SELECT {BOOKING} FROM bookings WHERE {where}", values)  # noqa: S608
        return [Booking(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in map(dict, found)]

    def add_order(
        self,
        *,
        token: str,
        service: str,
        name: str,
        day: str,
        asked: Mapping[str, Any],
        amount: int,
        expires_at: datetime,
    ) -> Order:
        """Write down what was asked; the caller looked first whether the name is free."""
        kept = json.dumps(asked, ensure_ascii=False, sort_keys=True)
        self.rows(
            "INSERT INTO orders (token, service, name, day, asked, amount, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (token, service, name, day, kept, amount, written(expires_at)),
        )
        return self.orders("token = ?", token)[0]

    def orders(self, where: str, *values: str) -> list[Order]:
        """Orders that meet a condition, oldest first."""
        found = self.rows(f"SELECT * FROM orders WHERE {where} ORDER BY number", values)  # noqa: S608
        return [_order(row) for row in found]

    def finish(self, order: Order, *, outcome: str, bank: str, at: datetime) -> Order | None:
        """Write down how an order ended; None when it had ended before."""
        done = self.rows(
            "UPDATE orders SET outcome = ?, bank = ?, at = ? WHERE number = ? AND outcome = '' RETURNING *",
            (outcome, bank, written(at), order.number),
        )
        return _order(done[0]) if done else None

    def refund(self, order: Order, *, request: str, amount: int, at: datetime) -> Refund:
        """Write down money given back."""
        asked = "INSERT INTO refunds (request, order_number, amount, at) VALUES (?, ?, ?, ?) RETURNING number"
        number = self.rows(asked, (request, order.number, amount, written(at)))[0][0]
        return Refund(number=number, request=request, order=order, amount=amount, at=at)

    def refunds(self, where: str, *values: str | int) -> list[Refund]:
        """Refunds that meet a condition, oldest first, each with its order."""
        found = self.rows(
            f"SELECT {REFUND} FROM refunds JOIN orders ON orders.number = order_number WHERE {where}"  # noqa: S608
            " ORDER BY refunds.number",
            values,
        )
        return [
            Refund(
                number=row["back_number"],
                request=row["request"],
                order=_order(row),
                amount=row["back"],
                at=datetime.fromisoformat(row["back_at"]),
            )
            for row in found
        ]


def _order(row: sqlite3.Row) -> Order:
    return Order(
        number=row["number"],
        token=row["token"],
        service=row["service"],
        name=row["name"],
        asked=json.loads(row["asked"]),
        amount=row["amount"],
        expires_at=datetime.fromisoformat(row["expires_at"]),
        outcome=row["outcome"],
        bank=row["bank"],
        at=datetime.fromisoformat(row["at"]) if row["at"] else None,
    )
