"""The letters on scanned pages, read by an engine when this machine has one (nhận dạng chữ)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tinhso.digitising.contracts import ScanState, TextState
from tinhso.digitising.engines import EngineFailed, engine
from tinhso.digitising.models import Scan
from tinhso.digitising.queries import scans
from tinhso.foundation import files
from tinhso.foundation.errors import Unable
from tinhso.foundation.text import fold

MOST_PAGES = 40
SIDE = 2600
MOST_LETTERS = 20_000


def read_text(*, scan_id: UUID, at: datetime) -> None:
    """Read every page of a scan and keep the words; no engine and a page that cannot be read are said."""
    row = Scan.objects.filter(id=scan_id).exclude(state=ScanState.DROPPED.value).first()
    if row is None:
        return
    if not engine.answered:
        Scan.objects.filter(id=scan_id).update(text_state=TextState.NONE.value)
        return
    try:
        texts = _texts(scans.scan(scan_id).sources, at=at)
    except (EngineFailed, Unable):
        Scan.objects.filter(id=scan_id).update(text_state=TextState.FAILED.value)
        return
    words = " ".join([row.name, *(page for pages in texts for page in pages)])
    Scan.objects.filter(id=scan_id).update(
        text_state=TextState.READ.value, texts=texts, sought=fold(words)[:MOST_LETTERS]
    )


def _texts(sources: Sequence[UUID], *, at: datetime) -> list[list[str]]:
    """What was read, by source and page; beyond 40 pages of a scan nothing is read."""
    found: list[list[str]] = []
    left = MOST_PAGES
    for source in sources:
        count = min(files.page_count(source, at=at), left)
        left -= count
        found.append(
            [engine().read(files.page_picture(source, page=page, side=SIDE, at=at)) for page in range(count)]
        )
    return found
