"""What a document is read to: lines made of pieces, each knowing its place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of the text: line and column from 1, length in characters."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place. One that does not `block` is a warning."""

    spot: Spot
    sentence: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a line: plain text, or a value (`path`), or a place the specialist fills (`note`)."""

    spot: Spot
    text: str = ""
    path: str = ""
    shape: str = ""
    note: str = ""
    optional: bool = False
    bold: bool = False
    italic: bool = False

    @property
    def merged(self) -> bool:
        """Whether something is put in here."""
        return bool(self.path or self.note)


Run = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `style` is title, about, heading, centred, dash, fact, row or paragraph.

    `cells` are its runs: one, two of a fact (label, value), or those of a row. A `head` row names columns.
    """

    spot: Spot
    style: str
    cells: tuple[Run, ...]
    head: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Blocks that stand only when a rule holds, and those that stand otherwise."""

    spot: Spot
    written: str
    rule: Any
    then: tuple[Block, ...]
    otherwise: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page ends here."""

    spot: Spot


Block = Line | Choice | NewPage


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read; `faults` are what could not be read. `subject` stands under the number."""

    blocks: tuple[Block, ...] = ()
    subject: Run = ()
    recipients: tuple[Run, ...] = ()
    faults: tuple[Fault, ...] = field(default=())
