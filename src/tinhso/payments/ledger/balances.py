"""What lies where, from the sums of closed days and the transfers since."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Q, Sum, When

from tinhso.foundation.statements import Statement, together
from tinhso.payments.models import Entry
from tinhso.payments.models.ledger import Purse, Why

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
CAME = Q(credit__purse=Purse.RECEIVABLE, why__in=[Why.PAID, Why.ASSIGNED])
BACK = Q(why=Why.REFUND_OWED) | Q(why=Why.PAID, debit__purse=Purse.RECEIVABLE)
NET = Sum(Case(When(CAME, then=F("amount")), default=-F("amount")))


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


def paid(bill: UUID) -> int:
    """What came in for a bill and was neither given back nor undone, whole đồng."""
    return paid_of_all([bill]).get(bill, 0)


def paid_of_all(bills: Sequence[UUID]) -> dict[UUID, int]:
    """What came in for each bill and was neither given back nor undone. One query."""
    rows = Entry.objects.filter(CAME | BACK, bill__in=bills).values("bill").annotate(all=NET)
    return {row["bill"]: int(row["all"]) for row in rows}


def ways_of_all(bills: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The channels by which money came for each bill and stayed, by name. One query."""
    moved = Entry.objects.filter(CAME | BACK, bill__in=bills, money__isnull=False)
    found: dict[UUID, list[str]] = {}
    for row in moved.values("bill", "money__channel").annotate(all=NET).order_by("money__channel"):
        if row["all"] > 0:
            found.setdefault(row["bill"], []).append(row["money__channel"])
    return found
