"""What this room binds of lower rooms when Django starts: the templates of its results."""

from __future__ import annotations

from pathlib import Path

from tinhso.foundation import paper

SHEETS = Path(__file__).parent / "sheets"

paper.register_sheets("procedures", SHEETS)
