"""Tables of payments, and the constraints that keep them true."""

from tinhso.payments.models.billing import Attempt, Beneficiary, Bill, BillLine, RevenueCode
from tinhso.payments.models.drawers import Drawer, Taking
from tinhso.payments.models.ledger import Account, DayTotal, Entry, LedgerDay
from tinhso.payments.models.providers import Provider
from tinhso.payments.models.receiving import Money, Problem

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
    "Money",
    "Problem",
    "Provider",
    "RevenueCode",
    "Taking",
]
