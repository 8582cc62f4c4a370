"""Credits told by the bank to the real web server, beside their rows in plain SQL."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import psycopg

from bench.cases import servers
from bench.cases.figures import Row
from bench.cases.load import Http, Measured, run
from bench.payments.base import Money
from tinhso.config import payments as configured

TWICE = 10
"""One in so many is told twice."""
MONEY = """
INSERT INTO payments_money (id, source, transaction, channel, amount, paid_at, heard_at, reference, content,
    payer, bill_id, finding)
VALUES (%(id)s, 'floor', %(key)s, 'vietqr', 50000, now(), now(), '', %(reference)s, '', %(bill)s, 'exact')
ON CONFLICT (source, transaction) DO NOTHING
"""
ENTRY = """
INSERT INTO payments_entry (debit_id, credit_id, amount, why, booked_on, at, by, bill_id, money_id)
VALUES (%(debit)s, %(credit)s, 50000, 'paid', (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, now(), 'floor',
    %(bill)s, %(id)s)
"""
SETTLED = "UPDATE payments_bill SET state = 'settled', ended_at = now() WHERE id = %s"
KEPT = """
SELECT count(*), count(DISTINCT bill_id), (SELECT count(*) FROM payments_bill WHERE state = 'settled'),
    (SELECT count(*) FROM payments_entry WHERE money_id IS NOT NULL) FROM payments_money
"""


class Telling:
    """A bank that tells of credits; each reference is used once, by ours or by the floor."""

    def __init__(self, facts: dict[str, Any], bills: list[tuple[uuid.UUID, str]]) -> None:
        self._account = facts["account"]
        self._bills = iter(bills)
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._secret = configured.read(production=False, sandbox="").bank.secret.encode()
        self.told = 0

    def next(self) -> tuple[uuid.UUID, str, int]:
        """A bill nobody paid yet, and a number."""
        with self._lock:
            return *next(self._bills), next(self._numbers)

    def __call__(self, http: Http, _number: int) -> None:
        """Tell of a credit, now and then twice. Raises RuntimeError for any other answer than 200."""
        _bill, reference, number = self.next()
        said = json.dumps(
            {
                "transactionId": f"FT{number}",
                "account": self._account,
                "amount": 50_000,
                "currency": "VND",
                "content": f"NGUYEN VAN A chuyen tien {reference}",
                "paidAt": "2026-03-02T09:00:00+07:00",
                "payerName": "NGUYEN VAN A",
                "payerAccount": "******6789",
            }
        ).encode()
        stamp = str(int(time.time())).encode()
        signature = hmac.new(self._secret, stamp + b"." + said, hashlib.sha256).hexdigest().encode()
        more = b"X-Timestamp: %s\r\nX-Signature: %s\r\n" % (stamp, signature)
        for _time in range(2 if number % TWICE == 0 else 1):
            status, answer = http.ask(b"POST", b"/goi-lai/bank/", said, more)
            if status != 200:
                raise RuntimeError(f"{status} {answer[:300].decode(errors='replace')}")


class Floor:
    """The same rows by plain SQL."""

    def __init__(self, connection: psycopg.Connection[Any], facts: dict[str, Any]) -> None:
        found = connection.execute("SELECT key, id FROM payments_account WHERE purse = 'receivable'")
        keys = dict(found.fetchall())
        self._receivable = [keys[agency] for agency in facts["agencies"]]
        self._clearing = facts["clearing"]

    def write(self, connection: psycopg.Connection[Any], bill: uuid.UUID, reference: str, place: int) -> None:
        """One payment, committed."""
        key = uuid.uuid4()
        values = {
            "id": key,
            "key": key.hex,
            "reference": reference,
            "bill": bill,
            "debit": self._clearing,
            "credit": self._receivable[place % len(self._receivable)],
        }
        connection.execute("SELECT 1 FROM payments_bill WHERE id = %s FOR UPDATE", [bill])
        connection.execute(MONEY, values)
        connection.execute(ENTRY, values)
        connection.execute(SETTLED, [bill])
        connection.commit()


def notices(money: Money, *, seconds: float, rounds: int, count: int) -> list[Row]:
    """Ours over HTTP, as many server processes as the product starts; the floor on 8 connections."""
    ours, floor = Measured(), Measured()
    database = money.database
    with money.copy("notices") as name:
        telling = Telling(money.facts, money.bills(name, count))
        with database.connect(name) as connection:
            shown = connection.execute("SHOW synchronous_commit").fetchone()
            rows = Floor(connection, money.facts)
        with servers.web(database.url(name)) as (port, pid):
            for _round in range(rounds):
                ours.add(
                    run(
                        connect=lambda: Http(port, ""),
                        act=telling,
                        seconds=seconds,
                        watched={"app": pid, "db": database.pid},
                    )
                )
                floor.add(
                    run(
                        connect=lambda: database.connect(name),
                        act=_writing(telling, rows),
                        seconds=seconds,
                        watched={"db": database.pid},
                    )
                )
        with database.connect(name) as connection:
            found = connection.execute(KEPT).fetchone()
    if found is None or len(set(found)) != 1:
        raise SystemExit(f"moneys, bills they are for, settled bills and their entries differ: {found}")
    row = Row("a credit told by the bank, durable", ours, floor, "notices/s", count)
    row.want("≥ 300/s", ours.rate >= 300)
    row.want("≥ 1/4 of the floor", (row.ratio or 0) >= 0.25)
    row.want("every bill paid once", True)
    row.note = (
        f"signed, over HTTP, synchronous_commit {shown[0] if shown else '?'}; one in ten told twice; floor:"
        f" money, entry, bill settled, with the tables' triggers, CPU ms each: {floor.cost()}"
    )
    return [row]


def _writing(telling: Telling, rows: Floor) -> Callable[[psycopg.Connection[Any], int], None]:
    def one(connection: psycopg.Connection[Any], _number: int) -> None:
        rows.write(connection, *telling.next())

    return one
