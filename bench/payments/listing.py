"""Lists of money at size, as a process of its own: lays the rows, asks for each list, prints its times.

Its standard input is JSON: `rows`, `agencies`, `units`, `bills`. With EXPLAIN=1 the plans of what is slow are
written to standard error.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from collections.abc import Callable  # noqa: E402 - Django must be ready first
from datetime import date, timedelta  # noqa: E402
from typing import Any  # noqa: E402
from uuid import UUID  # noqa: E402

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from tinhso.foundation import moments  # noqa: E402
from tinhso.payments.contracts import Channel, Finding, Trouble  # noqa: E402
from tinhso.payments.models import (  # noqa: E402
    Bill,
    Drawer,
    Money,
    Problem,
    Receipt,
    ReceiptPaper,
    ReceiptSeries,
    ReconciledDay,
    Taking,
)
from tinhso.payments.queries import days, receipts, tills  # noqa: E402

ASKED = 60
DRAWER_OF = 50
SLOW_MS = 50.0
LIKE = """
INSERT INTO {table} SELECT made.* FROM generate_series(1, %(rows)s) n, {table} t,
LATERAL jsonb_populate_record(t, jsonb_build_object({changes})) made WHERE t.id = %(of)s
"""
UNIT = "'{column}', (%(units)s::uuid[])[1 + n %% 40]"
AGENCY = "'agency_id', (%(agencies)s::uuid[])[1 + n %% 40]"
WHEN = "now() - interval '1 day' - make_interval(mins => n)"
ID = "'id', md5('{table}' || n)::uuid"
CHANGES = {
    "payments_bill": f"""{ID}, {AGENCY}, {UNIT.format(column="unit_id")}, 'number', 5000000 + n,
        'reference', 'TL' || n, 'token', 'T' || n, 'about_id', md5('about' || n)::uuid,
        'about_code', 'H01.9-' || n, 'payer', 'Danh Sóc Kha ' || n, 'issued_at', {WHEN},
        'state', CASE WHEN n %% 20 < 1 THEN 'open' ELSE 'settled' END,
        'ended_at', CASE WHEN n %% 20 < 1 THEN NULL ELSE now() END""",
    "payments_money": f"""{ID}, 'source', 'bank:' || n %% 40, 'transaction', 'L' || n, 'paid_at', {WHEN},
        'heard_at', {WHEN}""",
    "payments_problem": f"""{ID}, {AGENCY}, {UNIT.format(column="unit_id")}, 'money_id',
        md5('payments_money' || n)::uuid, 'opened_at', {WHEN}, 'why', 'vì ' || n,
        'kind', CASE WHEN n %% 97 = 0 THEN 'double' ELSE 'orphan' END,
        'closed_at', CASE WHEN n %% 50 < 1 THEN NULL ELSE now() END,
        'closed_by', CASE WHEN n %% 50 < 1 THEN '' ELSE 'Kế toán' END,
        'how', CASE WHEN n %% 50 < 1 THEN '' ELSE 'xong' END""",
    "payments_receipt": f"""{ID}, {AGENCY}, {UNIT.format(column="unit_id")}, 'number', 1 + n,
        'bill_id', md5('payments_bill' || n)::uuid, 'code', lpad(n::text, 10, '0'), 'issued_at', {WHEN},
        'state', CASE WHEN n %% 101 = 0 THEN 'voided' ELSE 'issued' END,
        'reason', CASE WHEN n %% 101 = 0 THEN 'nhầm' ELSE '' END,
        'ended_at', CASE WHEN n %% 101 = 0 THEN now() END""",
    "payments_receiptpaper": f"""{ID}, 'receipt_id', md5('payments_receipt' || n)::uuid, 'number', 1 + n,
        'due_at', {WHEN}""",
    "payments_reconciledday": f"""{ID}, {UNIT.format(column="unit_id")}, 'source', 'bank:' || n %% 1000,
        'day', current_date - n / 1000""",
    "payments_drawer": f"""{ID}, {AGENCY}, {UNIT.format(column="unit_id")}, 'till', 'Quầy ' || n,
        'cashier_id', md5('cashier' || n %% 400)::uuid, 'opened_at', {WHEN},
        'ended_at', CASE WHEN n %% 50 < 1 THEN NULL ELSE now() END,
        'ended', CASE WHEN n %% 50 < 1 THEN '' ELSE 'deposited' END,
        'receiver', CASE WHEN n %% 50 < 1 THEN '' ELSE 'Kế toán' END,
        'receiver_id', CASE WHEN n %% 50 >= 1 THEN md5('receiver')::uuid END""",
    "payments_taking": f"""{ID}, {UNIT.format(column="unit_id")}, 'drawer_id',
        md5('payments_drawer' || (1 + n / {DRAWER_OF}))::uuid, 'number', 1 + n %% {DRAWER_OF},
        'bill_id', md5('payments_bill' || n)::uuid, 'money_id', md5('payments_money' || n)::uuid,
        'taken_at', {WHEN}""",
}


def templates(bill: Bill) -> dict[str, UUID]:
    """One row of each table, by the table's name."""
    at = moments.now()
    money = Money(
        source="bank:0", transaction="L0", channel=Channel.VIETQR, amount=50_000, paid_at=at, heard_at=at,
        content="không rõ", finding=Finding.ORPHAN,
    )  # fmt: skip
    problem = Problem(
        kind=Trouble.ORPHAN, unit_id=bill.unit_id, money=money, why="vì sao", opened_at=at, closed_at=at,
        closed_by="Kế toán", how="xong",
    )  # fmt: skip
    series = ReceiptSeries(
        agency_id=bill.agency_id, form="01BLP0-001", symbol="AG-26E", address="Số 1", basis="Thử",
        valid_from=date(2025, 7, 1), opened_by="Kế toán", opened_at=at,
    )  # fmt: skip
    receipt = Receipt(
        series=series, number=1, agency_id=bill.agency_id, unit_id=bill.unit_id, bill=bill, code="A" * 10,
        facts={"payer": "Danh Sóc Kha", "lines": []}, amount=50_000, issued_at=at,
    )  # fmt: skip
    paper = ReceiptPaper(receipt=receipt, series=series, number=1, kind="issued", due_at=at)
    day = ReconciledDay(source="bank:x", day=date(2020, 1, 1), unit_id=bill.unit_id, reconciled_at=at)
    drawer = Drawer(
        agency_id=bill.agency_id, unit_id=bill.unit_id, till="Quầy", cashier_id=bill.unit_id,
        cashier="Thủ quỹ", opened_at=at, float_in=0, counted_at=at, expected=0, counted=0, ended_at=at,
        ended="deposited", receiver_id=bill.agency_id, receiver="Kế toán",
    )  # fmt: skip
    taking = Taking(
        drawer=drawer, unit_id=bill.unit_id, number=999, bill=bill, money=money, channel=Channel.CASH,
        amount=50_000, given=50_000, taken_on=at.date(), taken_at=at,
    )  # fmt: skip
    made = {"payments_bill": bill.id}
    for one in (money, problem, series, receipt, paper, day, drawer, taking):
        one.save(force_insert=True)
        made[one._meta.db_table] = one.pk
    return made


