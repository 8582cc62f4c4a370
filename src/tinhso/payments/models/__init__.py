"""Tables of payments, and the constraints that keep them true."""

from tinhso.payments.models.billing import Attempt, Beneficiary, Bill, BillLine, RevenueCode
from tinhso.payments.models.drawers import Drawer, Taking
from tinhso.payments.models.ledger import Account, DayTotal, Entry, LedgerDay
from tinhso.payments.models.providers import Provider
from tinhso.payments.models.receipts import (
    Receipt,
    ReceiptChange,
    ReceiptDue,
    ReceiptLookup,
    ReceiptPaper,
    ReceiptSeries,
)
from tinhso.payments.models.receiving import Money, Problem
from tinhso.payments.models.reconciling import Match, ReconciledDay, Statement, StatementLine
from tinhso.payments.models.refunds import Payout, Refund

__all__ = [
    "Account",
    "Attempt",
    "Beneficiary",
    "Bill",
    "BillLine",
    "DayTotal",
    "Drawer",
    "Entry",
    "LedgerDay",
    "Match",
    "Money",
    "Payout",
    "Problem",
    "Provider",
    "Receipt",
    "ReceiptChange",
    "ReceiptDue",
    "ReceiptLookup",
    "ReceiptPaper",
    "ReceiptSeries",
    "ReconciledDay",
    "Refund",
    "RevenueCode",
    "Statement",
    "StatementLine",
    "Taking",
]
