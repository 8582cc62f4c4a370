"""Money of a day paid out to agencies' accounts on the next, one sum for each account."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.csc.phone import VIETNAM
from national.guard import guarded
from national.payments.bank.moving import Party, Poor, accounts, move, tell
from national.payments.book import Order
from national.payments.days import bounds
from national.payments.money import Money, money_of
from national.wire import Fields

HOUR = time(8, 0)
PAYERS = {
    "vnpay": Party(number="970499000001", name="CONG THANH TOAN VNPAY (THU)"),
    "payplat": Party(number="970499000002", name="NEN TANG THANH TOAN DVCQG (THU)"),
}


async def due(money: Money) -> None:
    """Pay out every day that is over by the bank's clock, at eight the next morning."""
    now = money.now("bank")
    for service in PAYERS:
        for day in money.book.days(service):
            at = datetime.combine(day + timedelta(days=1), HOUR, VIETNAM)
            if at <= now:
                await pay_out(money, service, day, at=at)


async def pay_out(money: Money, service: str, day: date, *, at: datetime) -> int:
    """Pay each account what a day still owes it, less what was given back; the sum in whole đồng.

    An account that gave back more than it took is charged the difference, once there is enough in it.
    """
    total = 0
    for number, taken in _taken(money, service, day).items():
        prefix = f"payout-{service}-{day:%Y%m%d}-{number}-"
        before, count = money.book.paid_out(prefix)
        owed = taken - before
        if not owed:
            continue
        platform = PAYERS[service]
        agency = Party(number=number, name=accounts(money.settings)[number].name)
        try:
            _, lines = move(
                money,
                payer=platform if owed > 0 else agency,
                payee=agency if owed > 0 else platform,
                amount=abs(owed),
                content=f"{service.upper()} {day:%Y%m%d}",
                at=at,
                key=f"{prefix}{count}",
                asked=str(owed),
            )
        except Poor:
            continue
        total += owed
        await tell(money, lines)
    return total


def _taken(money: Money, service: str, day: date) -> dict[str, int]:
    """What each account is owed of a day."""
    begin, end = bounds(day)
    sums: dict[str, int] = defaultdict(int)
    for order in money.book.orders(
        "service = ? AND outcome = '00' AND at >= ? AND at < ?", service, begin, end
    ):
        sums[_account(money, order)] += order.amount
    for one in money.book.refunds("service = ? AND refunds.at >= ? AND refunds.at < ?", service, begin, end):
        sums[_account(money, one.order)] -= one.amount
    return sums


def _account(money: Money, order: Order) -> str:
    if order.service == "vnpay":
        return money.settings.vnpay_payout_account
    return str(order.asked["TKThuHuong"])


@guarded
async def now(http: Request) -> Response:
    """Pay out a day without waiting for the next: `service`, `date` (YYYYMMDD); for tests and demos."""
    money = money_of(http)
    try:
        fields = Fields(await http.body())
        service, text = fields.choice("service", tuple(PAYERS)), fields.text("date")
        fields.nothing_else()
        day = datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as fault:
        return JSONResponse({"error": str(fault)}, 400)
    return JSONResponse({"amount": await pay_out(money, service, day, at=money.now("bank"))})


routes = [Route("/_payout", now, methods=["POST"])]
