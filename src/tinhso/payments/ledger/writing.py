"""Writing in the ledger: only ever more rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.foundation.moments import today
from tinhso.payments.models import Entry
from tinhso.payments.models.ledger import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`amount` đồng from account `credit` to account `debit`."""

    debit: int
    credit: int
    amount: int
    why: Why
    bill: UUID | None = None
    money: UUID | None = None


def write(moves: Iterable[Move], *, by: str, at: datetime) -> None:
    """Book the moves on the legal day of `at`; those of nothing are left out.

    Fails where the day is closed, or where a bill would not stand as its row says at commit.
    """
    Entry.objects.bulk_create(
        Entry(
            debit_id=move.debit,
            credit_id=move.credit,
            amount=move.amount,
            why=move.why.value,
            booked_on=today(at),
            at=at,
            by=by,
            bill_id=move.bill,
            money_id=move.money,
        )
        for move in moves
        if move.amount
    )
