"""The rounds of `tests.soak.exchange`, on the database of DATABASE_URL and one beside it."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

import django
import psutil

django.setup()

from django.db import connection  # noqa: E402 - Django must be ready first

from tests.exchange.gateway import killing  # noqa: E402
from tests.exchange.gateway.apart import Killable  # noqa: E402
from tests.exchange.gateway.world import AG1  # noqa: E402
from tests.soak.exchange import PROVIDER  # noqa: E402
from tinhso.config import embedded  # noqa: E402

LEAST, MOST = 20, 120
"""Acknowledged messages between two deaths."""
DIES_WITHIN_SECONDS = 20


def main(home: Path, rounds: int) -> None:
    """All rounds on one world, so that each starts from what the one before left."""
    folder = home / "exchange"
    folder.mkdir()
    world = Killable(folder)
    try:
        killing.stand(world, (str(connection.settings_dict["NAME"]), PROVIDER))
        for number in range(rounds):
            found = one_round(world, home / "postgres", random.Random(number))
            print(f"round {number + 1}: {len(found)} faults", flush=True)
            if found:
                raise SystemExit("\n".join(found))
    finally:
        world.close()


def one_round(world: Killable, database: Path, chance: random.Random) -> list[str]:
    """Kill each while messages pass; what went wrong."""
    deaths: dict[str, Callable[[], object]] = {"the database": lambda: killed(database)}
    for name in world.processes:
        deaths[name] = lambda name=name: killing.again(world, name)  # type: ignore[misc]
    with killing.Load(world.ports[AG1], name=f"vong-{chance.getrandbits(64):x}") as load:
        for name, die in chance.sample(sorted(deaths.items()), len(deaths)):
            load.reach(chance.randint(LEAST, MOST))
            die()
            print(f"  {len(load.acknowledged)} acknowledged: killed {name}", flush=True)
        load.reach(MOST)
    print(f"  {load.failed} asked in vain", flush=True)
    return killing.wrong(world, load)


def killed(folder: Path) -> None:
    """kill -9 of the database server with all its processes; then it is started again."""
    first = psutil.Process(int((folder / embedded.FILE).read_text().split()[0]))
    family = [first, *first.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=DIES_WITHIN_SECONDS)
    connection.close()
    embedded.start(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
