"""What the three providers of money share: their book, their notices, their clocks."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from national.faults import Faults, Mode
from national.payments.book import Book
from national.payments.notices import Notices
from national.settings import Settings


class Money:
    """The providers of money in one place."""

    def __init__(self, settings: Settings, faults: Faults) -> None:
        self.settings = settings
        self.faults = faults
        self.book = Book(settings.home / "payments.db")
        self.notices = Notices(callback=settings.callback, faults=faults)

    def now(self, service: str) -> datetime:
        """The service's own idea of the time, UTC."""
        return self.faults.now(service)

    def early(self, service: str) -> bool:
        """True when this payment is to be told of before its payer is answered."""
        return self.faults.take(service=service, mode=Mode.RECEIPT_EARLY) is not None


def money_of(http: Request) -> Money:
    """The providers this request came to."""
    money = http.app.state.money
    if not isinstance(money, Money):
        raise TypeError("the application has no providers of money")
    return money


def dong(amount: int) -> str:
    """An amount as people read it: `1.250.000 đồng`."""
    return f"{amount:,} đồng".replace(",", ".")
