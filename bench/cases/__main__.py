"""Measure the hot paths at 10 thousand and at 1 million dossiers, the two sizes taking turns; print and keep.

make bench-cases            the whole table
python -m bench.cases --short           the first rows, briefly, nothing kept
python -m bench.cases --only submit,list
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from bench import signing
from bench.cases import acts, figures, floors, laying, replay, servers
from bench.cases.figures import Row
from bench.cases.load import Http, Measured, run
from bench.pages import __main__ as pages

SIZES = {"10k": 10_000, "1m": int(os.environ.get("ROWS", "1000000"))}
LABELS = {"10k": "10 thousand", "1m": f"{SIZES['1m']:,}" if SIZES["1m"] != 1_000_000 else "1 million"}
ROUNDS = 2
PLACES = 2000
LIFE = (
    "8 REST calls, a supplement on the way; rendering and signing apart;"
    " floor: the rows of the same 8 acts, nothing read"
)


class Bench:
    """Both databases served, and what is known of them."""

    def __init__(self, database: servers.Database, stack: ExitStack, *, seconds: float) -> None:
        self.database, self.seconds = database, seconds
        self.facts, self.names = prepared(database)
        self.sites = {
            size: stack.enter_context(servers.web(database.url(name))) for size, name in self.names.items()
        }

    def http(self, size: str) -> Http:
        """A client of the site of that size."""
        return Http(self.sites[size][0], self.facts["token"])

    def ours(self, size: str, act: acts.Act, seconds: float | None = None) -> Measured:
        """Measure an act over HTTP."""
        return run(
            connect=lambda: self.http(size),
            act=act,
            seconds=seconds or self.seconds,
            watched={"app": self.sites[size][1], "db": self.database.pid},
        )

    def floor(self, size: str, act: Callable[[Any, int], None]) -> Measured:
        """Measure an act by plain SQL."""
        return run(
            connect=lambda: self.database.connect(self.names[size], autocommit=True),
            act=act,
            seconds=self.seconds,
            watched={"db": self.database.pid},
        )

    def pair(
        self, ours: Callable[[str], acts.Act], floor: Callable[[str], Callable[[Any, int], None]] | None
    ) -> dict[str, tuple[Measured, Measured | None]]:
        """Ours and its floor at both sizes, taking turns."""
        got = {size: (Measured(), Measured() if floor else None) for size in self.names}
        for _round in range(ROUNDS):
            for size in self.names:
                got[size][0].add(self.ours(size, ours(size)))
                below = got[size][1]
                if floor and below is not None:
                    below.add(self.floor(size, floor(size)))
        return got


def prepared(database: servers.Database) -> tuple[dict[str, Any], dict[str, str]]:
    """The databases of this state of the tables, made and laid if they are not there."""
    mark = servers.fingerprint("province.py")
    rows = servers.fingerprint("province.py", "laying.py")
    base, small, large = f"base_{mark}", f"laid_{rows}_10k", f"laid_{rows}_{SIZES['1m']}"
    have = database.names()
    for stale in have - {base, small, large}:
        if stale.startswith(("base_", "laid_", "half_", "run_")):
            database.maintain(f'DROP DATABASE "{stale}" WITH (FORCE)')
    facts, fresh = servers.province(database)
    if fresh:
        have -= {small, large}
    for name, total in ((small, SIZES["10k"]), (large, SIZES["1m"])):
        if name not in have:
            began = time.monotonic()
            half = f"half_{name}"
            database.maintain(
                f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)', f'DROP DATABASE IF EXISTS "{name}"'
            )
            database.maintain(f'CREATE DATABASE "{half}" TEMPLATE "{base}"')
            database.maintain("ALTER SYSTEM SET max_wal_size = '6GB'", "SELECT pg_reload_conf()")
            laying.lay(database, half, facts, total=total)
            database.maintain("ALTER SYSTEM RESET max_wal_size", "SELECT pg_reload_conf()", "CHECKPOINT")
            database.maintain(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
            print(f"· {total:,} dossiers laid in {time.monotonic() - began:.0f} s", flush=True)
    database.maintain(f'CREATE DATABASE "run_{mark}" TEMPLATE "{small}"')
    return facts, {"10k": f"run_{mark}", "1m": large}


def submit(bench: Bench) -> list[Row]:
    """Submitting, over 40 offices and at one."""
    made = {}
    for size, name in bench.names.items():
        filed = acts.replayed(bench.http(size), bench.facts)
        with bench.database.connect(name, autocommit=True) as connection:
            made[size] = floors.Submitting(connection, filed["id"], append=bench.facts["append"])
    rows = []
    for offices, goal in ((40, 300), (1, 150)):

        def floor(size: str, offices: int = offices) -> Callable[[Any, int], None]:
            return lambda connection, number: made[size].act(
                connection, number, scope=f"floor-{number % offices}"
            )

        got = bench.pair(lambda _size, n=offices: acts.submitting(bench.facts, offices=n), floor)
        for size, (ours, below) in got.items():
            where = "40 units" if offices > 1 else "one unit"
            row = Row(f"submit by REST, {where}, {LABELS[size]}", ours, below, "dossiers/s", SIZES[size])
            row.want(f"≥ {goal}/s", ours.rate >= goal)
            if offices > 1:
                row.want("p95 ≤ 50 ms", ours.percentile(95) <= 50)
                row.want("≥ 1/4 of the floor", (row.ratio or 0) >= 0.25)
            rows.append(row)
    return rows


def listing(bench: Bench) -> list[Row]:
    """The first page of 100."""
    agencies = [office["id"] for office in bench.facts["offices"]]
    far, last = datetime(2100, 1, 1, tzinfo=UTC), "ffffffff-ffff-ffff-ffff-ffffffffffff"

    def floor(_size: str) -> Callable[[Any, int], None]:
        return lambda connection, number: bool(
            floors.page(connection, agency=agencies[number % len(agencies)], before=far, last=last)
        )

    got = bench.pair(lambda _size: acts.listing(bench.facts), floor)
    rows = [
        Row(f"list of 100, first page, {LABELS[size]}", ours, below, "lists/s", SIZES[size])
        for size, (ours, below) in got.items()
    ]
    for row in rows:
        row.want("≥ 600/s", row.ours.rate >= 600)
        row.want("≥ 1/4 of the JSON built in SQL", (row.ratio or 0) >= 0.25)
    flat(rows, within=1.3)
    return rows


def flat(rows: list[Row], *, within: float) -> None:
    """The goal that the large one is not much slower than the small one."""
    small, large = rows[0].ours.percentile(95), rows[-1].ours.percentile(95)
    far = large / small if small else 0.0
    rows[-1].want(f"p95 within {within} × of 10 thousand ({far:.2f} ×)", far <= within)


def places(bench: Bench, size: str) -> list[tuple[str, datetime, str]]:
    """Random places in offices' histories: the office's code, the moment and the id of a dossier there."""
    codes = {office["id"]: office["code"] for office in bench.facts["offices"]}
    part = min(100.0, 300.0 * PLACES / SIZES[size])
    with bench.database.connect(bench.names[size]) as connection:
        found = connection.execute(
            f"SELECT agency_id::text, submitted_at, id::text FROM dossiers_dossier"  # noqa: S608
            f" TABLESAMPLE BERNOULLI ({part}) WHERE submitted_at < now() - interval '60 days'"
            f" AND agency_id = ANY(%s::uuid[]) ORDER BY random() LIMIT {PLACES}",
            [list(codes)],
        ).fetchall()
    return [(codes[agency], at, id_) for agency, at, id_ in found]


def deep(bench: Bench) -> list[Row]:
    """Pages deep in history, warm; then cold at the large size."""
    at = {size: places(bench, size) for size in bench.names}
    ids = {office["code"]: office["id"] for office in bench.facts["offices"]}

    def floor(size: str) -> Callable[[Any, int], None]:
        def act(connection: Any, number: int) -> None:
            code, before, last = at[size][number % len(at[size])]
            floors.page(connection, agency=ids[code], before=before, last=last)

        return act

    for size in bench.names:
        bench.ours(size, acts.deep(at[size]), seconds=1.0)
    got = bench.pair(lambda size: acts.deep(at[size]), floor)
    rows = [
        Row(f"a random page deep in history, warm, {LABELS[size]}", ours, below, "lists/s", SIZES[size])
        for size, (ours, below) in got.items()
    ]
    flat(rows, within=2.5)
    return rows


def cold(bench: Bench) -> list[Row]:
    """The same with nothing in memory: the database started again, its files dropped from the page cache."""
    at = places(bench, "1m")
    servers.forget_files(bench.database, bench.names["1m"])
    row = Row(
        "a random page deep in history, cold, 1 million",
        bench.ours("1m", acts.deep(at), seconds=1.5),
        None,
        "lists/s",
        SIZES["1m"],
        note="database restarted, its files dropped from the page cache",
    )
    return [row]


def noting(bench: Bench, size: str) -> replay.Replay:
    """One life noted at that size, to be written again as the floor."""
    life = acts.lived(bench.http(size), bench.facts)
    with bench.database.connect(bench.names[size], autocommit=True) as connection:
        _name, dossier = next(life)
        noted = replay.Replay(connection, dossier=dossier, append=bench.facts["append"])
        noted.note(numbered=True)
        for name, _dossier in life:
            noted.note(numbered=name == "seal")
        noted.check(noted.live(connection, scope="floor-0"))
    return noted


def life(bench: Bench) -> list[Row]:
    """The whole life cycle."""
    noted = {size: noting(bench, size) for size in bench.names}

    def floor(size: str) -> Callable[[Any, int], None]:
        return lambda connection, number: noted[size].live(connection, scope=f"floor-{number % 40}")

    got = bench.pair(lambda _size: acts.living(bench.facts), floor)
    rows = [
        Row(
            f"life cycle, submit to result, {LABELS[size]}",
            ours,
            below,
            "cycles/s",
            SIZES[size],
            note=LIFE,
        )
        for size, (ours, below) in got.items()
    ]
    far = rows[0].ours.rate / rows[1].ours.rate if rows[1].ours.rate else 0.0
    rows[1].want(f"per second within 1.3 × of 10 thousand ({far:.2f} ×)", far <= 1.3)
    return rows


def search(bench: Bench) -> list[Row]:
    """The catalogue's search as typed."""
    words = [f"{' & '.join(word.split())}:*" for word in ("khai sinh", "xay nha", "ket hon", "dat dai")]

    def floor(_size: str) -> Callable[[Any, int], None]:
        return lambda connection, number: bool(
            connection.execute(floors.SEARCH, [words[number % len(words)]]).fetchone()
        )

    with bench.database.connect(bench.names["10k"]) as connection:
        found = connection.execute("SELECT DISTINCT name FROM procedures_procedureversion ORDER BY name")
        names = [name for (name,) in found.fetchall()]
    ours, below = bench.ours("10k", acts.searching(names)), bench.floor("10k", floor("10k"))
    row = Row(
        "search in the catalogue as typed",
        ours,
        below,
        "searches/s",
        2000,
        note="few questions asked twice; floor: the exact words, no mending, no ranking",
    )
    row.want("p95 < 30 ms", ours.percentile(95) < 30)
    return [row]


