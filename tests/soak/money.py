"""`make faults`: a bank tells of payments by 8 clients while database, web and worker are killed under them.

After each round: every payment that was acknowledged is booked once, every bill is settled, the ledger is in
balance, and within a minute each has its receipt, numbered without gap or twin.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import threading
import time
from typing import Any

from bench.cases.load import CLIENTS, Http
from bench.cases.servers import ROOT

from tests.soak.processes import Province
from tests.soak.waiting import connected, when
from tinhso.config import payments as configured

HOME = ROOT / ".data" / "faults"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
PAYMENTS = int(os.environ.get("PAYMENTS", "600"))
VICTIMS = ("database", "web", "worker")
MADE_WITHIN_SECONDS = 600
TOLD_WITHIN_SECONDS = 600
ANSWERED_WITHIN_SECONDS = 20
SEEN_WITHIN_SECONDS = 60
PAUSE_SECONDS = 0.2
CHECKED = {
    "payments that are not there, or twice": """
        SELECT abs(count(*) - %(told)s) + count(*) - count(DISTINCT transaction) FROM payments_money""",
    "bills of payments that are not settled": """
        SELECT count(*) FROM payments_bill b JOIN payments_money m ON m.bill_id = b.id
        WHERE b.state <> 'settled'""",
    "bills that the ledger does not call paid": """
        SELECT count(*) FROM payments_bill b WHERE b.state = 'settled' AND b.total <> (
            SELECT coalesce(sum(e.amount), 0) FROM payments_entry e
            WHERE e.bill_id = b.id AND e.why = 'paid')""",
    "đồng too many or too few in clearing": """
        SELECT abs(coalesce(sum(CASE WHEN a.id = e.debit_id THEN e.amount ELSE -e.amount END), 0)
            - 50000 * %(told)s)::bigint
        FROM payments_entry e JOIN payments_account a ON a.id IN (e.debit_id, e.credit_id)
        WHERE a.purse = 'clearing'""",
    "differences raised for nothing": "SELECT count(*) FROM payments_problem",
}
UNSEEN = """
SELECT count(*) FROM payments_money m WHERE NOT EXISTS (
    SELECT FROM payments_receipt r WHERE r.bill_id = m.bill_id AND r.state = 'issued')"""
NUMBERS = """
SELECT count(*) FROM (SELECT series_id FROM payments_receipt GROUP BY series_id
    HAVING count(*) <> max(number) OR count(*) <> count(DISTINCT number)) wrong"""


class Bank:
    """Tells of each payment until it is acknowledged, and of one in five once more."""

    def __init__(self, port: int, account: str, references: list[str]) -> None:
        self.acknowledged: set[str] = set()
        self.in_vain = 0
        self._port, self._account = port, account
        self._secret = configured.read(production=False, sandbox="").bank.secret.encode()
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._all = len(references)
        for reference in references:
            self._waiting.put(reference)
        for _number in range(CLIENTS):
            threading.Thread(target=self._work, daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether everything was acknowledged."""
        return len(self.acknowledged) >= self._all

    def _work(self) -> None:
        http: Http | None = None
        while not self.done:
            try:
                reference = self._waiting.get(timeout=PAUSE_SECONDS)
            except queue.Empty:
                continue
            try:
                http = http or Http(self._port, "", timeout=ANSWERED_WITHIN_SECONDS)
                for _time in range(2 if random.random() < 0.2 else 1):
                    self._tell(http, reference)
            except Exception:  # whatever it was, the bank tells again
                http, self.in_vain = None, self.in_vain + 1
                self._waiting.put(reference)
                time.sleep(PAUSE_SECONDS)
                continue
            self.acknowledged.add(reference)

    def _tell(self, http: Http, reference: str) -> None:
        said = json.dumps(
            {
                "account": self._account,
                "transactionId": f"FT{reference}",
                "amount": 50_000,
                "currency": "VND",
                "paidAt": "2026-11-01T09:00:00+07:00",
                "content": f"NGUYEN VAN A {reference}",
            }
        ).encode()
        stamp = str(int(time.time())).encode()
        signature = hmac.new(self._secret, stamp + b"." + said, hashlib.sha256).hexdigest().encode()
        more = b"X-Timestamp: %s\r\nX-Signature: %s\r\n" % (stamp, signature)
        status, answer = http.ask(b"POST", b"/goi-lai/bank/", said, more)
        if status != 200:
            raise OSError(f"{status} {answer[:200].decode(errors='replace')}")


def one_round(province: Province, account: str, references: list[str], chance: random.Random) -> list[str]:
    """Kill each while the bank tells; what went wrong."""
    bank = Bank(province.port, account, references)
    for place, victim in enumerate(chance.sample(VICTIMS, len(VICTIMS)), start=1):
        mark = len(references) * place // (len(VICTIMS) + 1)
        when(lambda mark=mark: len(bank.acknowledged) >= mark, within=TOLD_WITHIN_SECONDS)  # type: ignore[misc]
        province.kill(victim)
        print(f"  {len(bank.acknowledged)} acknowledged: killed {victim}", flush=True)
        province.start(victim)
    if not when(lambda: bank.done, within=TOLD_WITHIN_SECONDS, meanwhile=province.look_after):
        return [f"only {len(bank.acknowledged)} acknowledged; look in {province.dump('money')}"]
    print(f"  {bank.in_vain} told in vain and again", flush=True)
    return []


def faults_of(province: Province, told: int) -> list[str]:
    """Everything that is not as it must be, one line each."""
    began = time.monotonic()
    seen = when(
        lambda: not _count(province, UNSEEN), within=SEEN_WITHIN_SECONDS, meanwhile=province.look_after
    )
    print(f"  receipts after {time.monotonic() - began:.1f} s", flush=True)
    found = [] if seen else [f"{_count(province, UNSEEN)} payments have no receipt after a minute"]
    for what, query in {**CHECKED, "series with a gap or a twin": NUMBERS}.items():
        if wrong := _count(province, query, told=told):
            found.append(f"{wrong} {what}")
    return found


def _count(province: Province, query: str, **values: Any) -> int:
    with connected(province.url) as database:
        row = database.execute(query, values).fetchone()  # type: ignore[arg-type]  # written above
    return int(row[0]) if row else 0


def main() -> None:
    """All rounds on one database, so that each starts from what the one before left."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    province = Province(HOME)
    try:
        made = subprocess.run(
            [sys.executable, "-m", "tests.soak.owing", str(ROUNDS * PAYMENTS)],
            env=province.environment, cwd=ROOT, stdout=subprocess.PIPE, check=True,
            timeout=MADE_WITHIN_SECONDS,
        )  # fmt: skip
        facts = json.loads(made.stdout)
        province.start("web")
        province.start("worker")
        for number in range(ROUNDS):
            some = facts["references"][number * PAYMENTS : (number + 1) * PAYMENTS]
            found = one_round(province, facts["account"], some, random.Random(number))
            found += faults_of(province, (number + 1) * PAYMENTS)
            print(f"round {number + 1}: {(number + 1) * PAYMENTS} payments", flush=True)
            if found:
                raise SystemExit("\n".join(found))
    finally:
        province.stop()


if __name__ == "__main__":
    main()
    print("Nothing broke.")
