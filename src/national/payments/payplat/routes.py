"""The platform (`/payplat`): orders, the page people pay at, notices, queries, the list of a day.

Both sides sign: `X-Timestamp` and `X-Signature` over the bytes of the body (of the query string when there is
no body), under one shared secret.
"""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from national.csc.phone import VIETNAM
from national.pages import page
from national.payments import checkout
from national.payments.book import Order
from national.payments.days import bounds, day_asked
from national.payments.money import Money, money_of
from national.payments.notices import Notice
from national.payments.payplat import asked
from national.signatures import holds, stamped
from national.wire import Bad, Fields

SERVICE = "payplat"
BRAND = "Nền tảng thanh toán (thử)"
WAIT = timedelta(minutes=30)
WAITING = "01"
"""TrangThai of an order nobody has paid or given up yet; else as VNPAY's vnp_ResponseCode, 00 for paid."""

Endpoint = Callable[[Request], Awaitable[Response]]


def signed(endpoint: Endpoint) -> Endpoint:
    """Refuse what is not signed by the agency."""

    @functools.wraps(endpoint)
    async def checked(http: Request) -> Response:
        money = money_of(http)
        data = await http.body() if http.method == "POST" else http.scope["query_string"]
        secret = money.settings.payplat_secret.encode()
        if not holds(http.headers, data, secret=secret, now=money.now(SERVICE)):
            return _answer(money, {"MaLoi": "97", "MoTaLoi": "signature required"}, 401)
        return await endpoint(http)

    return checked


def _answer(money: Money, told: dict[str, Any], status: int = 200) -> Response:
    data = json.dumps(told, ensure_ascii=False).encode()
    headers = stamped(data, secret=money.settings.payplat_secret.encode(), at=money.now(SERVICE))
    return Response(data, status, media_type="application/json", headers=headers)


@signed
async def init(http: Request) -> Response:
    """Take an order: 201, 200 with the same address for the same order again, 409 for other words."""
    money = money_of(http)
    try:
        given = asked.read(await http.body(), money.settings)
    except Bad as fault:
        return _answer(money, {"MaLoi": "03", "MoTaLoi": str(fault)}, 400)
    found = money.book.orders("service = ? AND name = ?", SERVICE, given["MaTraCuuTT"])
    if found and found[0].asked != given:
        return _answer(money, {"MaLoi": "94", "MoTaLoi": "MaTraCuuTT was used"}, 409)
    order = found[0] if found else _take(money, given)
    if not found and money.early(SERVICE):
        await _end(money, order, "00", next(iter(checkout.BANKS)), early=True)
    address = f"{money.settings.base}/payplat/pay/{order.token}"
    return _answer(
        money,
        {"MaLoi": "00", "MoTaLoi": "", "MaTraCuuTT": order.name, "UrlThanhToan": address},
        200 if found else 201,
    )


def _take(money: Money, given: dict[str, Any]) -> Order:
    return money.book.add_order(
        token=secrets.token_urlsafe(16),
        service=SERVICE,
        name=given["MaTraCuuTT"],
        day="",
        asked=given,
        amount=asked.amount(given),
        expires_at=money.now(SERVICE) + WAIT,
    )


async def pay(http: Request) -> Response:
    """The page of an order: GET shows, POST ends it; afterwards both lead back."""
    money = money_of(http)
    order = _of_token(money, http.path_params["token"])
    if order is None:
        return checkout.stop(BRAND, checkout.UNKNOWN, 404)
    fault = ""
    if http.method == "POST":
        try:
            code, bank = checkout.outcome(await http.form(), order, now=money.now(SERVICE))
        except checkout.Unclear as unclear:
            fault = str(unclear)
        else:
            await _end(money, order, code, bank, early=money.early(SERVICE))
            order = _of_token(money, order.token) or order
    if order.outcome:
        return _back(money, order)
    return checkout.shown(
        order,
        brand=BRAND,
        action=f"/payplat/pay/{order.token}",
        payee=f"{order.asked['TenDonVi']}, tài khoản {order.asked['TKThuHuong']}",
        content=str(order.asked["NoiDungThanhToan"]),
        back=_return_address(money),
        fault=fault,
    )


