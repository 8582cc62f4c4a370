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
from tinhso.payments.ledger.balances import (
    Standing,
    balance,
    owed,
    owed_of_all,
    owing,
    paid,
    standing,
    ways_of_all,
)
from tinhso.payments.ledger.rolling import roll
from tinhso.payments.ledger.writing import Move, entries, write

__all__ = [
    "Move",
    "Standing",
    "balance",
    "bank",
    "clearing",
    "difference",
    "entries",
    "owed",
    "owed_of_all",
    "owing",
    "paid",
    "receivable",
    "refunds",
    "revenue",
    "roll",
    "standing",
    "suspense",
    "till",
    "waived",
    "ways_of_all",
    "write",
]
