"""The table: one row per act, beside its floor, with its goal and whether it was met."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.cases.load import CLIENTS, Measured

RESULTS = Path(__file__).parents[1] / "results"


@dataclass
class Row:
    """One act: ours, its floor where there is one, and each goal with whether it was met."""

    act: str
    ours: Measured
    floor: Measured | None
    unit: str
    rows: int
    note: str = ""
    clients: int = CLIENTS
    goals: list[tuple[str, bool]] = field(default_factory=list)

    def want(self, words: str, met: bool) -> None:
        """A goal, and whether it was met."""
        self.goals.append((words, met))

    @property
    def ratio(self) -> float | None:
        """Ours as a share of the floor."""
        return round(self.ours.rate / self.floor.rate, 2) if self.floor and self.floor.rate else None

    def plain(self) -> dict[str, Any]:
        """As the file keeps it."""
        told = [f"goal {words}: {'met' if met else 'NOT MET'}" for words, met in self.goals]
        cost = f"CPU ms each: {self.ours.cost()}" if self.ours.spent else ""
        return {
            "act": self.act,
            "ours": round(self.ours.rate, 1),
            "floor": round(self.floor.rate, 1) if self.floor else None,
            "ratio": self.ratio,
            "unit": self.unit,
            "p50_ms": self.ours.percentile(50),
            "p95_ms": self.ours.percentile(95),
            "p99_ms": self.ours.percentile(99),
            "clients": self.clients,
            "rows": self.rows,
            "note": "; ".join(word for word in (*told, self.note, cost) if word),
        }


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table."""
    for row in rows:
        floor = f"floor {row['floor']:7.1f}" if row["floor"] else " " * 13
        ratio = f"x{row['ratio']:.2f}" if row["ratio"] else "     "
        print(
            f"{row['act']:58} {row['ours']:7.1f} {floor} {ratio:6} {row['unit']:12}"
            f" p50 {row['p50_ms']:6.1f} p95 {row['p95_ms']:6.1f} p99 {row['p99_ms']:6.1f} ms"
        )
        print(f"    {row['note']}")


def keep(rows: list[dict[str, Any]], name: str = "cases.json", *, part: bool = False) -> None:
    """Write the file that the README's table is made from; a `part` replaces only what it measured."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / name
    if part and file.exists():
        measured = {row["act"]: row for row in rows}
        known = json.loads(file.read_text(encoding="utf-8"))
        rows = [measured.pop(row["act"], row) for row in known] + list(measured.values())
    file.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
