"""What the reader works with and what it hands over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tinhso.foundation.errors import Invalid
from tinhso.foundation.worktime import Unit
from tinhso.procedures.contracts import ChannelKind, Content


class BadRecord(Invalid):
    """A line that is no record of the catalogue."""

    code = "bad-record"


class Mark(StrEnum):
    """How much of one field of one record was recovered."""

    WHOLE = "whole"
    PART = "part"
    ABSENT = "absent"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Finding:
    """The mark of one field; `why` names what is missing, for people."""

    field: str
    mark: Mark
    why: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """A sum as stated: `currency` VND or another; `note` the words in brackets behind it.

    `doubtful` when the figure as printed cannot be right (under 1,000 đồng and nothing explains it).
    """

    amount: int
    currency: str
    note: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One row of the table of channels. `amount` without `unit`: the source left the unit out."""

    kind: ChannelKind
    amount: int | None = None
    unit: Unit | None = None
    fraction: str = ""
    words: str = ""
    free: bool = False
    money: tuple[Money, ...] = ()
    fee_note: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One row of the table of papers; 0 originals and 0 copies is a remark rather than a paper."""

    case: str
    name: str
    originals: int
    copies: int
    form_file: str = ""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A record made into content, and a finding per field."""

    code: str
    content: Content
    findings: tuple[Finding, ...]
    raw: dict[str, Any]
