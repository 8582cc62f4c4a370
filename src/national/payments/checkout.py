"""A payment page in a browser, alike for VNPAY and the national platform but for its name."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.responses import Response

from national.csc.phone import VIETNAM
from national.pages import page
from national.payments.book import Order
from national.payments.money import dong

BANKS = {
    "NCB": "Ngân hàng thử số 1",
    "SACOMBANK": "Ngân hàng thử số 2",
    "VNPAYQR": "Ví điện tử thử",
    "VISA": "Thẻ quốc tế thử",
}
OUTCOMES = {"pay": "00", "cancel": "24", "poor": "51", "expire": "11"}
"""What a person may do, and the code that is told of it: VNPAY's list of vnp_ResponseCode."""

UNKNOWN = "Giao dịch này không có. Hãy quay lại trang của cơ quan và bắt đầu lại."


class Unclear(ValueError):
    """The form of a payment page cannot be used; the text is for the person."""


def shown(
    order: Order, *, brand: str, action: str, payee: str, content: str, back: str, fault: str = ""
) -> Response:
    """The page of an order that waits. `back` is the address its form may lead to."""
    return page(
        "checkout.html",
        status=400 if fault else 200,
        forms_to=origin(back),
        brand=brand,
        action=action,
        order=order,
        amount=dong(order.amount),
        payee=payee,
        content=content,
        until=clock(order.expires_at),
        banks=BANKS,
        fault=fault,
    )


def outcome(form: FormData, order: Order, *, now: datetime) -> tuple[str, str]:
    """The code and the bank of a posted form; raises Unclear. After its time an order ends as expired."""
    code = OUTCOMES.get(str(form.get("decision", "")))
    if code is None:
        raise Unclear("Hãy chọn thanh toán hay huỷ.")
    if now >= order.expires_at:
        return OUTCOMES["expire"], ""
    bank = str(form.get("bank", ""))
    if code in (OUTCOMES["pay"], OUTCOMES["poor"]) and bank not in BANKS:
        raise Unclear("Hãy chọn ngân hàng hoặc ví để trả tiền.")
    return code, bank if bank in BANKS else ""


def stop(brand: str, sentence: str, status: int = 400) -> Response:
    """One sentence instead of a payment page."""
    return page("stop.html", status=status, brand=brand, sentence=sentence)


def origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def clock(moment: datetime) -> str:
    """Hour, minute and day in Viet Nam."""
    return moment.astimezone(VIETNAM).strftime("%H:%M ngày %d/%m/%Y")
