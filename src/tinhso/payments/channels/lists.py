"""Lists that sources keep themselves: what the bank booked, what VNPAY and the platform took on a day.

Call with no transaction open. A list is all or nothing: what cannot be read whole is refused whole.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import today
from tinhso.payments.channels import headers, payplat, vnpay
from tinhso.payments.contracts import BadNotice, Channel, Listed, Told

BANK = "bank:"
LARGEST = 20 * 1024 * 1024
MOST_PAGES = 1000
MOST = 10**15
LONGEST = 500
HEADINGS = ["Type", "TxnRef", "TransactionNo", "Amount", "At", "BankCode", "OrderInfo", "RequestId"]
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, csv.Error, BadNotice)
TIMEOUTS = http.Timeouts(connect=3, read=20, total=60)


class NoList(Unable):
    """The source gave no usable list; asking again later may."""

    code = "no-list"
    status = 502


class NotListed(Unable):
    """The source keeps no list for us: not set up, or the account is not one of its."""

    code = "not-listed"
    status = 422


@dataclass(frozen=True, slots=True)
class Answered:
    """A list as it came: its rows, and the hash (hex) of all that was answered."""

    rows: tuple[Listed, ...]
    sha256: str


def ask(source: str, day: date, *, at: datetime) -> Answered:
    """The list of a legal day. Raises NoList, NotListed."""
    try:
        if source == vnpay.SOURCE:
            return _of_vnpay(day, at=at)
        if source == payplat.SOURCE:
            return _of_platform(day, at=at)
        if source.startswith(BANK):
            return _of_bank(source.removeprefix(BANK), day)
    except http.Unanswered as fault:
        raise NoList(fault.message, source=source) from None
    except UNREADABLE:
        raise NoList(
            _("Danh sách ngày %(day)s của %(source)s không đọc được. Hãy lấy lại sau, hoặc tải sao kê lên.")
            % {"day": f"{day:%d/%m/%Y}", "source": source},
            source=source,
        ) from None
    raise NotListed(_("Nguồn tiền này không có danh sách để lấy."), source=source)


def _of_bank(account: str, day: date) -> Answered:
    """Page after page; each names the transaction after which the next begins."""
    given = settings.PAYMENTS.bank
    if not (given.url and given.token):
        raise NotListed(_("Chưa đặt kết nối với ngân hàng trong cấu hình."))
    rows: list[Listed] = []
    digest, after = hashlib.sha256(), ""
    for _page in range(MOST_PAGES):
        asked = {"from": f"{day}", "to": f"{day}"} | ({"after": after} if after else {})
        answer = http.call(
            "GET",
            f"{given.url}/accounts/{quote(account, safe='')}/transactions?{urlencode(asked)}",
            service="bank",
            headers={"authorization": f"Bearer {given.token}"},
            timeouts=TIMEOUTS,
            max_bytes=LARGEST,
        )
        if answer.status == 404:
            raise NotListed(_("Ngân hàng không có tài khoản %(account)s.") % {"account": account})
        told = answer.ensure().json()
        if told["account"] != account:
            raise ValueError("a list of another account")
        found = [_booked(one, account=account, day=day) for one in told["transactions"]]
        digest.update(answer.body)
        rows += found
        after = told["next"] or ""
        if not after:
            return Answered(_once(rows), digest.hexdigest())
        if not found or after != found[-1].reference:
            raise ValueError("a page that leads nowhere")
    raise ValueError("a list without end")


def _booked(one: Mapping[str, Any], *, account: str, day: date) -> Listed:
    amount, way = one["amount"], one["direction"]
    if type(amount) is not int or not 0 < amount < MOST or way not in ("credit", "debit"):
        raise ValueError("not a whole sum, or neither in nor out")
    if one["currency"] != "VND" or one["account"] != account:
        raise ValueError("another account or currency")
    at = datetime.fromisoformat(_text(one["paidAt"]))
    if at.tzinfo is None or today(at) != day:
        raise ValueError("a moment of that day names its zone")
    return Listed(
        reference=_text(one["transactionId"]),
        amount=amount if way == "credit" else -amount,
        at=at.astimezone(UTC),
        content=_text(one.get("content", ""), empty=True),
        payer=_text(one.get("payerName", ""), empty=True),
    )


def _of_vnpay(day: date, *, at: datetime) -> Answered:
    """Signed both ways with the merchant's secret; refunds stand below nought."""
    given = settings.PAYMENTS.vnpay
    if not (given.url and given.terminal and given.secret):
        raise NotListed(_("Chưa đặt kết nối với VNPAY trong cấu hình."))
    query, stamp = f"date={day:%Y%m%d}", str(int(at.timestamp()))
    answer = http.call(
        "GET",
        f"{given.url}/merchant_webapi/api/reconciliation?{query}",
        service="vnpay",
        headers={
            "x-tmncode": given.terminal,
            "x-timestamp": stamp,
            "x-signature": _signature(stamp, query.encode()),
        },
        timeouts=TIMEOUTS,
        max_bytes=LARGEST,
    ).ensure()
    right = _signature(answer.headers.get("x-timestamp", ""), answer.body)
    if not hmac.compare_digest(right.encode(), answer.headers.get("x-signature", "").encode()):
        raise NoList(_("Danh sách ngày của VNPAY không có chữ ký đúng, nên không nhận. Hãy lấy lại sau."))
    rows = _once(list(_taken(answer.body.decode(), day)))
    return Answered(rows, hashlib.sha256(answer.body).hexdigest())


