"""Measure payments and write bench/results/payments.json.

`SHORT=1 make bench-payments` measures each for seconds only, to see that it runs; nothing is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import psycopg

from bench.cases import figures, servers
from bench.cases.figures import Row
from bench.cases.load import Http, Measured, run
from tinhso.config import payments as configured

SHORT = bool(os.environ.get("SHORT"))
SECONDS = 3 if SHORT else 20
ROUNDS = 1 if SHORT else 2
BILLS = 4_000 if SHORT else 60_000
ENTRIES = 200_000 if SHORT else 10_000_000
CLOSED_DAYS = 400
ASKED = 200
DATABASE = "payments"
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
LAID = """
INSERT INTO payments_entry (debit_id, credit_id, amount, why, booked_on, at, by)
SELECT CASE n %% 3 WHEN 0 THEN %(a)s WHEN 1 THEN %(b)s ELSE %(c)s END,
       CASE n %% 3 WHEN 0 THEN %(b)s WHEN 1 THEN %(c)s ELSE %(a)s END,
       1000 + n %% 90000, 'paid', current_date - 1 - (n %% %(days)s)::int, now() - interval '1 day', 'bench'
FROM generate_series(1, %(count)s) n
"""
CLOSED = """
INSERT INTO payments_ledgerday SELECT current_date - 1 - d, now() FROM generate_series(0, %(days)s - 1) d
"""
TOTALS = """
INSERT INTO payments_daytotal (account_id, day_id, debit, credit)
SELECT account, day, sum(debit), sum(credit) FROM (
    SELECT debit_id AS account, booked_on AS day, amount AS debit, 0 AS credit FROM payments_entry
    UNION ALL SELECT credit_id, booked_on, 0, amount FROM payments_entry) moved
WHERE day < current_date GROUP BY account, day
"""
WHOLE = """
SELECT (SELECT coalesce(sum(amount), 0) FROM payments_entry WHERE debit_id = %(account)s)
     - (SELECT coalesce(sum(amount), 0) FROM payments_entry WHERE credit_id = %(account)s)
"""


def prepared(database: servers.Database) -> dict[str, Any]:
    """A database with bills that wait."""
    database.maintain(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)', f'CREATE DATABASE "{DATABASE}"')
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.payments.laid", str(BILLS)],
        env=servers.environment(database.url(DATABASE)),
        stdout=subprocess.PIPE,
        check=True,
        cwd=servers.ROOT,
    )
    facts: dict[str, Any] = json.loads(done.stdout)
    with database.connect(DATABASE, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return facts


def notices(database: servers.Database, facts: dict[str, Any]) -> list[Row]:
    """Credits told by the bank, one in ten told twice, beside their rows in plain SQL."""
    waiting = iter(facts["references"])
    secret = configured.read(production=False, sandbox="").bank.secret.encode()
    ours, floor = Measured(), Measured()
    told = itertools.count()
    lock = threading.Lock()

    def body(reference: str, number: int) -> bytes:
        return json.dumps(
            {
                "transactionId": f"FT{number}",
                "account": facts["account"],
                "amount": 50_000,
                "currency": "VND",
                "content": f"NGUYEN VAN A chuyen tien {reference}",
                "paidAt": "2026-03-02T09:00:00+07:00",
                "payerName": "NGUYEN VAN A",
                "payerAccount": "******6789",
            }
        ).encode()

    def tell(http: Http, _number: int) -> None:
        with lock:
            reference, number = next(waiting), next(told)
        said = body(reference, number)
        stamp = str(int(time.time())).encode()
        signature = hmac.new(secret, stamp + b"." + said, hashlib.sha256).hexdigest().encode()
        more = b"X-Timestamp: %s\r\nX-Signature: %s\r\n" % (stamp, signature)
        for _time in range(2 if number % 10 == 0 else 1):
            status, answer = http.ask(b"POST", b"/goi-lai/bank/", said, more)
            if status != 200:
                raise RuntimeError(f"{status} {answer[:300].decode(errors='replace')}")

    def write(rows: Floor) -> Callable[[psycopg.Connection[Any], int], None]:
        def one(connection: psycopg.Connection[Any], _number: int) -> None:
            with lock:
                reference = next(waiting)
            rows.write(connection, reference)

        return one

    with servers.web(database.url(DATABASE)) as (port, pid):
        for _round in range(ROUNDS):
            ours.add(
                run(
                    connect=lambda: Http(port, ""),
                    act=tell,
                    seconds=SECONDS,
                    watched={"app": pid, "db": database.pid},
                )
            )
            with database.connect(DATABASE) as connection:
                rows = Floor(connection)
            floor.add(
                run(
                    connect=lambda: database.connect(DATABASE),
                    act=write(rows),
                    seconds=SECONDS,
                    watched={"db": database.pid},
                )
            )
    row = Row("a credit told by the bank, durable", ours, floor, "notices/s", BILLS)
    row.want("≥ 300/s", ours.rate >= 300)
    row.want("≥ 1/4 of the floor", (row.ratio or 0) >= 0.25)
    row.note = (
        "one in ten told twice; floor: money, entry, bill settled, with the tables' triggers; "
        + _kept(database)
    )
    return [row]


def _kept(database: servers.Database) -> str:
    with database.connect(DATABASE) as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT bill_id), (SELECT count(*) FROM payments_bill"
            " WHERE state = 'settled') FROM payments_money"
        ).fetchone()
    if found is None or len(set(found)) != 1:
        raise SystemExit(f"moneys, bills they are for and settled bills differ: {found}")
    return "every bill paid once"


class Floor:
    """The same rows by plain SQL."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        rows = connection.execute("SELECT reference, id, agency_id FROM payments_bill").fetchall()
        accounts = connection.execute("SELECT purse, key, id FROM payments_account").fetchall()
        self.bills = {reference: (id, agency) for reference, id, agency in rows}
        self.receivable = {key: id for purse, key, id in accounts if purse == "receivable"}
        self.clearing = next(id for purse, _key, id in accounts if purse == "clearing")

    def write(self, connection: psycopg.Connection[Any], reference: str) -> None:
        """One payment, committed."""
        bill, agency = self.bills[reference]
        key = uuid.uuid4()
        values = {
            "id": key,
            "key": key.hex,
            "reference": reference,
            "bill": bill,
            "debit": self.clearing,
            "credit": self.receivable[agency.hex],
        }
        connection.execute("SELECT 1 FROM payments_bill WHERE id = %s FOR UPDATE", [bill])
        connection.execute(MONEY, values)
        connection.execute(ENTRY, values)
        connection.execute(SETTLED, [bill])
        connection.commit()


