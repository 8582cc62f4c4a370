"""What crosses the door of the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Source(StrEnum):
    """How a document came into the vault."""

    ISSUED = "issued"
    DIGITISED = "digitised"
    UPLOADED = "uploaded"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One e-document of an owner. Legal days, `valid_to` no longer in it; `sha256` of the kept bytes."""

    id: UUID
    kind: str
    title: str
    number: str
    issuer: str
    source: Source
    file_id: UUID
    sha256: str
    valid_from: date | None
    valid_to: date | None
    kept_at: datetime
    about_kind: str
    about_id: UUID | None
