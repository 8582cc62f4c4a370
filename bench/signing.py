"""How many signed results a second: render, the leader's signature, the number, the seal, two stamps.

    make bench-signing

Ours beside the floor measured in the same run: the same document by the library as it comes (its signer, its
stamping, its long-term validation data), which reads the private key anew for each signature. Certificates,
revocation answers and stamps come from memory, so that no network time is counted on either side.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import without_database  # noqa: F401 - Django must know the tables before they are imported

# isort: split
from tests.foundation.signing.conftest import LATER, Office, certificate_on_paper, draft_of

from bench.library import Library

SECONDS = 2.5
WARMED_BY = 2
RESULT = Path(__file__).parent / "results" / "signing.json"
KINDS = {"rsa": "RSA-2048", "ec": "P-256"}


@dataclass
class Run:
    """What one process did."""

    times: list[float]
    cpu: float
    elapsed: float


def ours(kind: str) -> Callable[[int], bytes]:
    """The whole act by foundation.signing."""
    office = Office(kind)

    def act(number: int) -> bytes:
        draft = draft_of(certificate_on_paper(facts=[["Họ tên", f"Nguyễn Văn An {number}"]]))
        return office.sealed(office.led(draft), fill={**LATER, "number": str(number)})

    return act


def library(kind: str) -> Callable[[int], bytes]:
    """The same by the library as it comes."""
    office = Office(kind)
    made = Library(office)

    def act(number: int) -> bytes:
        draft = draft_of(certificate_on_paper(facts=[["Họ tên", f"Nguyễn Văn An {number}"]]))
        return made.sealed(made.led(draft.pdf), number=str(number))

    return act


MAKERS = {"ours": ours, "floor": library}


def work(side: str, kind: str, out: Any, ready: Any) -> None:
    """One process: warm up, wait for the others, work for `SECONDS`."""
    act = MAKERS[side](kind)
    for number in range(WARMED_BY):
        act(number)
    ready.wait()
    times: list[float] = []
    started, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() - started < SECONDS:
        before = time.perf_counter()
        act(len(times))
        times.append(time.perf_counter() - before)
    out.put(Run(times, time.process_time() - cpu, time.perf_counter() - started))


def measure(side: str, kind: str, processes: int) -> list[Run]:
    """Run in as many processes at once."""
    context = multiprocessing.get_context("spawn")
    out, ready = context.Queue(), context.Barrier(processes)
    started = [context.Process(target=work, args=(side, kind, out, ready)) for _ in range(processes)]
    for process in started:
        process.start()
    runs = [out.get(timeout=120) for _ in started]
    for process in started:
        process.join()
    return runs


def percentile(times: list[float], part: int) -> float:
    """In milliseconds."""
    return round(1000 * statistics.quantiles(sorted(times), n=100)[part - 1], 1)


def row(kind: str, processes: int) -> dict[str, Any]:
    """One line of the table."""
    floor, mine = measure("floor", kind, processes), measure("ours", kind, processes)
    rates = {
        side: sum(len(run.times) / run.elapsed for run in runs)
        for side, runs in (("ours", mine), ("floor", floor))
    }
    costs = {
        side: 1000 * sum(run.cpu for run in runs) / sum(len(run.times) for run in runs)
        for side, runs in (("ours", mine), ("floor", floor))
    }
    times = [one for run in mine for one in run.times]
    return {
        "act": f"signed result, {KINDS[kind]}, {processes} process{'es' if processes > 1 else ''}",
        "ours": round(rates["ours"], 1),
        "floor": round(rates["floor"], 1),
        "ratio": round(rates["ours"] / rates["floor"], 2),
        "unit": "documents/s",
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
        "p99_ms": percentile(times, 99),
        "clients": processes,
        "rows": len(times),
        "note": (
            f"render, two B-LT signatures, number and date filled between, seal; CPU a document "
            f"{costs['ours']:.0f} ms, floor (library as it comes) {costs['floor']:.0f} ms"
        ),
    }


def check() -> None:
    """Both sides must do the same work: both results are sound."""
    for kind in KINDS:
        office = Office(kind)
        report = office.verify(office.sealed(office.led(draft_of(certificate_on_paper()))))
        made = Library(office)
        other = office.verify(made.sealed(made.led(draft_of(certificate_on_paper()).pdf), number="5"))
        if not (report.sound and other.sound):
            raise SystemExit("a result does not verify: the figures would be worth nothing")


def main() -> None:
    """Measure, print, write."""
    check()
    rows = [row(kind, processes) for kind in KINDS for processes in (1, 2)]
    for one in rows:
        print(
            f"{one['act']:44} {one['ours']:7.1f}/s  floor {one['floor']:6.1f}/s  x{one['ratio']:.2f}"
            f"  p50 {one['p50_ms']} p95 {one['p95_ms']} p99 {one['p99_ms']} ms"
        )
        print(f"{'':44} {one['note']}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
