"""What an examination says of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """Why a file cannot be taken."""

    KIND = "kind"
    LOCKED = "locked"
    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    BOMB = "bomb"
    MACROS = "macros"
    ACTIVE_AND_SIGNED = "active_and_signed"


class Refused(Exception):
    """The file cannot be taken."""

    def __init__(self, fault: Fault, **facts: Any) -> None:
        super().__init__(fault)
        self.fault = fault
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold: pixels of one picture, pages, bytes once unpacked, kinds by short name."""

    pixels: int
    pages: int
    unpacked: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that can be taken. `removed` names what was taken out of it, `rewritten` are its new bytes."""

    media_type: str
    pages: int = 1
    removed: tuple[str, ...] = ()
    rewritten: bytes = field(default=b"", repr=False)
