"""What payments does when money settles a bill, or what had settled it goes back."""

from __future__ import annotations

from tinhso.foundation import events
from tinhso.payments.contracts import PaymentSettled, PaymentUndone
from tinhso.payments.operations import ending_receipts, issuing_receipts
from tinhso.payments.refund_contracts import RefundDecided


@events.subscribe(PaymentSettled)
def receipt_due(event: PaymentSettled) -> None:
    """A receipt is due, in the same transaction."""
    issuing_receipts.wait(event.bill, at=event.at)


@events.subscribe(PaymentUndone)
def receipt_undone(event: PaymentUndone) -> None:
    """The receipt stands no more."""
    ending_receipts.undone(event.bill, reason=event.reason, at=event.at)


@events.subscribe(RefundDecided)
def receipt_reduced(event: RefundDecided) -> None:
    """The receipt stands over what is not given back."""
    if event.approved:
        ending_receipts.given_back(event.bill, amount=event.amount, at=event.at)
