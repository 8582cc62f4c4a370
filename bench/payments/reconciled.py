"""A day's statement taken in and reconciled, as a process of its own; prints the seconds of each.

Its standard input is JSON: `account`, `units`, each with an accountant, `bills` (id, reference), `count`
and `untold` (how many of a hundred exact payments no notice came of).
"""

from __future__ import annotations

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from collections import Counter  # noqa: E402 - Django must be ready first
from datetime import date, timedelta  # noqa: E402
from typing import Any  # noqa: E402
from uuid import UUID  # noqa: E402

from django.db import connection  # noqa: E402
from tests.payments.tables import as_csv  # noqa: E402
from tests.support import people  # noqa: E402

from tinhso.foundation import moments  # noqa: E402
from tinhso.foundation.moments import midnight, today  # noqa: E402
from tinhso.identity import api as identity  # noqa: E402
from tinhso.payments import caretakers, ledger  # noqa: E402
from tinhso.payments.models import Problem  # noqa: E402
from tinhso.payments.operations import reconciling, taking_in  # noqa: E402

DUE = 50_000
KINDS = ("partial", "over", "double", "late", "wrong_code", "orphan")
"""One payment of a hundred is of each."""
TOLD = """
WITH told (transaction, bill) AS (SELECT * FROM unnest(%(transactions)s::text[], %(bills)s::uuid[])),
kept AS (
    INSERT INTO payments_money (id, source, transaction, channel, amount, paid_at, heard_at, reference,
        content, payer, bill_id, finding)
    SELECT gen_random_uuid(), %(source)s, transaction, 'vietqr', 50000, %(at)s, %(at)s, '', '', '', bill,
        'exact' FROM told RETURNING id, bill_id
), booked AS (
    INSERT INTO payments_entry (debit_id, credit_id, amount, why, booked_on, at, by, bill_id, money_id)
    SELECT %(clearing)s, a.id, 50000, 'paid', %(on)s, %(at)s, %(source)s, k.bill_id, k.id
    FROM kept k JOIN payments_bill b ON b.id = k.bill_id
    JOIN payments_account a ON a.purse = 'receivable' AND a.agency_id = b.agency_id
)
UPDATE payments_bill SET state = 'settled', ended_at = now() WHERE id IN (SELECT bill FROM told)
"""
CANCELLED = "UPDATE payments_bill SET state = 'cancelled', reason = 'x', ended_at = now() WHERE id = ANY(%s)"
UNDONE = """
INSERT INTO payments_entry (debit_id, credit_id, amount, why, booked_on, at, by, bill_id)
SELECT credit_id, debit_id, amount, 'cancelled', booked_on, at, by, bill_id FROM payments_entry
WHERE bill_id = ANY(%s)
"""


class Day:
    """What people paid on one day, and what of it was told."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.rows: list[list[object]] = []
        self.told: list[tuple[str, str]] = []
        self.cancelled: list[str] = []
        bills = iter(given["bills"])
        self.day: date = today(moments.now()) - timedelta(days=1)
        for place in range(given["count"]):
            kind = KINDS[place % 100] if place % 100 < len(KINDS) else "exact"
            bill, reference = next(bills)
            name = f"FT{place}"
            if kind == "exact" and place % 97 >= given["untold"]:
                self.told.append((name, bill))
            elif kind == "double":
                self.told.append((f"{name}A", bill))
                self._line(f"{name}A", DUE, reference)
            elif kind == "late":
                self.cancelled.append(bill)
            self._line(name, *self._of(kind, reference))

    def _of(self, kind: str, reference: str) -> tuple[int, str]:
        if kind == "partial":
            return DUE - 20_000, reference
        if kind == "over":
            return DUE + 20_000, reference
        if kind == "wrong_code":
            return DUE, f"{reference[:-1]}{'2' if reference[-1] != '2' else '3'}"
        return DUE, "an sang" if kind == "orphan" else reference

    def _line(self, name: str, amount: int, reference: str) -> None:
        at = midnight(self.day) + timedelta(seconds=len(self.rows))
        self.rows.append(
            [f"{moments.local(at):%d/%m/%Y %H:%M:%S}", name, f"DANH SOC KHA nop {reference}", "", amount]
        )


def main() -> None:
    """Lay the day down, take its statement in, reconcile it."""
    given = json.load(sys.stdin)
    account, at = given["account"], moments.now()
    source, day = f"bank:{account}", Day(given)
    accountants = {
        UUID(unit): people.officer(identity.Role.ACCOUNTANT, UUID(unit)) for unit in given["units"]
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        values = {
            "source": source,
            "transactions": [name for name, _bill in day.told],
            "bills": [bill for _name, bill in day.told],
            "at": midnight(day.day) + timedelta(hours=9),
            "on": day.day,
            "clearing": ledger.clearing(source),
        }
        cursor.execute(TOLD, values)
        cursor.execute(UNDONE, [day.cancelled])
        cursor.execute(CANCELLED, [day.cancelled])
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
    heading = ["Ngày giao dịch", "Số tham chiếu", "Nội dung", "Phát sinh nợ", "Phát sinh có"]
    keeper = caretakers.unit_for(caretakers.agencies_of(source, at=at), at=at)
    if keeper is None:
        raise LookupError("nobody keeps the books of this account")
    file = as_csv([["Số tài khoản", account], heading, *day.rows])
    began = time.perf_counter()
    taking_in.of_file(file, account=account, by=accountants[keeper], at=at)
    taken = time.perf_counter()
    row = reconciling.reconcile(day.day, source, at=at)
    done = time.perf_counter()
    found = {
        "taken": taken - began,
        "reconciled": done - taken,
        "cpu": time.process_time(),
        "lines": len(day.rows),
        "matched": row.matched,
        "healed": row.healed,
        "missing": row.missing,
        "lies": ledger.balance(ledger.clearing(source)),
        "kinds": Counter(Problem.objects.values_list("kind", flat=True)),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
