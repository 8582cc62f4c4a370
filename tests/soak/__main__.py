"""`make soak`: 1,000 dossiers by 8 clients a round, with database, web and worker killed in the middle.

    make soak               20 rounds, then 4,200 random walks of 24 steps: 100,800 steps
    make soak ROUNDS=2 WALKS=500

After each round: every acknowledged dossier is there once, every repeat gets its first answer, numbers have
no gap, the audit chain is whole, every job was done. Every wait has its time; what does not come within it
ends the soak with a file in `.data/soak` that says what connections, locks, queue and threads were doing.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import psycopg
from bench.cases.servers import ROOT

from tests.soak.clients import Clients
from tests.soak.processes import Province
from tests.soak.waiting import connected, when

HOME = ROOT / ".data" / "soak"
DOSSIERS = int(os.environ.get("DOSSIERS", "1000"))
ROUNDS = int(os.environ.get("ROUNDS", "20"))
MADE_WITHIN_SECONDS = 300
MOVES_WITHIN_SECONDS = 300
ALL_SENT_WITHIN_SECONDS = 900
JOBS_DONE_WITHIN_SECONDS = 600
WALKS_WITHIN_SECONDS = 4 * 3600
KEPT = "SELECT k.key, d.code FROM foundation_businesskey k JOIN dossiers_dossier d ON d.id = k.subject_id"
LEFT = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name LIKE 'notify.%'"
)


def faults_of(province: Province, acknowledged: dict[str, str]) -> list[str]:
    """Everything that is not as it must be, one line each."""
    found = []
    with connected(province.url) as database:
        codes = [row[0] for row in database.execute("SELECT code FROM dossiers_dossier").fetchall()]
        kept = dict(database.execute(KEPT).fetchall())
        if kept != acknowledged:
            lost, doubled = acknowledged.keys() - kept.keys(), len(codes) - len(acknowledged)
            found.append(f"acknowledged and kept differ: {len(lost)} lost, {doubled} too many")
        if len(codes) != len(set(codes)) or set(codes) != set(acknowledged.values()):
            found.append(f"{len(codes)} dossiers for {len(acknowledged)} keys")
        found += _gaps(codes)
        found += _counts(database, len(codes))
    verdict = province.tinhso("audit", "verify")
    if verdict.returncode:
        found.append(f"the audit chain: {verdict.stdout[-600:]}{verdict.stderr[-600:]}")
    return found


def _gaps(codes: list[str]) -> list[str]:
    """Series of codes (agency and day) whose numbers are not 1, 2, 3 and so on."""
    series: dict[str, list[int]] = defaultdict(list)
    for code in codes:
        scope, _dash, number = code.rpartition("-")
        series[scope].append(int(number))
    return [
        f"{scope} has a gap or a double"
        for scope, numbers in series.items()
        if sorted(numbers) != list(range(1, len(numbers) + 1))
    ]


def _counts(database: psycopg.Connection[Any], dossiers: int) -> list[str]:
    asked = {
        "open work": "SELECT count(*) FROM tasks_task WHERE done_at IS NULL",
        "lines of history": "SELECT count(*) FROM dossiers_historyentry",
        "running processes": "SELECT count(*) FROM dossiers_running",
        "entries of the trace": "SELECT count(*) FROM foundation_auditentry WHERE act = 'dossiers.submit'",
    }
    found = []
    for name, query in asked.items():
        row = database.execute(query).fetchone()  # type: ignore[arg-type]  # written above
        if row is None or row[0] != dossiers:
            found.append(f"{row} {name} for {dossiers} dossiers")
    return found


def jobs_left(province: Province) -> list[str]:
    """What the queue has not done when it should have."""

    def done() -> bool:
        with connected(province.url) as database:
            row = database.execute(LEFT).fetchone()
        return row is not None and row[0] == 0

    found = []
    if not when(done, within=JOBS_DONE_WITHIN_SECONDS, meanwhile=province.look_after):
        found.append(f"jobs were not resumed: {province.dump('jobs')}")
    with connected(province.url) as database:
        for what, query in (
            ("dead letters", "SELECT count(*) FROM foundation_deadletter"),
            (
                "unsent mails",
                "SELECT count(*) FROM notify_message WHERE state NOT IN ('sent', 'delivered', 'joined')",
            ),
        ):
            row = database.execute(query).fetchone()  # type: ignore[arg-type]  # written above
            if row is None or row[0]:
                found.append(f"{row} {what}")
    return found


def one_round(province: Province, facts: dict[str, Any], number: int) -> tuple[dict[str, str], list[str]]:
    """A round: what was acknowledged, and what went wrong."""
    chance = random.Random(number)
    clients = Clients(port=province.port, token=facts["token"], bodies=facts["bodies"], dossiers=DOSSIERS)
    clients.start()
    victims = ["web", "worker", "database", chance.choice(["web", "worker", "database"])]
    chance.shuffle(victims)
    for place, victim in enumerate(victims, start=1):
        mark = DOSSIERS * place // (len(victims) + 2) + chance.randint(0, DOSSIERS // 20)
        if not _moved(province, clients, to=mark, within=MOVES_WITHIN_SECONDS):
            return clients.sent.codes, [_stalled(province, clients)]
        province.kill(victim)
        print(f"  {clients.progress} acknowledged: killed {victim}", flush=True)
        province.start(victim)
    if not _moved(province, clients, to=DOSSIERS, within=ALL_SENT_WITHIN_SECONDS):
        return clients.sent.codes, [_stalled(province, clients)]
    changed = clients.again()
    print(f"  {clients.sent.in_vain} sent in vain and again", flush=True)
    return clients.sent.codes, [f"{len(changed)} repeats got another answer"] if changed else []


def _moved(province: Province, clients: Clients, *, to: int, within: float) -> bool:
    """Whether so many were acknowledged in time; False at once when the clients were refused."""
    when(
        lambda: clients.progress >= to or bool(clients.sent.refused),
        within=within,
        meanwhile=province.look_after,
    )
    return clients.progress >= to


def _stalled(province: Province, clients: Clients) -> str:
    clients.stop()
    if clients.sent.refused:
        return f"the clients were refused: {clients.sent.refused}"
    file = province.dump("sending")
    said = clients.sent.last_error
    return f"nothing moves after {clients.progress} of {DOSSIERS}; last {said}; look in {file}"


def processes_killed() -> None:
    """All rounds on one database, so that each starts from what the one before left."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    province = Province(HOME)
    try:
        made = subprocess.run(
            [sys.executable, "-m", "tests.soak.province"],
            env=province.environment, cwd=ROOT, stdout=subprocess.PIPE, check=True,
            timeout=MADE_WITHIN_SECONDS,
        )  # fmt: skip
        facts = json.loads(made.stdout)
        province.start("web")
        province.start("worker")
        acknowledged: dict[str, str] = {}
        for number in range(1, ROUNDS + 1):
            began = time.monotonic()
            codes, found = one_round(province, facts, number)
            acknowledged |= codes
            if not found:
                found = jobs_left(province) + faults_of(province, acknowledged)
            print(
                f"round {number}: {len(acknowledged)} dossiers, {time.monotonic() - began:.0f} s", flush=True
            )
            if found:
                raise SystemExit("\n".join(found))
        print(f"ended by themselves and started again: {len(province.revived)}", flush=True)
    finally:
        province.stop()


def walks() -> None:
    """Random walks over the life of dossiers."""
    pytest = Path(sys.executable).with_name("pytest")
    environment = {**os.environ, "WALKS": os.environ.get("WALKS", "4200")}
    done = subprocess.run(
        [pytest, "tests/dossiers/test_walks.py", "-n", "2", "-o", "faulthandler_timeout=1800"],
        cwd=ROOT, env=environment, check=False, timeout=WALKS_WITHIN_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    processes_killed()
    if not re.fullmatch("0*", os.environ.get("WALKS", "4200")):
        walks()
    print("Nothing broke.")
