"""The bank's interface for agencies (`/bank/accounts/…`, `/bank/transfers`), behind its bearer token."""

from __future__ import annotations

import functools
import hmac
import json
import re
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.csc.phone import VIETNAM
from national.guard import guarded
from national.payments.bank.moving import (
    MOST,
    SERVICE,
    Account,
    Party,
    Poor,
    accounts,
    content_of,
    credit,
    move,
    tell,
)
from national.payments.book import Booking
from national.payments.days import bounds
from national.payments.money import money_of
from national.payments.payouts import due
from national.wire import Bad, Fields

PAGE = 200
KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
STRANGER = Party(number="0000000000", name="NGUOI CHUYEN TIEN THU")

Endpoint = Callable[[Request], Awaitable[Response]]


def known(endpoint: Endpoint) -> Endpoint:
    """Ask for `Authorization: Bearer <the bank's token>`."""

    @functools.wraps(endpoint)
    async def asked(http: Request) -> Response:
        right = f"Bearer {money_of(http).settings.bank_token}"
        if not hmac.compare_digest(http.headers.get("authorization", "").encode(), right.encode()):
            return JSONResponse({"error": "token required"}, 401, headers={"www-authenticate": "Bearer"})
        return await endpoint(http)

    return asked


def agency_account(http: Request) -> Account:
    """The agency's account of the address; raises Bad."""
    found = accounts(money_of(http).settings).get(http.path_params["account"])
    if found is None or not found.agency:
        raise Bad("unknown account")
    return found


def day(text: str) -> date:
    """`YYYY-MM-DD`; raises Bad."""
    try:
        return date.fromisoformat(text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
    except ValueError:
        raise Bad("a date is written YYYY-MM-DD") from None


@known
async def transactions(http: Request) -> Response:
    """The bank's own list: `from` and `to` (days, both counted), `after` a transactionId; 200 at a time."""
    money = money_of(http)
    await due(money)
    asked = http.query_params
    try:
        account = agency_account(http)
        if set(asked) - {"from", "to", "after"}:
            raise Bad("only from, to and after may be asked")
        first, last = day(asked.get("from", "")), day(asked.get("to", ""))
        after = _place(http, account, asked.get("after", ""))
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 404 if str(fault) == "unknown account" else 400)
    lines = money.book.bookings(
        account.number, begin=bounds(first)[0], end=bounds(last)[1], after=after, most=PAGE + 1
    )
    shown = lines[:PAGE]
    return JSONResponse(
        {
            "account": account.number,
            "transactions": [listed(line) for line in shown],
            "next": shown[-1].transaction_id if len(lines) > PAGE else None,
        }
    )


def _place(http: Request, account: Account, after: str) -> int:
    if not after:
        return 0
    found = money_of(http).book.transaction(after, account.number)
    if not found:
        raise Bad("after is no transactionId of this account")
    return found[0].id


def listed(line: Booking) -> dict[str, Any]:
    """A line of the list: as a notice, with `direction` credit or debit and an amount above zero."""
    told = credit(line) | {"amount": abs(line.amount)}
    return told | {"direction": "credit" if line.amount > 0 else "debit"}


@known
async def transfer(http: Request) -> Response:
    """Money from an agency's account: 201 the first time, 200 with the same answer for its key again."""
    money = money_of(http)
    body = await http.body()
    try:
        given = _read(body)
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 400)
    key, asked = str(given["key"]), json.dumps(given, sort_keys=True)
    before = money.book.transfer(f"api-{key}")
    if before and before[0] != asked:
        return JSONResponse({"error": "key was used"}, 409)
    if before:
        return _answered(http, given, before[1], 200)
    held = accounts(money.settings)
    payer, payee = held.get(given["fromAccount"]), held.get(given["toAccount"])
    if payer is None or not payer.agency:
        return JSONResponse({"error": "unknown fromAccount"}, 404)
    ours = given["toBin"] == money.settings.bank_bin
    if ours and (payee is None or payee.name != given["toName"] or payee.number == payer.number):
        return JSONResponse({"error": "toAccount and toName are of no account here"}, 422)
    try:
        number, lines = move(
            money,
            payer=Party(number=payer.number, name=payer.name),
            payee=Party(
                number=given["toAccount"] if ours else f"{given['toBin']}-{given['toAccount']}",
                name=given["toName"],
            ),
            amount=given["amount"],
            content=content_of(given["content"]),
            at=money.now(SERVICE),
            key=f"api-{key}",
            asked=asked,
        )
    except Poor:
        return JSONResponse({"error": "not enough money"}, 422)
    made = money.notices.in_json(
        SERVICE,
        _told(given, lines[0]),
        amount="amount",
        secret=money.settings.bank_secret,
        under="transfers/",
    )
    await money.notices.follow(made, early=money.early(SERVICE))
    await tell(money, lines)
    return _answered(http, given, number, 201)


def _read(body: bytes) -> dict[str, Any]:
    fields = Fields(body)
    given: dict[str, Any] = {
        name: fields.text(name) for name in ("key", "fromAccount", "toBin", "toAccount", "toName", "content")
    }
    given["amount"] = fields.whole("amount")
    fields.nothing_else()
    if not KEY.fullmatch(given["key"]):
        raise Bad("key is eight to sixty four letters digits and hyphens")
    if not re.fullmatch(r"[0-9]{6}", given["toBin"]):
        raise Bad("toBin is six digits")
    if not re.fullmatch(r"[A-Za-z0-9]{1,19}", given["toAccount"]):
        raise Bad("toAccount is up to nineteen letters and digits")
    if not 0 < given["amount"] <= MOST:
        raise Bad("amount is out of range")
    if not content_of(given["content"]):
        raise Bad("content is empty")
    return given


def _told(given: dict[str, Any], line: Booking) -> dict[str, Any]:
    return {
        "key": given["key"],
        "transactionId": line.transaction_id,
        "account": line.account,
        "amount": -line.amount,
        "currency": "VND",
        "status": "booked",
        "paidAt": line.at.astimezone(VIETNAM).isoformat(timespec="seconds"),
    }


def _answered(http: Request, given: dict[str, Any], number: str, status: int) -> Response:
    (line,) = money_of(http).book.transaction(number, given["fromAccount"])
    return JSONResponse(_told(given, line), status)


@guarded
async def put(http: Request) -> Response:
    """Book a credit of any amount, content and moment, as if transferred: for tests and demos."""
    money = money_of(http)
    try:
        fields = Fields(await http.body())
        number, amount = fields.text("account"), fields.whole("amount")
        content, at = content_of(fields.text("content")), fields.moment("at")
        payer = Party(
            number=fields.text("payerAccount", default=STRANGER.number),
            name=fields.text("payerName", default=STRANGER.name),
        )
        fields.nothing_else()
        payee = accounts(money.settings).get(number)
        if payee is None or not 0 < amount <= MOST or not content:
            raise Bad("account must be of this bank, amount above zero, content of plain letters")
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 400)
    try:
        _, lines = move(
            money,
            payer=payer,
            payee=Party(number=payee.number, name=payee.name),
            amount=amount,
            content=content,
            at=at or money.now(SERVICE),
        )
    except Poor:
        return JSONResponse({"error": "not enough money"}, 422)
    await tell(money, lines)
    return JSONResponse(credit(lines[-1]), 201)


routes = [
    Route("/accounts/{account}/transactions", transactions),
    Route("/transfers", transfer, methods=["POST"]),
    Route("/_transfer", put, methods=["POST"]),
]
