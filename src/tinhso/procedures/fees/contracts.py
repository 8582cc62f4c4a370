"""Fees and charges of a procedure: plain sums, the decision table, and the lines it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class FeeKind(StrEnum):
    """Phí pays for a service, lệ phí is fixed by law (Law on fees and charges)."""

    FEE = "fee"
    CHARGE = "charge"


class HitPolicy(StrEnum):
    """Which matching rows of a table count (DMN 1.3, 8.2.10): the only one, the first, or all."""

    UNIQUE = "unique"
    FIRST = "first"
    COLLECT = "collect"


class InputType(StrEnum):
    """What a column of conditions holds. `LIST` are several chosen values, of which a cell names one."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    LIST = "list"


FACTS = frozenset({"fact.channel", "fact.applicant"})
"""What a table may ask of a filing beside the answers of its form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One sum to pay: `amount` in whole đồng, `ground` the legal basis of the rate."""

    code: str
    kind: FeeKind
    name: str
    amount: int
    condition: str = ""
    exemption: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeInput:
    """One thing a table asks about: `expression` in S-FEEL names an answer of the form (`con.ngay_sinh`), an
    age by it, a count or sum over a table, or a fact of the filing (`fact.channel`, `fact.applicant`).

    `options` are pairs of a value and its words.
    """

    code: str
    label: str
    expression: str
    type: InputType
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """One row. `tests` are unary tests in S-FEEL by the code of their input; one that is not there is `-`.

    `fee` is the code of the sum, `amount` whole đồng: for each unit of the input `per` when that is named.
    The exemption is a share in percent or whole đồng off, with its own legal basis. In force from
    `valid_from` until before `valid_to` (legal days).
    """

    code: str
    fee: str
    kind: FeeKind
    name: str
    tests: dict[str, str] = field(default_factory=dict)
    amount: int = 0
    per: str = ""
    exempt_percent: int = 0
    exempt_amount: int = 0
    exempt_ground: str = ""
    ground: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeTable:
    """Who pays what, as a decision table."""

    hit_policy: HitPolicy
    inputs: tuple[FeeInput, ...] = ()
    rows: tuple[FeeRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """One sum of one dossier: `amount` before exemption and `exempted` of it, in whole đồng; `why` in words.

    `open` says what a person still has to judge before the sum is asked for; empty when nothing.
    """

    code: str
    kind: FeeKind
    name: str
    amount: int
    exempted: int = 0
    exempt_ground: str = ""
    ground: str = ""
    why: str = ""
    open: str = ""

    @property
    def due(self) -> int:
        """What is to be paid, in whole đồng."""
        return self.amount - self.exempted


@dataclass(frozen=True, slots=True)
class TableFault:
    """Something wrong with a table: a row or input by its code, the cell, and the sentence.

    `where` is `row/column`, `row`, or the code of an input; one that does not `block` is a warning.
    """

    where: str
    sentence: str
    blocks: bool = True
