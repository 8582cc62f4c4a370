"""What the counter prints: paper slips, labels, the hand-over book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tinhso.counter.contracts import OfficeView
from tinhso.counter.models import Slip
from tinhso.foundation import paper

SHEETS = Path(__file__).parent / "sheets"


def register() -> None:
    """Make the counter's templates known to the press."""
    for sheet in sorted(SHEETS.glob("*.typ")):
        paper.register(f"counter/{sheet.stem}", sheet.read_text(encoding="utf-8"))


def slip_sheet(slips: Sequence[Slip], *, office: OfficeView, at: datetime) -> bytes:
    """Blank slips as PDF, two on a page."""
    data = {
        "agency": office.name,
        "title": str(slips[0]),
        "slips": [{"number": str(slip), "qr": paper.qr(str(slip))} for slip in slips],
    }
    return paper.render(template="counter/slips", data=data, made_at=at)
