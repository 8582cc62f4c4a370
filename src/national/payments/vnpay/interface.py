"""VNPAY's calls for merchants (`/merchant_webapi/api/`): `querydr`, `refund` and the list of a day.

Members and checksums of the first two are [memory]; the list is ours.
"""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.payments import checkout
from national.payments.book import Order, Refund
from national.payments.days import bounds, day_asked
from national.payments.money import Money, money_of
from national.payments.vnpay import hashing
from national.payments.vnpay.asked import FIELDS, Refused, check, is_address, moment, stamp
from national.payments.vnpay.telling import SERVICE, notice, number_of, status_of
from national.signatures import holds, stamped

MESSAGES = {
    "00": "Yeu cau thanh cong",
    "02": "Ma dinh danh ket noi khong hop le",
    "03": "Du lieu gui sang khong dung dinh dang",
    "91": "Khong tim thay giao dich yeu cau",
    "94": "Yeu cau bi trung lap",
    "95": "Giao dich nay khong thanh cong ben VNPAY, tu choi xu ly yeu cau",
    "97": "Chu ky khong hop le",
    "98": "So tien hoan lon hon so tien con lai cua giao dich",
}
"""Answers of the JSON calls [memory]; 98 is ours."""
FULL, PART = "02", "03"
SENT_TO_BANK = "06"
HEADINGS = ("Type", "TxnRef", "TransactionNo", "Amount", "At", "BankCode", "OrderInfo", "RequestId")


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,15}", text))


def _is_moment(text: str) -> bool:
    return moment(text) is not None


COMMON: dict[str, Callable[[str], bool]] = {
    "vnp_RequestId": lambda text: bool(re.fullmatch("[A-Za-z0-9]{1,32}", text)),
    "vnp_Version": FIELDS["vnp_Version"],
    "vnp_Command": lambda text: text in ("querydr", "refund"),
    "vnp_TmnCode": FIELDS["vnp_TmnCode"],
    "vnp_TxnRef": FIELDS["vnp_TxnRef"],
    "vnp_OrderInfo": FIELDS["vnp_OrderInfo"],
    "vnp_TransactionDate": _is_moment,
    "vnp_CreateDate": _is_moment,
    "vnp_IpAddr": is_address,
}
OF_REFUND: dict[str, Callable[[str], bool]] = COMMON | {
    "vnp_TransactionType": lambda text: text in (FULL, PART),
    "vnp_Amount": lambda text: bool(re.fullmatch("[1-9][0-9]{0,11}", text)) and int(text) % 100 == 0,
    "vnp_CreateBy": lambda text: bool(re.fullmatch("[A-Za-z0-9 ._@-]{1,245}", text)),
}
OPTIONAL: dict[str, Callable[[str], bool]] = {"vnp_TransactionNo": _is_number}


async def transaction(http: Request) -> Response:
    """`querydr` or `refund`; faults are numbers in a 200, each answer with its checksum."""
    money = money_of(http)
    secret = money.settings.vnpay_secret.encode()
    given = _read(await http.body())
    command = given.get("vnp_Command", "")
    refund = command == "refund"
    signature = given.pop(hashing.HASH, "")
    signed = hashing.piped(given, hashing.REFUND if refund else hashing.QUERY)
    facts: dict[str, str] = {}
    if given.get("vnp_TmnCode") != money.settings.vnpay_tmn_code:
        code = "02"
    elif not hashing.holds(signature, signed, secret):
        code = "97"
    else:
        code, facts = await (_refund if refund else _query)(money, given)
    told = {
        "vnp_ResponseId": secrets.token_hex(16),
        "vnp_Command": command,
        "vnp_ResponseCode": code,
        "vnp_Message": MESSAGES[code],
        "vnp_TmnCode": given.get("vnp_TmnCode", ""),
        "vnp_TxnRef": given.get("vnp_TxnRef", ""),
        **facts,
    }
    order = hashing.REFUND_ANSWER if refund else hashing.QUERY_ANSWER
    return JSONResponse(told | {hashing.HASH: hashing.digest(hashing.piped(told, order), secret)})


def _read(body: bytes) -> dict[str, str]:
    """Members as strings; what is no flat object of strings counts as empty, and so has no valid checksum."""
    try:
        data: Any = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        return {}
    return data


Facts = tuple[str, dict[str, str]]


