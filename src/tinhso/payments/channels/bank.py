"""A bank's notices of credits: JSON signed by headers (`headers`), as the agreement with the bank says."""

from __future__ import annotations

from datetime import datetime

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.payments.channels import headers
from tinhso.payments.contracts import BadNotice, Channel, ForgedNotice, Told

MOST = 10**15
LONGEST = 500


def told(*, body: bytes, timestamp: str, signature: str, at: datetime) -> Told:
    """The credit that a signed notice tells of. Raises ForgedNotice, BadNotice."""
    secret = settings.PAYMENTS.bank.secret
    if not headers.holds(body, timestamp=timestamp, signature=signature, secret=secret, at=at):
        raise ForgedNotice(_("Báo có này không có chữ ký đúng của ngân hàng hoặc đã quá cũ."))
    try:
        given = orjson.loads(body)
        amount = given["amount"]
        if type(amount) is not int or not 0 < amount < MOST or given["currency"] != "VND":
            raise ValueError("the sum")
        paid_at = datetime.fromisoformat(_text(given["paidAt"]))
        if paid_at.tzinfo is None:
            raise ValueError("a moment names its zone")
        return Told(
            source=f"bank:{_text(given['account'])}",
            channel=Channel.VIETQR,
            transaction=_text(given["transactionId"]),
            amount=amount,
            paid_at=paid_at,
            content=_text(given.get("content", ""), empty=True),
            payer=_text(given.get("payerName", ""), empty=True),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise BadNotice(_("Không đọc được báo có này của ngân hàng.")) from None


def _text(value: object, *, empty: bool = False) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or not (value or empty) or "\0" in value:
        raise ValueError("not a text of usual length")
    value.encode()
    return value
