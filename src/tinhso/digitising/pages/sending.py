"""Scanned files that come with a form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tinhso.digitising.contracts import Page
from tinhso.digitising.operations.scans import Part
from tinhso.foundation import files

FIELD = "tep"


def whole(
    file_ids: Sequence[UUID], *, dossier: UUID | None = None, paper: str = "", at: datetime
) -> tuple[Part, ...]:
    """All pages of these files in their order, as one paper. Raises FileRefused for one cut short."""
    pages = [
        Page(source, page)
        for source, file_id in enumerate(file_ids)
        for page in range(files.page_count(file_id, at=at))
    ]
    return (Part(tuple(pages), dossier, paper),) if pages else ()