PARTS: dict[str, Callable[[Bench], list[Row]]] = {
    "submit": submit,
    "list": listing,
    "deep": deep,
    "life": life,
    "search": search,
    "cold": cold,
}
SHORT = ("submit", "list", "search")


def signed() -> list[dict[str, Any]]:
    """Signed results on two processes, as `make bench-signing` measures them."""
    signing.check()
    rows = [signing.row(kind, 2) for kind in signing.KINDS]
    for row in rows:
        row["note"] = f"goal ≥ 12/s: {'met' if row['ours'] >= 12 else 'NOT MET'}; {row['note']}"
    figures.show(rows)
    return rows


def main() -> None:
    """Measure, print, write."""
    asked = argparse.ArgumentParser(prog="bench.cases")
    asked.add_argument("--short", action="store_true")
    asked.add_argument("--only", default="")
    given = asked.parse_args()
    chosen = given.only.split(",") if given.only else SHORT if given.short else tuple(PARTS)
    with servers.Database() as database, ExitStack() as stack:
        bench = Bench(database, stack, seconds=1.5 if given.short else 2.5)
        rows: list[dict[str, Any]] = []
        for name in chosen:
            found = [row.plain() for row in PARTS[name](bench)]
            figures.show(found)
            rows += found
    if not given.short and not given.only:
        rows += signed()
        figures.keep(rows)
        pages.keep(pages.measure())


if __name__ == "__main__":
    main()
