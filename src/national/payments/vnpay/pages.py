"""VNPAY's payment page (`/vnpay/paymentv2/vpcpay.html`): strict to merchants, plain to people."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from national.payments import checkout
from national.payments.book import Order
from national.payments.money import Money, money_of
from national.payments.vnpay import asked
from national.payments.vnpay.telling import SERVICE, notice, return_address

ACTION = "/vnpay/paymentv2/pay"
BRAND = "Cổng thanh toán VNPAY (thử)"


async def begin(http: Request) -> Response:
    """Show the page of an order, and again when asked again; its name for other words is refused."""
    money = money_of(http)
    now = money.now(SERVICE)
    try:
        given = asked.read(http.query_params.multi_items(), money.settings, now=now)
        order = _taken(money, given)
    except asked.Refused as fault:
        return checkout.stop(BRAND, f"{fault} (mã {fault.code})")
    if not order.outcome and money.early(SERVICE):
        await _end(money, order, "00", next(iter(checkout.BANKS)), early=True)
        order = money.book.orders("token = ?", order.token)[0]
    return _page(money, order)


def _taken(money: Money, given: dict[str, str]) -> Order:
    day = given["vnp_CreateDate"][:8]
    known = money.book.orders("service = ? AND name = ? AND day = ?", SERVICE, given["vnp_TxnRef"], day)
    if known and known[0].asked != given:
        raise asked.Refused("99")
    if known:
        return known[0]
    return money.book.add_order(
        token=secrets.token_urlsafe(16),
        service=SERVICE,
        name=given["vnp_TxnRef"],
        day=day,
        asked=given,
        amount=int(given["vnp_Amount"]) // 100,
        expires_at=asked.expiry(given),
    )


def _page(money: Money, order: Order, fault: str = "") -> Response:
    if order.outcome:
        return RedirectResponse(return_address(money, order), 303)
    return checkout.shown(
        order,
        brand=BRAND,
        action=ACTION,
        payee=money.settings.client_name,
        content=str(order.asked["vnp_OrderInfo"]),
        back=str(order.asked["vnp_ReturnUrl"]),
        fault=fault,
    )


async def end(http: Request) -> Response:
    """A person's decision; a second press leads back with what the first did."""
    money = money_of(http)
    form = await http.form()
    found = money.book.orders("service = ? AND token = ?", SERVICE, str(form.get("token", "")))
    if not found:
        return checkout.stop(BRAND, checkout.UNKNOWN, 404)
    try:
        code, bank = checkout.outcome(form, found[0], now=money.now(SERVICE))
    except checkout.Unclear as fault:
        return _page(money, found[0], str(fault))
    await _end(money, found[0], code, bank, early=money.early(SERVICE))
    return _page(money, money.book.orders("token = ?", found[0].token)[0])


async def _end(money: Money, order: Order, code: str, bank: str, *, early: bool) -> None:
    done = money.book.finish(order, outcome=code, bank=bank, at=money.now(SERVICE))
    if done:
        await money.notices.follow(notice(money, done), early=early)


routes = [
    Route("/paymentv2/vpcpay.html", begin),
    Route("/paymentv2/pay", end, methods=["POST"]),
]
