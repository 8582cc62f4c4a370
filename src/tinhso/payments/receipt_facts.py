"""What an electronic receipt says (biên lai thu phí, lệ phí; Nghị định 123/2020/NĐ-CP, 70/2025/NĐ-CP).

Paper and XML are both made from these facts and from nothing else. Form and symbol are dated data of the
agency, given from outside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tinhso.foundation.text import amount_in_words

LAST_NUMBER = 9_999_999
_SHOWN_ID = re.compile(r"[0-9]{6,}")


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One fee paid: its name, whole đồng above nought, and its sub-item of the budget (tiểu mục)."""

    name: str
    amount: int
    revenue: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptRef:
    """Another receipt: its symbol, number and day."""

    symbol: str
    number: int
    issued_on: date


@dataclass(frozen=True, slots=True)
class Voided:
    """A receipt that was voided: why, on which legal day."""

    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """One receipt. `number` is 1 to 9 999 999, without gaps within form and symbol.

    `payer_id` is masked already: an identifier with six digits in a row is refused. `paid_by` says how, in
    words. `code` and `address` are where anybody checks the receipt. `replaces` is the one it stands for,
    `voided` is there once it stands no more. Raises ValueError for facts that no receipt can have.
    """

    form: str
    symbol: str
    number: int
    agency: str
    agency_tax_code: str
    agency_address: str
    payer: str
    payer_address: str
    payer_id: str
    lines: tuple[ReceiptLine, ...]
    issued_on: date
    dossier: str
    paid_by: str
    code: str
    address: str
    replaces: ReceiptRef | None = None
    replacing_reason: str = ""
    voided: Voided | None = None

    def __post_init__(self) -> None:
        right = (
            1 <= self.number <= LAST_NUMBER,
            all(
                (
                    self.form,
                    self.symbol,
                    self.agency,
                    self.agency_tax_code,
                    self.payer,
                    self.code,
                    self.address,
                )
            ),
            self.lines and all(type(line.amount) is int and line.amount > 0 for line in self.lines),
            all(line.name for line in self.lines),
            not _SHOWN_ID.search(self.payer_id),
            bool(self.replaces) == bool(self.replacing_reason),
            self.voided is None or self.voided.reason,
        )
        if not all(right):
            raise ValueError("these are no facts of a receipt")

    @property
    def total(self) -> int:
        """Whole đồng."""
        return sum(line.amount for line in self.lines)

    @property
    def in_words(self) -> str:
        """The total in words, as it stands on the receipt."""
        return amount_in_words(self.total)

    @property
    def number_text(self) -> str:
        """The number in its seven digits."""
        return seven(self.number)


def seven(number: int) -> str:
    """A receipt's number in seven digits."""
    return f"{number:07d}"
