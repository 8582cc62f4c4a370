"""`make faults`: messages pass through two gateways while everything that carries them is killed in turn.

Gateways, stampers and the database itself die by `kill -9`, in another order each round (ROUNDS=5). After
each round: every acknowledged message has its rows on both sides, nothing was logged or asked twice,
everything is stamped, and an independent checker believes samples of both logs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import psycopg
from bench.cases.servers import ROOT

from tests.soak.processes import COMMANDS_WITHIN_SECONDS, Province

PROVIDER = "answers"
HOME = ROOT / ".data" / "faults-exchange"
ROUNDS_WITHIN_SECONDS = 600


def main() -> None:
    """Two databases on a server of their own, then all rounds on them."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    province = Province(HOME)
    environment = province.environment | {
        "TINHSO_EXCHANGE_KEYS": str(HOME / "keys"),
        "TINHSO_EXCHANGE_KEY_PASSWORD": "mat-khau-thu",
        "DJANGO_SETTINGS_MODULE": "tinhso.config.settings",
    }
    try:
        subprocess.run(
            [sys.executable, "-m", "bench.exchange.laid"],
            env=environment, cwd=ROOT, check=True, timeout=COMMANDS_WITHIN_SECONDS, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with psycopg.connect(province.url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {PROVIDER} TEMPLATE {server.info.dbname}")  # type: ignore[arg-type]
        rounds = os.environ.get("ROUNDS", "5")
        subprocess.run(
            [sys.executable, "-m", "tests.soak.exchanging", str(HOME), rounds],
            env=environment, cwd=ROOT, check=True, timeout=ROUNDS_WITHIN_SECONDS * int(rounds),
        )  # fmt: skip
    finally:
        province.stop()


if __name__ == "__main__":
    main()
    print("Nothing broke.")
