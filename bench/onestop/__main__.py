"""Measure the one-stop at size and under load; print and keep.

make bench-onestop                         everything, into bench/results/onestop.json
make bench-onestop PART=lists,export       parts, kept beside the others: lists, morning, export
make bench-onestop ROWS=100000 SPEED=6     a smaller large database; a morning compressed six times
SHORT=1 measures each for seconds only, to see that it runs; nothing is kept.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

from bench.cases import figures, servers
from bench.cases.__main__ import LABELS, SIZES, Bench, flat
from bench.cases.figures import Row
from bench.cases.load import Measured, run
from bench.onestop import morning
from bench.onestop.browsing import Browser
from bench.onestop.morning import Morning, Replay
from tinhso.foundation import text

SHORT = bool(os.environ.get("SHORT"))
PART = os.environ.get("PART", "")
SPEED = float(os.environ.get("SPEED", "12"))
SECONDS = 1.0 if SHORT else 4.0
WARM_SECONDS = 10.0
SHORT_MORNING = (15.0, 10.0, 10.0)
"""Seconds before, during and after the last minute."""
PAGE_MS, ANSWER_MS = 300, 2000
SAMPLE = 1_000
KEPT = (
    "SELECT count(*) FROM foundation_businesskey k JOIN dossiers_dossier d ON d.id = k.subject_id"
    " WHERE k.key = ANY(%s)"
)
FLAT_MEMORY = 1.2

Found = list[dict[str, Any]]


class OneStop(Bench):
    """Both databases served to officers who are signed in."""

    def __init__(self, database: servers.Database, stack: ExitStack) -> None:
        super().__init__(database, stack, seconds=SECONDS)
        os.environ["BENCH_OFFICES"] = json.dumps(self.facts["offices"])
        self.officers = {
            size: servers.python("bench.onestop.visitors", url=database.url(name))
            for size, name in self.names.items()
        }

    def sessions(self, size: str, role: str) -> list[str]:
        """The sessions of a role, one an office, in the order of the offices."""
        found = {each["office"]: each["session"] for each in self.officers[size] if each["role"] == role}
        return [found[place] for place in sorted(found)]

    def pages(self, size: str, paths: Sequence[Sequence[str]], role: str) -> Measured:
        """Open pages, office by office; the paths of each office in turn."""
        sessions = self.sessions(size, role)

        def act(browser: Browser, number: int) -> None:
            place, turn = number % len(sessions), number // len(sessions)
            browser.open(paths[place][turn % len(paths[place])], sessions[place])

        return run(
            connect=lambda: Browser(self.sites[size][0]),
            act=act,
            seconds=self.seconds,
            watched={"app": self.sites[size][1], "db": self.database.pid},
        )

    def both(self, act: str, paths: Callable[[str], Sequence[Sequence[str]]], role: str) -> Found:
        """Rows of both sizes, taking turns."""
        asked, got = {size: paths(size) for size in self.names}, {size: Measured() for size in self.names}
        for _round in range(2):
            for size in self.names:
                got[size].add(self.pages(size, asked[size], role))
        rows = [
            Row(f"{act}, {LABELS[size]}", found, None, "pages/s", SIZES[size]) for size, found in got.items()
        ]
        flat(rows, within=1.3)
        return [row.plain() for row in rows]

    def sought(self, size: str) -> dict[str, list[list[str]]]:
        """What is searched for at each office, of dossiers that are there: paths by kind, by office."""
        sample = min(100.0, 100.0 * 40 * SAMPLE / SIZES[size])
        phones = {phone_hash: (phone, person) for phone, phone_hash, person, _hash in self.facts["numbers"]}
        with self.database.connect(self.names[size]) as connection:
            rows = connection.execute(
                f"SELECT agency_id::text, code, applicant_name FROM dossiers_dossier"  # noqa: S608
                f" TABLESAMPLE BERNOULLI ({sample}) WHERE via = 'machine' ORDER BY random()"
            ).fetchall()
            known = connection.execute(
                "SELECT agency_id::text, encode(phone_hash, 'hex') FROM dossiers_dossier"
                " WHERE phone_hash = ANY(%s)",
                [[bytes.fromhex(each) for each in phones]],
            ).fetchall()
        kinds: dict[str, list[list[str]]] = {}
        for kind, words in (
            ("code", [(agency, code) for agency, code, _name in rows]),
            ("name", [(agency, text.fold(name)) for agency, _code, name in rows]),
            ("phone", [(agency, phones[each][0]) for agency, each in known]),
            ("personal id", [(agency, phones[each][1]) for agency, each in known]),
        ):
            of: dict[str, list[str]] = {office["id"]: [] for office in self.facts["offices"]}
            for agency, word in words:
                if agency in of:
                    of[agency].append(f"/can-bo/tim/?q={quote(word)}")
            kinds[kind] = list(of.values())
        return kinds


def lists(bench: OneStop) -> Found:
    """Work list, supervision and search at both sizes."""
    offices = range(len(bench.facts["offices"]))
    found = bench.both("work list, 50 rows", lambda _s: [[f"{morning.LIST}?xem=don-vi"]] * len(offices),
                       "intake_officer")  # fmt: skip
    found += bench.both("supervision", lambda _s: [[morning.WATCH]] * len(offices), "leader")
    sought = {size: bench.sought(size) for size in bench.names}
    for kind in ("code", "name", "phone", "personal id"):
        found += bench.both(f"search by {kind}", lambda size, k=kind: sought[size][k], "intake_officer")  # type: ignore[misc]
    return found


def prepared(bench: OneStop) -> Morning:
    """The people of the morning, on the large database."""
    by_unit: dict[str, list[str]] = {}
    with bench.database.connect(bench.names["1m"]) as connection:
        for unit, code in connection.execute(
            "SELECT unit_id::text, code FROM dossiers_dossier WHERE finished_at IS NULL"
        ):
            by_unit.setdefault(unit, []).append(code)
        names = connection.execute(
            "SELECT DISTINCT applicant_folded FROM dossiers_dossier WHERE finished_at IS NULL"
            " AND via = 'machine'"
        ).fetchall()
        codes = connection.execute("SELECT code FROM procedures_procedure ORDER BY code").fetchall()
    return Morning(
        bench.facts,
        bench.officers["1m"],
        open_codes=by_unit,
        procedures=[code for (code,) in codes],
        names=[name for (name,) in names],
        speed=SPEED,
    )


def busy(bench: OneStop) -> Found:
    """Two hours of the whole province, compressed; near their end 5,000 submissions in one minute on top."""
    people = prepared(bench)
    before, during, after = SHORT_MORNING if SHORT else (people.seconds - 120, 60.0, 60.0)
    total = round(morning.DEADLINE * during / 60)
    port, app = bench.sites["1m"]
    with servers.worker(bench.database.url(bench.names["1m"])) as worker:
        watched = {"app": app, "db": bench.database.pid, "worker": worker}
        Replay(people.events(seconds=WARM_SECONDS), port=port, token=bench.facts["token"], watched=watched)
        people.keys.clear()
        events = people.events(seconds=before + during + after)
        sent = total + sum(1 for event in events if event.kind == "submit")
        events += people.deadline(begin=before, seconds=during, total=total)
        replay = Replay(
            sorted(events), port=port, token=bench.facts["token"], watched=watched, halfway=before
        )
    rows = []
    for kind, act, unit in (
        ("desk", "a morning: screens of 1,500 officers", "pages/s"),
        ("public", "a morning: public pages", "pages/s"),
        ("submit", "a morning: submissions", "dossiers/s"),
    ):
        row = Row(act, replay.of(kind, until=before), None, unit, SIZES["1m"], clients=morning.CLIENTS)
        row.want(f"p95 < {PAGE_MS} ms", row.ours.percentile(95) < PAGE_MS)
        row.note = f"two hours in {people.seconds:.0f} s ({SPEED:g} ×); {replay.cores(replay.before)}"
        rows.append(row.plain())
    return [*rows, peak(bench, people, replay, sent=sent, span=(before, during)).plain()]


def peak(bench: OneStop, people: Morning, replay: Replay, *, sent: int, span: tuple[float, float]) -> Row:
    """The last minute before the deadline."""
    before, during = span
    answers = replay.of("deadline")
    answers.elapsed = during
    calm, pages = (
        replay.of("desk", since=since, until=until).percentile(95)
        for since, until in ((0.0, before), (before, before + during))
    )
    have = kept(bench, people)
    back = morning.normal_again(replay, end=before + during, most=max(PAGE_MS, 1.3 * calm))
    row = Row(
        f"deadline: {len(answers.times):,} submissions in {during:.0f} s on top",
        answers,
        None,
        "dossiers/s",
        SIZES["1m"],
        clients=morning.CLIENTS,
    )
    row.want(f"p95 < {ANSWER_MS} ms", answers.percentile(95) < ANSWER_MS)
    row.want(f"none lost ({have:,} of {sent:,})", have == sent == len(people.keys))
    said = "never" if back is None else f"{back:.0f} s"
    row.want(f"back to normal within a minute ({said})", back is not None and back <= 60)
    again = f"{len(replay.faults)} asked again" + (f" ({replay.faults[0]})" if replay.faults else "")
    row.note = (
        f"desk p95 {calm:.0f} ms before, {pages:.0f} ms meanwhile; {replay.cores(replay.after)}; {again}"
    )
    return row


def kept(bench: OneStop, people: Morning) -> int:
    """How many acknowledged submissions the database has."""
    with bench.database.connect(bench.names["1m"]) as connection:
        row = connection.execute(KEPT, [list(people.keys)]).fetchone()
    return int(row[0]) if row else 0


def export(bench: OneStop) -> Found:
    """All dossiers as a file: the same memory at both sizes."""
    rows = []
    for shape in ("csv", "xlsx"):
        os.environ["BENCH_SHAPE"] = shape
        told = {
            size: servers.python("bench.onestop.exporting", url=bench.database.url(name))
            for size, name in bench.names.items()
        }
        small, large = (told[size]["most_kb"] / 1024 for size in ("10k", "1m"))
        got = told["1m"]
        row = Row(
            f"export as {shape}, {LABELS['1m']}",
            Measured([0.0] * got["rows"], got["seconds"]),
            None,
            "rows/s",
            SIZES["1m"],
            clients=1,
        )
        row.want(f"flat memory ({large:.0f} MB, {small:.0f} MB at 10 thousand)", large <= FLAT_MEMORY * small)
        row.want("every row", got["state"] == "ready" and got["rows"] >= SIZES["1m"])
        row.note = (
            f"{got['rows']:,} rows, {got['size'] / 1e6:.0f} MB, {got['seconds']:.0f} s; all offices' lists"
        )
        rows.append(row.plain() | {"p50_ms": 0.0, "p95_ms": 0.0, "p99_ms": 0.0})
    return rows


PARTS: dict[str, Callable[[OneStop], Found]] = {
    "lists": lists,
    "morning": busy,
    "export": export,
}


def main() -> None:
    """Measure, print, write."""
    chosen = PART.split(",") if PART else list(PARTS)
    rows: Found = []
    random.seed(5)
    with servers.Database() as database, ExitStack() as stack:
        bench = OneStop(database, stack)
        for name in chosen:
            found = PARTS[name](bench)
            figures.show(found)
            rows += found
    if not SHORT:
        figures.keep(rows, "onestop.json", part=bool(PART))


if __name__ == "__main__":
    main()
