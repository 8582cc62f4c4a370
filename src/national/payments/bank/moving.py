"""The bank itself: its accounts, money moved between them, and who is told."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from national import people
from national.csc.phone import VIETNAM
from national.payments.book import Booking
from national.payments.days import day_of
from national.payments.money import Money
from national.settings import Settings

SERVICE = "bank"
PAYER_OPENING = 20_000_000
"""What each demo person has at first, whole đồng. Agencies begin with nothing."""
CONTENT_LENGTH = 140
MOST = 9_999_999_999_999
"""The greatest transfer, whole đồng."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account of this bank. Notices are sent for those of agencies only."""

    number: str
    name: str
    agency: bool

    @property
    def opening(self) -> int:
        """What it was opened with."""
        return 0 if self.agency else PAYER_OPENING


@dataclass(frozen=True, kw_only=True)
class Party:
    """Whoever is on the other end: here or at another bank."""

    number: str
    name: str


class Poor(ValueError):
    """There is not enough money in the account."""


def accounts(settings: Settings) -> dict[str, Account]:
    """Every account by its number: agencies' first, then one of each demo person, named after the phone."""
    found = [Account(number=number, name=name, agency=True) for number, name in settings.bank_accounts]
    found += [
        Account(number=f"19{who.phone[1:]}", name=plain(who.shown_name).upper(), agency=False)
        for who in people.everyone()
    ]
    return {account.number: account for account in found}


def plain(text: str) -> str:
    """Letters without marks, as banks pass contents on."""
    spread = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def content_of(text: str) -> str:
    """A content as it stands in the books: without marks, on one line, cut at 140 letters."""
    kept = plain(" ".join(text.split()))
    return "".join(letter if 32 <= ord(letter) < 127 else " " for letter in kept)[:CONTENT_LENGTH].strip()


def balance(money: Money, account: Account) -> int:
    """What is in an account now."""
    return account.opening + money.book.balance(account.number)


def masked(number: str) -> str:
    """The last four digits of an account."""
    return "*" * max(0, len(number) - 4) + number[-4:]


def transaction_id(number: int, day: date) -> str:
    """The bank's own number of a transfer: sixteen letters, so that it fits every kind of statement."""
    return f"FT{day:%y%m%d}{number % 100_000_000:08d}"


def move(
    money: Money,
    *,
    payer: Party,
    payee: Party,
    amount: int,
    content: str,
    at: datetime,
    key: str = "",
    asked: str = "",
) -> tuple[str, list[Booking]]:
    """Book a transfer on each end that is here; gives its number and its lines. Raises Poor.

    With a `key`, what was asked under it is kept in the same step, answered by the transfer's number.
    """
    known = accounts(money.settings)
    source = known.get(payer.number)
    if source and balance(money, source) < amount:
        raise Poor
    number = transaction_id(money.book.next_booking(), day_of(at))
    ends = [(payer, payee, -amount), (payee, payer, amount)]
    lines: list[dict[str, Any]] = [
        {
            "transaction_id": number,
            "account": own.number,
            "amount": signed,
            "content": content,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "other_name": other.name,
            "other_account": other.number,
        }
        for own, other, signed in ends
        if own.number in known
    ]
    money.book.book(lines, key=key, asked=asked, answer=number)
    return number, [line for each in lines for line in money.book.transaction(number, str(each["account"]))]


async def tell(money: Money, lines: list[Booking], *, early: bool = False) -> None:
    """Notices of credits on agencies' accounts, to `<callback>bank/`."""
    known = accounts(money.settings)
    for line in lines:
        if line.amount > 0 and known[line.account].agency:
            made = money.notices.in_json(
                SERVICE, credit(line), amount="amount", secret=money.settings.bank_secret
            )
            await money.notices.follow(made, early=early)


def credit(line: Booking) -> dict[str, Any]:
    """A credit as its notice tells it."""
    return {
        "transactionId": line.transaction_id,
        "account": line.account,
        "amount": line.amount,
        "currency": "VND",
        "content": line.content,
        "paidAt": line.at.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "payerName": line.other_name,
        "payerAccount": masked(line.other_account),
    }
