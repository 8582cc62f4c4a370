"""A transfer asked of the bank: once by its key, however often it is asked, answered by what was booked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.foundation.errors import Unable
from tinhso.payments.channels import headers, reading
from tinhso.payments.contracts import BadNotice, ForgedNotice

QUICK = http.Timeouts(connect=3, read=8, total=10)
NO = frozenset({400, 404, 422})
"""The bank will not, however often it is asked; any other answer may change."""
KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
TRANSACTION = re.compile(r"[0-9A-Za-z]{1,40}")
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
LONGEST = 300


class NotTransferred(Unable):
    """The bank will not do this transfer; the message says why."""

    code = "not-transferred"
    status = 422


class Unclear(Unable):
    """The bank is not set up, or its answer cannot be used; asking again later may help."""

    code = "transfer-unclear"
    status = 502


@dataclass(frozen=True, slots=True)
class Order:
    """What the bank is asked; `amount` in whole đồng, `bank` the payee's BIN."""

    key: str
    from_account: str
    bank: str
    account: str
    name: str
    amount: int
    content: str


@dataclass(frozen=True, slots=True)
class Booked:
    """A transfer as the bank booked it, by the key we gave."""

    key: str
    transaction: str
    account: str
    amount: int


def transfer(order: Order) -> Booked:
    """Ask for the transfer. Raises NotTransferred, Unclear, or Unanswered when it may have been done."""
    given = settings.PAYMENTS.bank
    if not (given.url and given.token):
        raise Unclear(_("Chưa đặt kết nối với ngân hàng trong cấu hình."))
    answer = http.call(
        "POST",
        f"{given.url}/transfers",
        service="bank",
        headers={"authorization": f"Bearer {given.token}"},
        json={
            "key": order.key,
            "fromAccount": order.from_account,
            "toBin": order.bank,
            "toAccount": order.account,
            "toName": order.name,
            "amount": order.amount,
            "content": order.content,
        },
        timeouts=QUICK,
    )
    if answer.status in NO:
        raise NotTransferred(_("Ngân hàng không chuyển: %(why)s") % {"why": _why(answer)})
    try:
        booked = _booked(answer.ensure().json())
    except UNREADABLE:
        raise _unclear() from None
    if (booked.key, booked.account, booked.amount) != (order.key, order.from_account, order.amount):
        raise _unclear()
    return booked


def told(*, body: bytes, timestamp: str, signature: str, at: datetime) -> Booked:
    """The transfer that a signed notice tells of. Raises ForgedNotice, BadNotice."""
    secret = settings.PAYMENTS.bank.secret
    if not headers.holds(body, timestamp=timestamp, signature=signature, secret=secret, at=at):
        raise ForgedNotice(_("Báo tin này không có chữ ký đúng của ngân hàng hoặc đã quá cũ."))
    try:
        return _booked(reading.members(body))
    except UNREADABLE:
        raise BadNotice(_("Không đọc được báo tin chuyển tiền của ngân hàng.")) from None


def _booked(given: Any) -> Booked:
    key, number, account, amount = (given[name] for name in ("key", "transactionId", "account", "amount"))
    if given["status"] != "booked" or given["currency"] != "VND" or type(amount) is not int or amount <= 0:
        raise ValueError("not booked, or in another currency")
    if not (KEY.fullmatch(key) and TRANSACTION.fullmatch(number) and KEY.fullmatch(f"account-{account}")):
        raise ValueError("names that cannot be")
    return Booked(key=key, transaction=number, account=account, amount=amount)


def _why(answer: http.Answer) -> str:
    """What the bank says, as far as it can be read."""
    try:
        words = " ".join(str(reading.members(answer.body)["error"]).split())
    except UNREADABLE:
        words = ""
    return words[:LONGEST] or str(answer.status)


def _unclear() -> Unclear:
    return Unclear(_("Ngân hàng trả lời về lệnh chuyển tiền không đúng. Hệ thống sẽ hỏi lại."))
