"""The door of payments."""

from tinhso.payments.contracts import (
    About,
    AttemptState,
    AttemptView,
    BillCancelled,
    BillClosed,
    BillState,
    BillView,
    Channel,
    Charge,
    Effect,
    NoBeneficiary,
    NoSuchBill,
    Payer,
    PaymentSettled,
    PaymentUndone,
    Told,
    UnderWay,
)
from tinhso.payments.operations.billing import cancel, issue
from tinhso.payments.operations.opening import begin
from tinhso.payments.operations.receiving import receive
from tinhso.payments.operations.refunds import ask_refund_of_bill
from tinhso.payments.queries.beneficiaries import beneficiary
from tinhso.payments.queries.bills import attempts, bill, bills_about, open_among
from tinhso.payments.queries.receipts import receipts_about
from tinhso.payments.receipt_contracts import ReceiptState, ReceiptView

__all__ = [
    "About",
    "AttemptState",
    "AttemptView",
    "BillCancelled",
    "BillClosed",
    "BillState",
    "BillView",
    "Channel",
    "Charge",
    "Effect",
    "NoBeneficiary",
    "NoSuchBill",
    "Payer",
    "PaymentSettled",
    "PaymentUndone",
    "ReceiptState",
    "ReceiptView",
    "Told",
    "UnderWay",
    "ask_refund_of_bill",
    "attempts",
    "begin",
    "beneficiary",
    "bill",
    "bills_about",
    "cancel",
    "issue",
    "open_among",
    "receipts_about",
    "receive",
]
