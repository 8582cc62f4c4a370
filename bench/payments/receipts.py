"""Receipts: numbers drawn by 50 writers at once, and a thousand sealed and handed to the tax side."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench.cases import servers
from bench.cases.figures import Row
from bench.cases.load import Measured, cpu
from bench.payments.base import Money
from national.ports import free_port

AGENCIES = 10
WRITERS = 50
MOST_EACH = 4
SECONDS = 120
GIVE_UP = 600
NUMBERS = """
SELECT count(*), count(DISTINCT (series_id, number)), count(DISTINCT code), count(DISTINCT bill_id),
    (SELECT sum(top) FROM (SELECT max(number) AS top FROM payments_receipt GROUP BY series_id) each),
    (SELECT sum(next_number - 1) FROM payments_receiptseries)
FROM payments_receipt
"""
MADE = """
SELECT count(*) FILTER (WHERE sealed_at IS NOT NULL), count(*) FILTER (WHERE tax = 'handed'),
    count(*) FILTER (WHERE fault <> '' OR tax = 'refused'), max(fault), max(tax_reason)
FROM payments_receiptpaper
"""


def receipts(money: Money, *, count: int) -> list[Row]:
    """Numbers of one agency; then files of ten."""
    return [_numbers(money, count=count), *_files(money, count=count)]


def _numbers(money: Money, *, count: int) -> Row:
    facts = money.facts
    with money.copy("receipts") as name:
        bills = money.bills(name, count * len(facts["agencies"]))[:: len(facts["agencies"])]
        _step(money, name, "seals", agencies=facts["agencies"][:1], sealed=False)
        _step(money, name, "wait", bills=[reference for _bill, reference in bills])
        told = _step(money, name, "number", most=MOST_EACH)
        with money.connect(name) as connection:
            found = _once(connection, count)
    ours = Measured(told["times"], told["elapsed"])
    row = Row(
        "transactions that number receipts of one series", ours, None, "a second", count, clients=WRITERS
    )
    row.want("without gap or twin", found)
    row.note = (
        f"{count / told['elapsed']:,.0f} receipts a second, up to {MOST_EACH} in each transaction, their"
        " waiting for each other counted"
    )
    return row


def _files(money: Money, *, count: int) -> list[Row]:
    """The background worker writes, seals and hands over, as `tinhso run` starts it."""
    facts = money.facts
    with money.copy("receipts") as name, _national() as national:
        agencies = facts["agencies"][:AGENCIES]
        places = len(facts["agencies"])
        bills = money.bills(name, count * places // AGENCIES)
        taken = [ref for place, (_bill, ref) in enumerate(bills) if place % places < AGENCIES]
        _step(money, name, "seals", agencies=agencies, sealed=True)
        _step(money, name, "wait", bills=taken)
        began = time.perf_counter()
        with (
            servers.worker(money.database.url(name)) as worker,
            money.connect(name, autocommit=True) as connection,
        ):
            sealed, handed, spent = 0.0, 0.0, dict[str, float]()
            while not (sealed and handed):
                time.sleep(0.5)
                passed = time.perf_counter() - began
                made, gone, failed, *faults = connection.execute(MADE).fetchall()[0]
                if failed or passed > GIVE_UP:
                    raise SystemExit(
                        f"{made} sealed, {gone} handed, {failed} failed in {passed:.0f} s: {faults}"
                    )
                if not sealed and made == len(taken):
                    sealed = passed
                    spent = {"worker": cpu(worker), "national side": cpu(national)}
                if not handed and gone == len(taken):
                    handed = passed
            once = _once(connection, len(taken))
    row = Row(
        "receipts numbered, sealed (PAdES) and put at their payers' pages",
        Measured([0.0] * len(taken), sealed, spent),
        None,
        "receipts/s",
        len(taken),
        clients=1,
    )
    row.want(f"< {SECONDS} s for 1,000 ({sealed:.0f} s)", sealed < SECONDS * len(taken) / 1000)
    row.want("without gap or twin", once)
    row.note = (
        "one worker, as the product starts it, its start counted; stamps and revocations by the sandbox"
    )
    tax = Row("the same, handed to the tax side", Measured([0.0] * len(taken), handed), None, "receipts/s",
              len(taken), clients=1)  # fmt: skip
    tax.note = f"{handed:.0f} s"
    return [row, tax]


def _once(connection: psycopg.Connection[Any], count: int) -> bool:
    """As many receipts as bills, as numbers, as codes, and as the last numbers of the series say."""
    found = connection.execute(NUMBERS).fetchone()
    if found is None or {int(one) for one in found} != {count}:
        raise SystemExit(f"numbers have a gap or a twin: {found}, {count} bills")
    return True


def _step(money: Money, name: str, step: str, **more: Any) -> Any:
    given = {"step": step, "account": money.facts["account"], **more}
    return servers.python("bench.payments.receipted", url=money.database.url(name), given=given)


@contextmanager
def _national() -> Iterator[int]:
    """The sandbox of the national side, new, on a port of its own."""
    port = free_port()
    os.environ["TINHSO_NATIONAL_PORT"] = str(port)
    home, keys = servers.HOME / "national", servers.HOME / "national-keys"
    shutil.rmtree(home, ignore_errors=True)
    keys.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "national",
        "--home",
        str(home),
        "--keys",
        str(keys),
        "--port",
        str(port),
    ]
    with servers.running(command, url="", log="national.log") as process:
        servers.wait(port, process, path="/health")
        yield process.pid
