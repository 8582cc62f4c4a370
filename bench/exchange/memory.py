"""Memory of both gateways over many messages: it must not grow with their number."""

from __future__ import annotations

import threading

import psutil

from bench.cases.figures import Row
from bench.exchange.base import Bench

CONNECTIONS = 64
EVERY_SECONDS = 1.0
MOST_GROWTH_MB = 30
"""Between the first and the last quarter of the run."""
MARK_BYTES, MARKS = 150, 600_000
"""The answering gateway remembers each message for ten minutes, so that none is taken twice."""


class _Watch(threading.Thread):
    """Resident memory of processes, once a second."""

    def __init__(self, pids: dict[str, int]) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, list[int]] = {name: [] for name in pids}
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._ended = threading.Event()

    def run(self) -> None:
        """Until ended."""
        while not self._ended.wait(EVERY_SECONDS):
            for name, process in self._processes.items():
                self.seen[name].append(process.memory_info().rss)

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def memory(bench: Bench, *, count: int) -> list[Row]:
    """`count` exchanges of 1 KB, after some to warm up."""
    way = bench.ours.way
    way.measure("1k", CONNECTIONS, seconds=3)
    watch = _Watch({name: way.pids[name] for name in ("asks", "answers")})
    watch.start()
    done = way.measure("1k", CONNECTIONS, seconds=0, count=count)
    watch.end()
    row = Row("memory over many messages", done, None, "exchanges/s", count, clients=CONNECTIONS)
    grown, told = [], []
    for name, seen in watch.seen.items():
        quarter = max(1, len(seen) // 4)
        early, late = (max(part) / 1e6 for part in (seen[:quarter], seen[-quarter:]))
        grown.append(late - early)
        told.append(f"{name} {early:.0f} MB in the first quarter, {late:.0f} MB in the last")
    most = MOST_GROWTH_MB + MARK_BYTES * min(count, MARKS) / 1e6
    row.want(f"grows < {most:.0f} MB, with ten minutes' marks against replay", max(grown) < most)
    row.note = f"{count * 4:,} messages logged; most resident: {'; '.join(told)}"
    return [row]