async def _query(money: Money, given: dict[str, str]) -> Facts:
    try:
        check(given, COMMON, OPTIONAL)
    except Refused:
        return "03", {}
    order = _order(money, given)
    if order is None:
        return "91", {}
    if not order.outcome and order.expires_at <= money.now(SERVICE):
        done = money.book.finish(order, outcome=checkout.OUTCOMES["expire"], bank="", at=order.expires_at)
        if done:
            await money.notices.follow(notice(money, done))
            order = done
    return "00", {
        "vnp_Amount": str(order.amount * 100),
        "vnp_OrderInfo": str(order.asked["vnp_OrderInfo"]),
        "vnp_BankCode": order.bank,
        "vnp_PayDate": stamp(order.at) if order.at else "",
        "vnp_TransactionNo": number_of(order),
        "vnp_TransactionType": "01",
        "vnp_TransactionStatus": status_of(order),
        "vnp_PromotionCode": "",
        "vnp_PromotionAmount": "",
    }


def _order(money: Money, given: dict[str, str]) -> Order | None:
    """The order of a name and the moment it was made, with VNPAY's number too when that is named."""
    day = given["vnp_TransactionDate"][:8]
    found = money.book.orders("service = ? AND name = ? AND day = ?", SERVICE, given["vnp_TxnRef"], day)
    for order in found:
        named = given.get("vnp_TransactionNo", "0")
        if order.asked["vnp_CreateDate"] == given["vnp_TransactionDate"] and named in ("0", number_of(order)):
            return order
    return None


async def _refund(money: Money, given: dict[str, str]) -> Facts:
    """Take money back from the merchant's next payout. The same request twice is refused as such."""
    try:
        check(given, OF_REFUND, OPTIONAL)
    except Refused:
        return "03", {}
    order = _order(money, given)
    if order is None:
        return "91", {}
    if not order.paid:
        return "95", {}
    if money.book.refunds("request = ?", given["vnp_RequestId"]):
        return "94", {}
    amount = int(given["vnp_Amount"]) // 100
    before = sum(one.amount for one in money.book.refunds("order_number = ?", order.number))
    whole = given["vnp_TransactionType"] == FULL
    if amount + before > order.amount or (whole and amount != order.amount):
        return "98", {}
    made = money.book.refund(order, request=given["vnp_RequestId"], amount=amount, at=money.now(SERVICE))
    return "00", {
        "vnp_Amount": given["vnp_Amount"],
        "vnp_OrderInfo": given["vnp_OrderInfo"],
        "vnp_BankCode": order.bank,
        "vnp_PayDate": stamp(made.at),
        "vnp_TransactionNo": refund_number(made),
        "vnp_TransactionType": given["vnp_TransactionType"],
        "vnp_TransactionStatus": SENT_TO_BANK,
    }


def refund_number(refund: Refund) -> str:
    """VNPAY's own number of a refund."""
    return str(15_000_000 + refund.number)


async def reconciliation(http: Request) -> Response:
    """`?date=YYYYMMDD`: what was paid and given back that day in Viet Nam, as CSV, signed by headers.

    The caller signs the query string by the same headers, under the merchant's secret, and names itself in
    `X-TmnCode`.
    """
    money = money_of(http)
    now, secret = money.now(SERVICE), money.settings.vnpay_secret.encode()
    query = http.scope["query_string"]
    if http.headers.get("x-tmncode") != money.settings.vnpay_tmn_code or not holds(
        http.headers, query, secret=secret, now=now
    ):
        return JSONResponse({"error": "signature required"}, 401)
    day = day_asked(http)
    if day is None:
        return JSONResponse({"error": "date is YYYYMMDD and nothing else is asked"}, 400)
    made = io.StringIO()
    written = csv.writer(made)
    written.writerow(HEADINGS)
    written.writerows(_lines(money, day))
    body = made.getvalue().encode()
    return Response(body, media_type="text/csv; charset=utf-8", headers=stamped(body, secret=secret, at=now))


def _lines(money: Money, day: date) -> Iterable[tuple[str, ...]]:
    begin, end = bounds(day)
    for order in money.book.orders(
        "service = ? AND outcome = '00' AND at >= ? AND at < ?", SERVICE, begin, end
    ):
        if order.at:
            yield (
                *("pay", order.name, number_of(order), str(order.amount), stamp(order.at)),
                *(order.bank, str(order.asked["vnp_OrderInfo"]), ""),
            )
    for one in money.book.refunds("refunds.at >= ? AND refunds.at < ?", begin, end):
        yield (
            *("refund", one.order.name, refund_number(one), str(-one.amount), stamp(one.at)),
            *(one.order.bank, str(one.order.asked["vnp_OrderInfo"]), one.request),
        )


routes = [
    Route("/merchant_webapi/api/transaction", transaction, methods=["POST"]),
    Route("/merchant_webapi/api/reconciliation", reconciliation),
]
