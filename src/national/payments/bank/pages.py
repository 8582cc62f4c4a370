"""The bank's app on a phone (`/bank`): paste or open a code, look, transfer; and each account."""

from __future__ import annotations

import secrets

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from national.csc.phone import VIETNAM
from national.pages import page
from national.payments.bank import vietqr
from national.payments.bank.moving import (
    MOST,
    SERVICE,
    Account,
    Party,
    Poor,
    accounts,
    balance,
    content_of,
    move,
    tell,
)
from national.payments.days import bounds, day_of
from national.payments.money import Money, dong, money_of
from national.payments.payouts import due

LINES_SHOWN = 50
BRAND = "Ngân hàng thử"


class Unclear(ValueError):
    """A transfer as filled in cannot be made; the text is for the person."""


async def home(http: Request) -> Response:
    """A box for the code, and every account."""
    money = money_of(http)
    await due(money)
    rows = [
        {"account": account, "balance": dong(balance(money, account))}
        for account in accounts(money.settings).values()
    ]
    return page("bank.html", rows=rows, fault="", qr="")


async def pay(http: Request) -> Response:
    """GET `?qr=<text>` shows what a code asks for; POST transfers. A form sent twice transfers once."""
    money = money_of(http)
    if http.method == "GET":
        text = http.query_params.get("qr", "").strip()
        try:
            code, payee = _asked(money, text)
        except vietqr.Unreadable as fault:
            return page("bank.html", status=400, rows=[], fault=str(fault), qr=text)
        amount = "" if code.amount is None else str(code.amount)
        return _form(money, text, payee, token=secrets.token_urlsafe(16), amount=amount, content=code.purpose)
    form = await http.form()
    text, token = str(form.get("qr", "")), str(form.get("token", ""))
    try:
        _, payee = _asked(money, text)
    except vietqr.Unreadable as fault:
        return page("bank.html", status=400, rows=[], fault=str(fault), qr=text)
    done = money.book.transfer(f"form-{token}") if token else None
    if done is None:
        try:
            return await _transferred(money, form, payee, token)
        except Unclear as fault:
            amount, content = str(form.get("amount", "")), str(form.get("content", ""))
            payer = str(form.get("payer", ""))
            return _form(
                money, text, payee, token=token, amount=amount, content=content, payer=payer, fault=str(fault)
            )
    return _done(money, done[1], payee)


def _asked(money: Money, text: str) -> tuple[vietqr.Qr, Account]:
    code = vietqr.read(text)
    payee = accounts(money.settings).get(code.account)
    if code.bin != money.settings.bank_bin or payee is None:
        raise vietqr.Unreadable("Tài khoản trong mã QR không có ở ngân hàng thử này.")
    return code, payee


async def _transferred(money: Money, form: FormData, payee: Account, token: str) -> Response:
    payer = accounts(money.settings).get(str(form.get("payer", "")))
    if payer is None or payer.agency:
        raise Unclear("Hãy chọn tài khoản trả tiền.")
    digits = str(form.get("amount", "")).replace(".", "").replace(" ", "")
    if not digits.isascii() or not digits.isdigit() or not 0 < int(digits[:20]) <= MOST:
        raise Unclear("Hãy ghi số tiền bằng chữ số, ví dụ 50.000.")
    content = content_of(str(form.get("content", "")))
    if not content or not token:
        raise Unclear("Hãy ghi nội dung chuyển tiền.")
    try:
        number, lines = move(
            money,
            payer=Party(number=payer.number, name=payer.name),
            payee=Party(number=payee.number, name=payee.name),
            amount=int(digits),
            content=content,
            at=money.now(SERVICE),
            key=f"form-{token}",
        )
    except Poor:
        raise Unclear("Tài khoản không đủ tiền. Hãy chọn tài khoản khác hoặc giảm số tiền.") from None
    await tell(money, lines, early=money.early(SERVICE))
    return _done(money, number, payee)


def _done(money: Money, number: str, payee: Account) -> Response:
    lines = money.book.transaction(number, payee.number)
    if not lines:
        return page(
            "stop.html", status=409, brand=BRAND, sentence="Lần chuyển tiền này là cho tài khoản khác."
        )
    line = lines[0]
    at = line.at.astimezone(VIETNAM).strftime("%H:%M:%S ngày %d/%m/%Y")
    return page("bank_done.html", line=line, payee=payee, amount=dong(line.amount), at=at)


def _form(
    money: Money,
    text: str,
    payee: Account,
    *,
    token: str,
    amount: str,
    content: str,
    payer: str = "",
    fault: str = "",
) -> Response:
    payers = [account for account in accounts(money.settings).values() if not account.agency]
    return page(
        "bank_pay.html",
        status=400 if fault else 200,
        qr=text,
        payee=payee,
        token=token,
        amount=amount,
        shown=dong(int(amount)) if amount.isdigit() and amount.isascii() else "",
        content=content,
        payer=payer or payers[0].number,
        payers=payers,
        fault=fault,
    )


async def account(http: Request) -> Response:
    """An account as its owner sees it: balance and the last lines."""
    money = money_of(http)
    await due(money)
    found = accounts(money.settings).get(http.path_params["account"])
    if found is None:
        return page("stop.html", status=404, brand=BRAND, sentence="Ngân hàng thử không có tài khoản này.")
    today = day_of(money.now(SERVICE))
    lines = money.book.newest(found.number, LINES_SHOWN)
    return page(
        "bank_account.html",
        account=found,
        balance=dong(balance(money, found)),
        count=len(money.book.bookings(found.number, begin=bounds(today)[0], end=bounds(today)[1])),
        rows=[
            {
                "line": line,
                "amount": f"{'+' if line.amount > 0 else '-'}{dong(abs(line.amount))}",
                "at": line.at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y"),
            }
            for line in lines
        ],
    )


routes = [
    Route("/", home),
    Route("/pay", pay, methods=["GET", "POST"]),
    Route("/account/{account}", account),
]
