"""What this room binds of lower rooms when Django starts: the templates of its results."""

from __future__ import annotations

from pathlib import Path

from tinhso.foundation import paper

SHEETS = Path(__file__).parent / "sheets"

for _sheet in sorted(SHEETS.glob("*.typ")):
    paper.register(f"procedures/{_sheet.stem}", _sheet.read_text(encoding="utf-8"))