def balances(database: servers.Database, *, ours_is: str) -> list[Row]:
    """The balance of one of three accounts that share ten million entries."""
    from_code = ("clearing", "suspense", "refunds")
    with database.connect(DATABASE, autocommit=True) as connection:
        found = connection.execute("SELECT purse, id FROM payments_account").fetchall()
        known = dict(found)
        a, b, c = (known[purse] for purse in from_code)
        connection.execute("SET session_replication_role = replica")
        connection.execute(LAID, {"a": a, "b": b, "c": c, "days": CLOSED_DAYS, "count": ENTRIES})
        connection.execute(CLOSED, {"days": CLOSED_DAYS})
        connection.execute(TOTALS)
        connection.execute("VACUUM ANALYZE payments_entry")
        whole = Measured()
        for account in (a, b, c):
            began = time.perf_counter()
            expected = connection.execute(WHOLE, {"account": account}).fetchone()
            whole.times.append(time.perf_counter() - began)
            told = connection.execute(ours_is, {"account": account}).fetchone()
            if told != expected:
                raise SystemExit(f"the balance is {told}, the sum of all entries {expected}")
        ours = Measured()
        for number in range(ASKED):
            began = time.perf_counter()
            connection.execute(ours_is, {"account": (a, b, c)[number % 3]}).fetchone()
            ours.times.append(time.perf_counter() - began)
    for measured in (ours, whole):
        measured.elapsed = sum(measured.times)
    row = Row("the balance of an account", ours, whole, "balances/s", ENTRIES, clients=1)
    row.want("p95 < 100 ms", ours.percentile(95) < 100)
    row.note = "floor: the sum of all its entries"
    return [row]


def main() -> None:
    """Measure, print and keep."""
    with servers.Database() as database:
        facts = prepared(database)
        rows = [
            row.plain() for row in (*notices(database, facts), *balances(database, ours_is=facts["balance"]))
        ]
        database.maintain(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')
    figures.show(rows)
    if not SHORT:
        figures.keep(rows, "payments.json")


if __name__ == "__main__":
    main()
