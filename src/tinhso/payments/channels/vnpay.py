"""VNPAY 2.1.0: the person is sent to its page; its server notice (IPN) decides, the return page never.

Sums go times 100. The checksum is HMAC-SHA512 in hex over the fields sorted by name, form-encoded, joined by
`&`, without the checksum itself; no vnp_SecureHashType is sent.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from urllib.parse import quote_plus

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.text import fold
from tinhso.payments.channels.ways import Beginning
from tinhso.payments.contracts import BadNotice, Beneficiary, Channel, ForgedNotice, Told

SOURCE = "vnpay"
HASH = "vnp_SecureHash"
ZONE = timezone(timedelta(hours=7))
STAMP = "%Y%m%d%H%M%S"
PAID = "00"


class Vnpay:
    """Its page is opened with a signed address; nothing is asked beforehand."""

    channel = Channel.VNPAY

    def ready(self, to: Beneficiary) -> bool:
        """Whether the province has a contract."""
        given = settings.PAYMENTS.vnpay
        return bool(given.url and given.terminal and given.secret)

    def begin(self, beginning: Beginning) -> str:
        """The signed address of the payment page."""
        fields = {
            "vnp_Version": "2.1.0",
            "vnp_Command": "pay",
            "vnp_TmnCode": settings.PAYMENTS.vnpay.terminal,
            "vnp_Amount": str(beginning.amount * 100),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": beginning.reference,
            "vnp_OrderInfo": f"Nop phi ho so {fold(beginning.bill.about.code).upper()}",
            "vnp_OrderType": "other",
            "vnp_Locale": "vn",
            "vnp_ReturnUrl": beginning.back,
            "vnp_IpAddr": beginning.address or "127.0.0.1",
            "vnp_CreateDate": _stamp(beginning.at),
            "vnp_ExpireDate": _stamp(beginning.expires_at),
        }
        return f"{settings.PAYMENTS.vnpay.url}/paymentv2/vpcpay.html?{signed(fields)}"


def canonical(fields: Mapping[str, str]) -> str:
    """What is signed."""
    kept = sorted((name, value) for name, value in fields.items() if not name.startswith(HASH))
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in kept)


def signed(fields: Mapping[str, str]) -> str:
    """A query string with its checksum last."""
    text = canonical(fields)
    return f"{text}&{HASH}={_digest(text)}"


def checked(fields: Mapping[str, str]) -> Mapping[str, str]:
    """The fields, when VNPAY signed them. Raises ForgedNotice."""
    given = fields.get(HASH, "").lower()
    if not settings.PAYMENTS.vnpay.secret or not hmac.compare_digest(
        given.encode(), _digest(canonical(fields)).encode()
    ):
        raise ForgedNotice(_("Báo tin này không có chữ ký đúng của VNPAY."))
    return fields


def told(fields: Mapping[str, str]) -> Told | None:
    """What a signed notice tells: money, or None when the attempt brought none. Raises BadNotice."""
    try:
        hundredths = int(fields["vnp_Amount"])
        if hundredths <= 0 or hundredths % 100:
            raise ValueError("the sum")
        if (fields["vnp_ResponseCode"], fields["vnp_TransactionStatus"]) != (PAID, PAID):
            return None
        number = fields["vnp_TransactionNo"]
        if not number.isascii() or not number.isdigit():
            raise ValueError("no number of a transaction")
        return Told(
            source=SOURCE,
            channel=Channel.VNPAY,
            transaction=number,
            amount=hundredths // 100,
            paid_at=datetime.strptime(fields["vnp_PayDate"], STAMP).replace(tzinfo=ZONE),
            reference=fields["vnp_TxnRef"],
            content=fields.get("vnp_OrderInfo", ""),
        )
    except (KeyError, ValueError):
        raise BadNotice(_("Không đọc được báo tin này của VNPAY.")) from None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime(STAMP)


def _digest(text: str) -> str:
    secret = settings.PAYMENTS.vnpay.secret.encode()
    return hmac.new(secret, text.encode(), hashlib.sha512).hexdigest()
