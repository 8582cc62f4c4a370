"""What lies where, from the sums of closed days and the transfers since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from tinhso.foundation.statements import Statement, together

BALANCE = """
WITH closed AS (SELECT coalesce(max(day), '-infinity') AS day FROM payments_ledgerday)
SELECT (SELECT coalesce(sum(debit - credit), 0) FROM payments_daytotal WHERE account_id = %(account)s)
     + (SELECT coalesce(sum(amount), 0) FROM payments_entry, closed
        WHERE debit_id = %(account)s AND booked_on > closed.day)
     - (SELECT coalesce(sum(amount), 0) FROM payments_entry, closed
        WHERE credit_id = %(account)s AND booked_on > closed.day)
"""
OWED = """
SELECT t.bill_id, sum(CASE WHEN d.purse = 'receivable' THEN t.amount ELSE 0 END)
                - sum(CASE WHEN c.purse = 'receivable' THEN t.amount ELSE 0 END)
FROM payments_entry t
JOIN payments_account d ON d.id = t.debit_id JOIN payments_account c ON c.id = t.credit_id
WHERE t.bill_id = ANY(%s) GROUP BY t.bill_id
"""

STANDING = """
SELECT t.bill_id,
       sum(CASE WHEN d.purse = 'receivable' THEN t.amount
                WHEN c.purse = 'receivable' THEN -t.amount ELSE 0 END),
       sum(CASE WHEN t.why NOT IN ('paid', 'assigned') THEN 0
                WHEN d.purse = 'receivable' THEN -t.amount ELSE t.amount END),
       sum(CASE WHEN t.why = 'waived' THEN t.amount ELSE 0 END),
       sum(CASE WHEN t.why = 'refund_owed' THEN t.amount ELSE 0 END)
FROM payments_entry t
JOIN payments_account d ON d.id = t.debit_id JOIN payments_account c ON c.id = t.credit_id
WHERE t.bill_id = ANY(%s) GROUP BY t.bill_id
"""
WAYS = """
SELECT t.bill_id, m.channel
FROM payments_entry t JOIN payments_money m ON m.id = t.money_id
JOIN payments_account d ON d.id = t.debit_id JOIN payments_account c ON c.id = t.credit_id
WHERE t.bill_id = ANY(%s) AND t.why IN ('paid', 'assigned')
GROUP BY t.bill_id, m.channel
HAVING sum(CASE WHEN d.purse = 'receivable' THEN -t.amount ELSE t.amount END) > 0
ORDER BY t.bill_id, m.channel
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a bill stands, whole đồng: what is left to pay, what came and was not undone, what was let go, and
    what of the money that came was decided to be given back."""

    left: int = 0
    paid: int = 0
    waived: int = 0
    refunded: int = 0


def balance(account: int) -> int:
    """What an account has taken in less what it gave, whole đồng. One query."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCE, {"account": account})
        return int(cursor.fetchone()[0])


def owed(bill: UUID) -> int:
    """What is left to pay of a bill, whole đồng. One query."""
    return owed_of_all([bill]).get(bill, 0)


def owed_of_all(bills: Sequence[UUID]) -> dict[UUID, int]:
    """What is left to pay of each bill. One query."""
    (found,) = together([owing(bills)])
    return {bill: int(left) for bill, left in found}


def owing(bills: Sequence[UUID]) -> Statement:
    """The statement behind `owed_of_all`: rows of bill and sum."""
    return OWED, [list(bills)]


def standing(bills: Sequence[UUID]) -> dict[UUID, Standing]:
    """How each bill stands. One query."""
    (found,) = together([(STANDING, [list(bills)])])
    return {bill: Standing(*map(int, sums)) for bill, *sums in found}


def paid(bill: UUID) -> int:
    """What came in for a bill and was neither given back nor undone, whole đồng. One query."""
    found = standing([bill]).get(bill, Standing())
    return found.paid - found.refunded


def ways_of_all(bills: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The channels by which money came for each bill and was not undone, by name. One query."""
    (rows,) = together([(WAYS, [list(bills)])])
    found: dict[UUID, list[str]] = {}
    for bill, channel in rows:
        found.setdefault(bill, []).append(channel)
    return found
