"""A bank's notices of credits: JSON signed by headers (`headers`), as the agreement with the bank says."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.payments.channels import headers, reading
from tinhso.payments.contracts import BadNotice, Channel, ForgedNotice, Told

LONGEST = 500


def told(*, body: bytes, timestamp: str, signature: str, at: datetime) -> Told:
    """The credit that a signed notice tells of. Raises ForgedNotice, BadNotice."""
    secret = settings.PAYMENTS.bank.secret
    if not headers.holds(body, timestamp=timestamp, signature=signature, secret=secret, at=at):
        raise ForgedNotice(_("Báo có này không có chữ ký đúng của ngân hàng hoặc đã quá cũ."))
    try:
        given = reading.members(body)
        if given["currency"] != "VND":
            raise ValueError("another currency")
        return Told(
            source=f"bank:{reading.text(given['account'], longest=LONGEST)}",
            channel=Channel.VIETQR,
            transaction=reading.text(given["transactionId"], longest=LONGEST),
            amount=reading.amount(given["amount"]),
            paid_at=reading.moment(reading.text(given["paidAt"], longest=LONGEST)),
            content=reading.text(given.get("content", ""), longest=LONGEST, empty=True),
            payer=reading.text(given.get("payerName", ""), longest=LONGEST, empty=True),
        )
    except (ValueError, KeyError):
        raise BadNotice(_("Không đọc được báo có này của ngân hàng.")) from None
