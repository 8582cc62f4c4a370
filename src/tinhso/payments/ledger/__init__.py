"""The ledger: accounts, transfers between them, balances, and days that are closed."""

from tinhso.payments.ledger.accounts import (
    bank,
    clearing,
    difference,
    receivable,
    refunds,
    revenue,
    suspense,
    till,
    waived,
)
from tinhso.payments.ledger.balances import balance, owed, owed_of_all, owing, paid, paid_of_all, ways_of_all
from tinhso.payments.ledger.rolling import roll
from tinhso.payments.ledger.writing import Move, entries, write

__all__ = [
    "Move",
    "balance",
    "bank",
    "clearing",
    "difference",
    "entries",
    "owed",
    "owed_of_all",
    "owing",
    "paid",
    "paid_of_all",
    "receivable",
    "refunds",
    "revenue",
    "roll",
    "suspense",
    "till",
    "waived",
    "ways_of_all",
    "write",
]
