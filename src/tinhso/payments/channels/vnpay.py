"""VNPAY 2.1.0: the person is sent to its page; its server notice (IPN) decides, the return page never.

Sums go times 100. The checksum is HMAC-SHA512 in hex over the fields sorted by name, form-encoded, joined by
`&`, without the checksum itself; no vnp_SecureHashType is sent.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from urllib.parse import quote_plus

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.foundation.ids import new_id
from tinhso.foundation.text import fold
from tinhso.payments.channels import reading
from tinhso.payments.channels.ways import Beginning, Ended
from tinhso.payments.contracts import (
    AttemptView,
    BadNotice,
    Beneficiary,
    BillView,
    Channel,
    ForgedNotice,
    Told,
)

SOURCE = "vnpay"
HASH = "vnp_SecureHash"
ZONE = timezone(timedelta(hours=7))
LONGEST = 500
STAMP = "%Y%m%d%H%M%S"
PAID, WAITING, UNKNOWN = "00", "01", "91"
QUICK = http.Timeouts(connect=3, read=8, total=10)
ASKED = (
    *("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef", "vnp_TransactionDate"),
    *("vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo"),
)
ANSWERED = (
    *("vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef"),
    *("vnp_Amount", "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionType"),
    *("vnp_TransactionStatus", "vnp_OrderInfo", "vnp_PromotionCode", "vnp_PromotionAmount"),
)
"""What is hashed of `querydr` and of its answer, in order, joined by bars."""


class Vnpay:
    """Its page is opened with a signed address; nothing is asked beforehand."""

    channel = Channel.VNPAY

    def ready(self, to: Beneficiary, bill: BillView) -> bool:
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

    def ask(self, attempt: AttemptView, *, at: datetime) -> Told | Ended | None:
        """What became of an attempt (`querydr`). An order VNPAY never saw ends once its time is over."""
        given = settings.PAYMENTS.vnpay
        fields = {
            "vnp_RequestId": new_id().hex,
            "vnp_Version": "2.1.0",
            "vnp_Command": "querydr",
            "vnp_TmnCode": given.terminal,
            "vnp_TxnRef": attempt.reference,
            "vnp_TransactionDate": _stamp(attempt.opened_at),
            "vnp_CreateDate": _stamp(at),
            "vnp_IpAddr": "127.0.0.1",
            "vnp_OrderInfo": f"Hoi giao dich {attempt.reference}",
        }
        answer = http.call(
            "POST",
            f"{given.url}/merchant_webapi/api/transaction",
            service=SOURCE,
            json=fields | {HASH: _digest("|".join(fields[name] for name in ASKED))},
            timeouts=QUICK,
        ).ensure()
        return _answered(answer.json(), attempt, at=at)


def _answered(given: object, attempt: AttemptView, *, at: datetime) -> Told | Ended | None:
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise _unread()
    text = "|".join(given.get(name, "") for name in ANSWERED)
    if not hmac.compare_digest(given.get(HASH, "").lower().encode(), _digest(text).encode()):
        raise ForgedNotice(_("Câu trả lời này không có chữ ký đúng của VNPAY."))
    if given.get("vnp_TxnRef") != attempt.reference:
        raise _unread()
    code, status = given.get("vnp_ResponseCode", ""), given.get("vnp_TransactionStatus", "")
    if code == UNKNOWN:
        return Ended(reference=attempt.reference, code=code) if attempt.expires_at <= at else None
    if code != PAID:
        raise _unread()
    if status == WAITING:
        return None
    if status != PAID:
        return Ended(reference=attempt.reference, code=status[:8])
    return told(given)


def canonical(fields: Mapping[str, str]) -> str:
    """What is signed."""
    kept = sorted((name, value) for name, value in fields.items() if not name.startswith(HASH))
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in kept)


def signed(fields: Mapping[str, str]) -> str:
    """A query string with its checksum last."""
    text = canonical(fields)
    return f"{text}&{HASH}={_digest(text)}"


def checked(given: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    """The fields of a notice, when VNPAY signed them and they are of our terminal. Raises ForgedNotice."""
    fields = {name: values[-1] for name, values in given.items()}
    if any(len(values) != 1 for values in given.values()):
        raise ForgedNotice(_("Báo tin này nói một điều hai lần."))
    said = fields.get(HASH, "").lower()
    if not settings.PAYMENTS.vnpay.secret or not hmac.compare_digest(
        said.encode(), _digest(canonical(fields)).encode()
    ):
        raise ForgedNotice(_("Báo tin này không có chữ ký đúng của VNPAY."))
    if fields.get("vnp_TmnCode") != settings.PAYMENTS.vnpay.terminal:
        raise ForgedNotice(_("Báo tin này của điểm bán khác."))
    return fields


def told(fields: Mapping[str, str]) -> Told | None:
    """What a signed notice tells: money, or None when the attempt brought none. Raises BadNotice."""
    try:
        hundredths = reading.digits(fields["vnp_Amount"])
        if hundredths % 100:
            raise ValueError("no whole sum")
        amount = reading.amount(hundredths // 100)
        if (fields["vnp_ResponseCode"], fields["vnp_TransactionStatus"]) != (PAID, PAID):
            return None
        number = fields["vnp_TransactionNo"]
        reading.digits(number)
        return Told(
            source=SOURCE,
            channel=Channel.VNPAY,
            transaction=number,
            amount=amount,
            paid_at=reading.since_then(datetime.strptime(fields["vnp_PayDate"], STAMP).replace(tzinfo=ZONE)),
            reference=fields["vnp_TxnRef"],
            content=reading.text(fields.get("vnp_OrderInfo", ""), longest=LONGEST, empty=True),
        )
    except (KeyError, ValueError):
        raise _unread() from None


def _unread() -> BadNotice:
    return BadNotice(_("Không đọc được báo tin này của VNPAY."))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime(STAMP)


def _digest(text: str) -> str:
    secret = settings.PAYMENTS.vnpay.secret.encode()
    return hmac.new(secret, text.encode(), hashlib.sha512).hexdigest()