def lay(given: dict[str, Any]) -> None:
    """Many of each, like the first; foreign keys and triggers are not asked."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        of = templates(Bill.objects.get(id=UUID(given["bills"][0])))
        for table, changes in CHANGES.items():
            rows = given["rows"] // DRAWER_OF + 1 if table == "payments_drawer" else given["rows"]
            statement = LIKE.format(table=table, changes=changes.format(table=table))
            cursor.execute(statement, {**given, "rows": rows, "of": of[table]})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def lists(given: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """Each list, of some agency or other."""
    chance, count = random.Random(3), given["rows"]  # noqa: S311 - the same each time

    def agency() -> list[UUID]:
        return [UUID(chance.choice(given["agencies"]))]

    def row() -> int:
        return chance.randrange(1, count)

    def deep(table: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT md5(%s)::uuid", [f"{table}{row()}"])
            return str(cursor.fetchone()[0])

    def received(**asked: Any) -> Callable[[], object]:
        return lambda: receipts.listed(agency(), receipts.Asked(**asked))

    return {
        "till: by code": lambda: tills.find(f"H01.9-{row()}", agency=agency()[0]),
        "till: by name": lambda: tills.find("Sóc Kha", agency=agency()[0]),
        "till: nobody's name": lambda: tills.find("Trần Không Có", agency=agency()[0]),
        "till: waiting sessions": lambda: tills.waiting(agency()),
        "till: takings": lambda: tills.takings(UUID(deep("payments_drawer"))),
        "days": lambda: days.listed(agency()),
        "days, further": lambda: days.listed(agency(), after=deep("payments_reconciledday")),
        "problems": lambda: days.problems(agency()),
        "problems, closed": lambda: days.problems(agency(), closed=True),
        "problems, of a kind": lambda: days.problems(agency(), kind=Trouble.DOUBLE),
        "problems, of no such kind": lambda: days.problems(agency(), kind=Trouble.LATE, closed=True),
        "problems, further": lambda: days.problems(agency(), after=deep("payments_problem")),
        "problems counted": lambda: days.counted(agency()),
        "receipts": received(),
        "receipts, further": lambda: receipts.listed(
            agency(), receipts.Asked(), after=deep("payments_receipt")
        ),
        "receipts, by number": lambda: receipts.listed(agency(), receipts.Asked(text=str(row()))),
        "receipts, by code": lambda: receipts.listed(agency(), receipts.Asked(text=f"{row():010}")),
        "receipts, of a day": lambda: receipts.listed(
            agency(), receipts.Asked(day=moments.today(moments.now()) - timedelta(days=row() // 1440))
        ),
        "receipts, voided": received(state="voided"),
        "receipts, replaced": received(state="replaced"),
        "receipts that wait": received(waiting=True),
    }


def timed(ask: Callable[[], object]) -> list[float]:
    """Seconds of each time, after one that does not count."""
    times = []
    for _time in range(ASKED + 1):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return times[1:]


def explain(name: str, ask: Callable[[], object]) -> None:
    """Write the plans of a list to standard error."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    for one in asked.captured_queries:
        sys.stderr.write(f"\n== {name}\n{one['sql'][:600]}\n")
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {one['sql']}")
            sys.stderr.writelines(f"{line}\n" for (line,) in cursor.fetchall())


def main() -> None:
    """Lay, ask, tell."""
    given = json.load(sys.stdin)
    lay(given)
    asked = lists(given)
    found = {name: timed(ask) for name, ask in asked.items()}
    if os.environ.get("EXPLAIN"):
        for name, times in found.items():
            if 1000 * sorted(times)[len(times) // 2] > SLOW_MS:
                explain(name, asked[name])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
