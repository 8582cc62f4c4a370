"""What a statement says, whatever it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from national.payments.bank.moving import Account
from national.payments.book import Booking
from national.payments.days import bounds
from national.payments.money import Money


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Lines of an account on a day in Viet Nam, in the order of time, between two balances in whole đồng."""

    account: Account
    bin: str
    day: date
    made_at: datetime
    opening: int
    lines: list[Booking]

    @property
    def closing(self) -> int:
        """The balance after the last line."""
        return self.opening + sum(line.amount for line in self.lines)

    @property
    def number(self) -> int:
        """Statements are numbered by the day of the year."""
        return self.day.timetuple().tm_yday


def statement(money: Money, account: Account, day: date, *, now: datetime) -> Statement:
    """The statement of a day."""
    begin, end = bounds(day)
    lines = money.book.bookings(account.number, begin=begin, end=end)
    return Statement(
        account=account,
        bin=money.settings.bank_bin,
        day=day,
        made_at=now,
        opening=account.opening + money.book.balance(account.number, before=begin),
        lines=sorted(lines, key=lambda line: (line.at, line.id)),
    )
