"""Writes the latest bench figures into README.md, between its two marks. Nothing is written by hand there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MARKS = re.compile(r"<!-- bench -->.*?<!-- end of bench -->", re.DOTALL)
HEAD = "| act | ours | floor | ratio | p95 ms | clients | note |\n|---|--:|--:|--:|--:|--:|---|"


RESULTS = ROOT / "bench" / "results"
PAGES = "pages.json"


def rows() -> list[dict[str, Any]]:
    """Every row of every result but that of pages, in the order of the files."""
    files = sorted(file for file in RESULTS.glob("*.json") if file.name != PAGES)
    return [row for file in files for row in json.loads(file.read_text(encoding="utf-8"))]


def pages() -> str:
    """What pages cost: a column for each page, each figure with its limit; those over it are bold."""
    file = RESULTS / PAGES
    if not file.exists():
        return ""
    cells: dict[str, dict[str, str]] = {}
    heads: list[str] = []
    for row in json.loads(file.read_text(encoding="utf-8")):
        page, _colon, measure = row["act"].partition(": ")
        heads += [] if page in heads else [page]
        unit = f" {row['unit']}" if row["unit"] else ""
        figure = f"{shown(row['ours']) or '0'}{unit}"
        over = row["floor"] is not None and row["ours"] > row["floor"]
        limit = "" if row["floor"] is None else f" (≤ {row['floor']:g})"
        cells.setdefault(measure, {})[page] = f"{f'**{figure}**' if over else figure}{limit}"
    lines = [f"| pages | {' | '.join(heads)} |", f"|---|{'--:|' * len(heads)}"]
    lines += [
        f"| {measure} | {' | '.join(found.get(page, '') for page in heads)} |"
        for measure, found in cells.items()
    ]
    return "\n\n" + "\n".join(lines)


def shown(value: object) -> str:
    """A figure as the table shows it; empty for none."""
    if value is None or value == "":
        return ""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def line(row: dict[str, Any]) -> str:
    """One line of the table."""
    ours = f"{shown(row['ours'])} {row['unit']}"
    cells = (
        row["act"],
        ours,
        shown(row["floor"]),
        shown(row["ratio"]),
        shown(row["p95_ms"]),
        shown(row["clients"]),
        row["note"],
    )
    return "| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def main() -> None:
    """Put the table into the README."""
    readme = ROOT / "README.md"
    table = "\n".join([HEAD, *(line(row) for row in rows())]) + pages()
    text = readme.read_text(encoding="utf-8")
    made = MARKS.sub(lambda _found: f"<!-- bench -->\n\n{table}\n\n<!-- end of bench -->", text, count=1)
    readme.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
