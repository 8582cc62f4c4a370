"""The balance of an account among ten million entries of closed days, and with an open day on top."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from bench.cases.figures import Row
from bench.cases.load import Measured
from bench.payments.base import Money

CLOSED_DAYS = 400
ASKED = 200
OPEN = 20_000
LAID = """
INSERT INTO payments_entry (debit_id, credit_id, amount, why, booked_on, at, by)
SELECT CASE n %% 3 WHEN 0 THEN %(a)s WHEN 1 THEN %(b)s ELSE %(c)s END,
       CASE n %% 3 WHEN 0 THEN %(b)s WHEN 1 THEN %(c)s ELSE %(a)s END,
       1000 + n %% 90000, 'paid', current_date - %(back)s - (n %% %(days)s)::int, now() - interval '1 day',
       'bench'
FROM generate_series(1, %(count)s) n
"""
CLOSED = """
INSERT INTO payments_ledgerday SELECT current_date - 2 - d, now() FROM generate_series(0, %(days)s - 1) d
"""
TOTALS = """
INSERT INTO payments_daytotal (account_id, day_id, debit, credit)
SELECT account, day, sum(debit), sum(credit) FROM (
    SELECT debit_id AS account, booked_on AS day, amount AS debit, 0 AS credit FROM payments_entry
    UNION ALL SELECT credit_id, booked_on, 0, amount FROM payments_entry) moved
WHERE day < current_date - 1 GROUP BY account, day
"""
WHOLE = """
SELECT (SELECT coalesce(sum(amount), 0) FROM payments_entry WHERE debit_id = %(account)s)
     - (SELECT coalesce(sum(amount), 0) FROM payments_entry WHERE credit_id = %(account)s)
"""


def balances(money: Money, *, count: int) -> list[Row]:
    """One connection asks for the balance of each of three accounts in turn; each was added up once."""
    facts = money.facts
    three = {"a": facts["clearing"], "b": facts["suspense"], "c": facts["refunds"]}
    accounts = list(three.values())
    with money.copy("balances") as name, money.connect(name, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(LAID, {**three, "back": 2, "days": CLOSED_DAYS, "count": count})
        connection.execute(CLOSED, {"days": CLOSED_DAYS})
        connection.execute(TOTALS)
        connection.execute("VACUUM ANALYZE payments_entry")
        whole = Measured()
        closed = _asked(connection, facts["balance"], accounts, whole)
        connection.execute(LAID, {**three, "back": 0, "days": 1, "count": OPEN})
        opened = _asked(connection, facts["balance"], accounts, whole)
    rows = []
    for act, ours in (
        ("the balance of an account", closed),
        (f"the same, {OPEN:,} entries since the last closed day", opened),
    ):
        row = Row(act, ours, whole, "balances/s", count, clients=1)
        row.want("p95 < 100 ms", ours.percentile(95) < 100)
        row.note = "same as the sum of all entries, which is the floor"
        rows.append(row)
    return rows


def _asked(
    connection: psycopg.Connection[Any], balance: str, accounts: list[int], whole: Measured
) -> Measured:
    for account in accounts:
        began = time.perf_counter()
        expected = connection.execute(WHOLE, {"account": account}).fetchone()
        whole.times.append(time.perf_counter() - began)
        told = connection.execute(balance, {"account": account}).fetchone()
        if told != expected:
            raise SystemExit(f"the balance is {told}, the sum of all entries {expected}")
    ours = Measured()
    for number in range(ASKED):
        began = time.perf_counter()
        connection.execute(balance, {"account": accounts[number % len(accounts)]}).fetchone()
        ours.times.append(time.perf_counter() - began)
    for measured in (ours, whole):
        measured.elapsed = sum(measured.times)
    return ours
