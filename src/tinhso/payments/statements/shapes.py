"""One shape for statements of every bank and format, what can be wrong with one, how tables are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tinhso.foundation.errors import Invalid

LARGEST = 20 * 1024 * 1024
MOST_LINES = 100_000
EARLIEST, LATEST = 2000, 2100
"""Years that a statement of ours can speak of."""


class Format(StrEnum):
    """How a statement's file is written."""

    CSV = "csv"
    XLSX = "xlsx"
    MT940 = "mt940"
    CAMT053 = "camt053"


class Fault(StrEnum):
    """What is wrong with a statement's file."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_LINES = "too-many-lines"
    UNREADABLE = "unreadable"
    ENCODING = "encoding"
    HOSTILE = "hostile"
    LAYOUT = "layout"
    ACCOUNT = "account"
    DAY = "day"
    AMOUNT = "amount"
    FRACTION = "fraction"
    CURRENCY = "currency"
    BALANCE = "balance"
    RUNNING_BALANCE = "running-balance"
    OPEN_PERIOD = "open-period"


class StatementFault(Invalid):
    """A statement that cannot be taken: `fault` says why, `row` where (from 1), 0 for the whole file."""

    code = "bank-statement"

    def __init__(self, fault: Fault, message: str, *, row: int = 0) -> None:
        super().__init__(message, fault=fault.value, row=row)
        self.fault = fault
        self.row = row


@dataclass(frozen=True, slots=True)
class Line:
    """One movement on the account: money in is above nought, money out below, in whole đồng.

    `row` is where it stands in its file, `reference` the bank's own (empty when it gives none). `booked_at`
    is UTC; without `timed` the bank says only the day, and the moment is the midnight at which that day
    begins in Việt Nam. `raw` is what the file said, cell by cell.
    """

    row: int
    reference: str
    booked_at: datetime
    timed: bool
    amount: int
    content: str
    counterparty: str = ""
    raw: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A reference that several lines of one statement bear, with their rows."""

    reference: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank's statement of one account from `opened_on` to `closed_on` (legal days), in whole đồng.

    `lines` run forward in time. `opening` and `closing` are None when the file does not say them; when it
    says both, opening and lines add up to closing, or it is refused. `sha256` (hex) is that of the file.
    """

    format: Format
    account: str
    opened_on: date
    closed_on: date
    opening: int | None
    closing: int | None
    lines: tuple[Line, ...]
    repeats: tuple[Repeat, ...]
    sha256: str

    @property
    def moved(self) -> int:
        """Money in less money out."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a bank writes its table: the headings of each column, any of several spellings.

    Columns: `day` (a day, with or without a time), `time`, `reference`, `content`, `counterparty`,
    `counterparty_account`, `balance`, and the money as `credit` and `debit`, or `amount` signed, or `amount`
    with `direction`. Headings are compared without diacritics, capitals and signs. `label` is what an
    accountant chooses by.
    """

    key: str
    label: str
    columns: Mapping[str, tuple[str, ...]]
