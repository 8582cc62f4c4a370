"""A bank's notices of credits: JSON signed with a shared secret, as the agreement with the bank says.

`X-Timestamp` (seconds) and `X-Signature`: HMAC-SHA256 in hex over timestamp, a full stop, the body.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.payments.contracts import BadNotice, Channel, ForgedNotice, Told

MOST = 10**15
LONGEST = 500


def told(*, body: bytes, timestamp: str, signature: str, at: datetime) -> Told:
    """The credit that a signed notice tells of. Raises ForgedNotice, BadNotice."""
    secret = settings.PAYMENTS.bank.secret
    right = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not (secret and hmac.compare_digest(right.encode(), signature.encode())) or not _fresh(
        timestamp, at=at
    ):
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


def _fresh(stamp: str, *, at: datetime) -> bool:
    allowed = timedelta(minutes=legal.integer("payment_notice_minutes", on=today(at)))
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(at.timestamp() - int(stamp)) <= allowed.total_seconds()


def _text(value: object, *, empty: bool = False) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or not (value or empty) or "\0" in value:
        raise ValueError("not a text of usual length")
    value.encode()
    return value