def _of_token(money: Money, token: str) -> Order | None:
    found = money.book.orders("service = ? AND token = ?", SERVICE, token)
    return found[0] if found else None


def _return_address(money: Money) -> str:
    """Where people go back to: the request does not say, so the platform's keeper does."""
    told = urlsplit(money.notices.callback)
    usual = f"{told.scheme}://{told.netloc}/thanh-toan/tra-ve/payplat/" if told.netloc else ""
    return money.settings.payplat_return or usual


def _back(money: Money, order: Order) -> Response:
    """The person goes back, for show only: the notice decides."""
    address = _return_address(money)
    if not address:
        return page(
            "stop.html",
            brand=BRAND,
            heading="Giao dịch đã kết thúc",
            sentence="Hãy đóng trang này và quay lại trang của cơ quan để xem kết quả.",
        )
    query = urlencode({"MaTraCuuTT": order.name, "TrangThai": order.outcome})
    return RedirectResponse(f"{address}?{query}", 303)


async def _end(money: Money, order: Order, code: str, bank: str, *, early: bool = False) -> None:
    done = money.book.finish(order, outcome=code, bank=bank, at=money.now(SERVICE))
    if done:
        await money.notices.follow(_notice(money, done), early=early)


def _notice(money: Money, order: Order) -> Notice:
    secret = money.settings.payplat_secret
    return money.notices.in_json(SERVICE, _told(order), amount="SoTien", secret=secret)


def _told(order: Order) -> dict[str, Any]:
    return {
        "MaTraCuuTT": order.name,
        "MaGiaoDich": f"DVCQG{order.number:09d}" if order.paid else "",
        "SoTien": order.amount,
        "TrangThai": order.outcome or WAITING,
        "ThoiGian": order.at.astimezone(VIETNAM).isoformat(timespec="seconds") if order.at else "",
    }


@signed
async def query(http: Request) -> Response:
    """What became of an order: `{"MaTraCuuTT"}`; one that nobody paid in time ends here as expired."""
    money = money_of(http)
    try:
        fields = Fields(await http.body())
        name = fields.text("MaTraCuuTT")
        fields.nothing_else()
    except Bad as fault:
        return _answer(money, {"MaLoi": "03", "MoTaLoi": str(fault)}, 400)
    found = money.book.orders("service = ? AND name = ?", SERVICE, name)
    if not found:
        return _answer(money, {"MaLoi": "91", "MoTaLoi": "unknown MaTraCuuTT"}, 404)
    order = found[0]
    if not order.outcome and order.expires_at <= money.now(SERVICE):
        await _end(money, order, checkout.OUTCOMES["expire"], "")
        order = _of_token(money, order.token) or order
    return _answer(money, {"MaLoi": "00", "MoTaLoi": "", **_told(order)})


@signed
async def listed(http: Request) -> Response:
    """`?date=YYYYMMDD`: every order paid that day in Viet Nam, with the account it is paid out to."""
    money = money_of(http)
    day = day_asked(http)
    if day is None:
        return _answer(money, {"MaLoi": "03", "MoTaLoi": "date is YYYYMMDD and nothing else is asked"}, 400)
    begin, end = bounds(day)
    found = money.book.orders("service = ? AND outcome = '00' AND at >= ? AND at < ?", SERVICE, begin, end)
    lines = [_told(order) | {"TKThuHuong": order.asked["TKThuHuong"]} for order in found]
    return _answer(money, {"MaLoi": "00", "MoTaLoi": "", "Ngay": f"{day:%Y%m%d}", "DSGiaoDich": lines})


routes = [
    Route("/init", init, methods=["POST"]),
    Route("/pay/{token}", pay, methods=["GET", "POST"]),
    Route("/query", query, methods=["POST"]),
    Route("/transactions", listed),
]
