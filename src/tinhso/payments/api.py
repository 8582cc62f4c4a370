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
    Owed,
    OwedOnline,
    OwedSubject,
    Payer,
    PaymentHeld,
    PaymentSettled,
    PaymentUndone,
    Share,
    Told,
    Trouble,
    UnderWay,
)
from tinhso.payments.operations.billing import cancel, issue
from tinhso.payments.operations.opening import begin
from tinhso.payments.operations.receiving import receive
from tinhso.payments.operations.refunds import ask_refund_of_bill
from tinhso.payments.queries.beneficiaries import beneficiary
from tinhso.payments.queries.bills import (
    attempts,
    bill,
    bills_about,
    bills_among,
    open_among,
    open_of,
    under_way,
)
from tinhso.payments.queries.online import Asked, collecting, every_owed_subject, owed_online, owed_subjects
from tinhso.payments.queries.receipts import receipts_about
from tinhso.payments.queries.refunds import given_back
from tinhso.payments.queries.refunds import of_bill as refunds_of
from tinhso.payments.receipt_contracts import ReceiptState, ReceiptView
from tinhso.payments.refund_contracts import RefundDecided, RefundKind, RefundPaid, RefundState, RefundView

__all__ = [
    "About",
    "Asked",
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
    "Owed",
    "OwedOnline",
    "OwedSubject",
    "Payer",
    "PaymentHeld",
    "PaymentSettled",
    "PaymentUndone",
    "ReceiptState",
    "ReceiptView",
    "RefundDecided",
    "RefundKind",
    "RefundPaid",
    "RefundState",
    "RefundView",
    "Share",
    "Told",
    "Trouble",
    "UnderWay",
    "ask_refund_of_bill",
    "attempts",
    "begin",
    "beneficiary",
    "bill",
    "bills_about",
    "bills_among",
    "cancel",
    "collecting",
    "every_owed_subject",
    "given_back",
    "issue",
    "open_among",
    "open_of",
    "owed_online",
    "owed_subjects",
    "receipts_about",
    "receive",
    "refunds_of",
    "under_way",
]
