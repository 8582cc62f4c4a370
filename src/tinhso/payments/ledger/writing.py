"""Writing in the ledger: only ever more rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.foundation.moments import today
from tinhso.foundation.statements import Statement, together
from tinhso.payments.models.ledger import Why

ENTRY = (
    "INSERT INTO payments_entry"
    " (debit_id, credit_id, amount, why, booked_on, at, by, bill_id, money_id, refund_id)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`amount` đồng from account `credit` to account `debit`."""

    debit: int
    credit: int
    amount: int
    why: Why
    bill: UUID | None = None
    money: UUID | None = None
    refund: UUID | None = None


def write(moves: Iterable[Move], *, by: str, at: datetime) -> None:
    """Book the moves on the legal day of `at`; those of nothing are left out.

    Fails where the day is closed, or where a bill would not stand as its row says at commit.
    """
    together(entries(moves, by=by, at=at))


def entries(moves: Iterable[Move], *, by: str, at: datetime) -> list[Statement]:
    """The statements that book the moves, for those who have more to write in the same round trip."""
    day = today(at)
    return [
        (
            ENTRY,
            (
                *(move.debit, move.credit, move.amount, move.why.value, day, at, by),
                *(move.bill, move.money, move.refund),
            ),
        )
        for move in moves
        if move.amount
    ]