def _taken(text: str, day: date) -> Iterator[Listed]:
    reader = csv.reader(io.StringIO(text), strict=True)
    if next(reader, []) != HEADINGS:
        raise ValueError("other headings")
    for kind, order, number, amount, stamp, _bank, info, _request in reader:
        paid = int(amount)
        if not 0 < abs(paid) < MOST or (kind, paid > 0) not in (("pay", True), ("refund", False)):
            raise ValueError("neither paid nor given back")
        at = datetime.strptime(stamp, vnpay.STAMP).replace(tzinfo=vnpay.ZONE)
        if today(at) != day:
            raise ValueError("a row of another day")
        yield Listed(
            reference=_text(number),
            amount=paid,
            at=at.astimezone(UTC),
            content=_text(info, empty=True),
            order=_text(order),
        )


def _of_platform(day: date, *, at: datetime) -> Answered:
    """Signed by headers both ways; each payment names the account it is paid out to."""
    given = settings.PAYMENTS.payplat
    if not (given.url and given.secret):
        raise NotListed(_("Chưa đặt kết nối với nền tảng thanh toán trong cấu hình."))
    query = f"date={day:%Y%m%d}"
    answer = http.call(
        "GET",
        f"{given.url}/transactions?{query}",
        service=payplat.SOURCE,
        headers=headers.signed(query.encode(), secret=given.secret, at=at),
        timeouts=TIMEOUTS,
        max_bytes=LARGEST,
    ).ensure()
    stamp, signature = (answer.headers.get(name, "") for name in ("x-timestamp", "x-signature"))
    if not headers.holds(answer.body, timestamp=stamp, signature=signature, secret=given.secret, at=at):
        raise NoList(_("Danh sách ngày của nền tảng thanh toán không có chữ ký đúng. Hãy lấy lại sau."))
    told = answer.json()
    if told["MaLoi"] != "00" or told["Ngay"] != f"{day:%Y%m%d}":
        raise ValueError("a list of another day")
    rows = _once([_of_order(one, day) for one in told["DSGiaoDich"]])
    return Answered(rows, hashlib.sha256(answer.body).hexdigest())


def _of_order(one: dict[str, Any], day: date) -> Listed:
    money = payplat.read(one)
    if not isinstance(money, Told) or today(money.paid_at) != day:
        raise ValueError("not paid on that day")
    return Listed(
        reference=money.transaction,
        amount=money.amount,
        at=money.paid_at.astimezone(UTC),
        order=money.reference,
        account=_text(one["TKThuHuong"]),
    )


def channel(source: str) -> Channel:
    """The way that money of a source took."""
    return {vnpay.SOURCE: Channel.VNPAY, payplat.SOURCE: Channel.PLATFORM}.get(source, Channel.VIETQR)


def _signature(stamp: str, body: bytes) -> str:
    secret = settings.PAYMENTS.vnpay.secret.encode()
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _once(rows: list[Listed]) -> tuple[Listed, ...]:
    """A row that is repeated as it is counts once. Raises ValueError for one that is repeated otherwise."""
    known = {row.reference: row for row in rows}
    if any(known[row.reference] != row for row in rows):
        raise ValueError("one name for two movements")
    return tuple(known.values())


def _text(value: object, *, empty: bool = False) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or not (value or empty) or "\0" in value:
        raise ValueError("not a text of usual length")
    value.encode()
    return value
