"""Who walks where, sessions at the till, and how what the program says is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from tests.payments import laid
from tests.payments.walks.book import Book, Owed, Place
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import ActorRef
from tinhso.payments.models import Drawer, Entry

LIES = """
SELECT a.purse, CASE WHEN a.purse IN ('receivable', 'revenue', 'difference', 'waived') THEN '' ELSE a.key END,
       sum(m.sum) FROM payments_account a JOIN (
    SELECT debit_id AS id, amount AS sum FROM payments_entry
    UNION ALL SELECT credit_id, -amount FROM payments_entry) m USING (id) GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Staff:
    """Where the walk goes, and who may do what there."""

    place: laid.Collecting
    cashiers: tuple[ActorRef, ActorRef]
    accountants: tuple[ActorRef, ActorRef]


@dataclass
class Session:
    """A cashier's session as the book knows it."""

    id: UUID
    by: ActorRef
    own: int
    takings: list[tuple[UUID, Owed, int, bool]] = field(default_factory=list)

    @property
    def lies(self) -> Place:
        """What people paid lies there."""
        return "till", self.id.hex


@contextmanager
def refused(expected: bool) -> Iterator[None]:
    """The program says no exactly when the book does."""
    with pytest.raises(Unable) if expected else nullcontext():
        yield


def plain(kind: str) -> str:
    """A slip in a code is an orphan that the engine looked at again."""
    return "orphan" if kind == "wrong_code" else kind


def alike(kind: str) -> list[str]:
    return ["orphan", "wrong_code"] if kind == "orphan" else [kind]


def happened(book: Book, *, days: int) -> set[str]:
    """What this walk came to, so that all walks together can be asked whether they came to everything."""
    tries, receipts = (
        [one for bill in book.bills for one in bill.tries],
        {state for bill in book.bills for state, _amount in bill.receipts},
    )
    return (
        {f"bill {bill.state}" for bill in book.bills}
        | {f"attempt {one.state}" for one in tries}
        | {f"receipt {state}" for state in receipts}
        | {f"trouble {kind}" for money in book.moneys for kind in money.troubles}
        | {f"decided {kind}" for money in book.moneys for kind, left in money.troubles.items() if not left}
        | {f"booked {why}" for why in Entry.objects.values_list("why", flat=True).distinct()}
        | {f"session {how}" for how in Drawer.objects.values_list("ended", flat=True).distinct() if how}
        | ({"a day closed"} if days else set())
    )
