"""Cash of tills on its way to the bank: sent by a slip, found again as the bank's credit, or missed.

It lies in `clearing("deposit:<account>")` until the bank's own list has it, so that it is booked once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import fold, format_money
from tinhso.payments import caretakers, ledger, trouble
from tinhso.payments.contracts import Told, Trouble
from tinhso.payments.models import Deposit, Drawer, Money, Problem
from tinhso.payments.models.ledger import Why

SHORTEST = 4
"""A slip's number with fewer signs is found in too many contents to be told by it."""


def on_the_way(account: str) -> int:
    """The ledger's account of cash sent to a bank account and not yet seen there."""
    return ledger.clearing(f"deposit:{account}")


def send(drawer: Drawer, *, account: str, amount: int, slip: str, by: ActorRef, at: datetime) -> None:
    """Book cash of a session as sent, within the caller's act; what came up at the bank before is its."""
    lies = ledger.till(drawer.id, drawer.agency_id)
    move = ledger.Move(debit=on_the_way(account), credit=lies, amount=amount, why=Why.DEPOSITED)
    ledger.write([move], by=by.name, at=at)
    Deposit.objects.create(drawer=drawer, account=account, slip=slip, amount=amount, made_at=at)
    source = f"{caretakers.BANK}{account}"
    early = Problem.objects.filter(kind=Trouble.ORPHAN.value, closed_at=None, money__source=source)
    for problem in early.select_related("money").select_for_update(of=("self",)).order_by("opened_at"):
        if problem.money is None or problem.refund_asked:
            continue
        found = _named(account, problem.money.content, problem.money.amount)
        if found:
            ledger.write([_out_of_suspense(problem.money, account)], by=by.name, at=at)
            came(found, problem.money, at=at)
            trouble.lay(problem, said(found), by=by, at=at)


def awaited(told: Told) -> list[Deposit]:
    """The deposits whose slip a bank's credit names and whose sum it is, held; none for other money."""
    if not told.source.startswith(caretakers.BANK):
        return []
    return _named(told.source.removeprefix(caretakers.BANK), told.content, told.amount)


def came(deposits: Iterable[Deposit], money: Money, *, at: datetime) -> None:
    """These deposits are this credit: nothing is missed of them any more."""
    for deposit in deposits:
        deposit.money, deposit.arrived_at = money, max(at, deposit.made_at)
        deposit.save(update_fields=["money", "arrived_at"])
        missed = Problem.objects.filter(deposit=deposit).values_list("id", flat=True)
        trouble.lay_all(missed, _("Đã có trên sao kê lấy sau."), at=at)


def take_for(deposits: Sequence[Deposit], money: Money, *, by: ActorRef, at: datetime) -> None:
    """A credit that waits in suspense is these deposits; what the bank counted otherwise is a difference."""
    account, agency = deposits[0].account, deposits[0].drawer.agency_id
    sent = sum(one.amount for one in deposits)
    off, way = ledger.difference(agency), on_the_way(account)
    less = sent > money.amount
    gap = ledger.Move(
        debit=off if less else way,
        credit=way if less else off,
        amount=abs(sent - money.amount),
        why=Why.COUNTED,
        money=money.id,
    )
    ledger.write([_out_of_suspense(money, account), gap], by=by.name, at=at)
    came(deposits, money, at=at)


def waiting_at(account: str, *, slip: str = "", lock: bool = False) -> list[Deposit]:
    """Deposits to an account that have not come up and are not given up, the oldest first; those of one slip
    when it is given."""
    rows = Deposit.objects.filter(account=account, money=None).exclude(problems__closed_at__isnull=False)
    rows = rows.select_related("drawer").order_by("made_at")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return list(rows.filter(slip=slip) if slip else rows)


def raise_missing(account: str, day: date, *, at: datetime) -> None:
    """Cash sent before a day whose list is whole, and which has not come up at the bank."""
    for deposit in waiting_at(account):
        if deposit.made_at >= midnight(day) or deposit.problems.exists():
            continue
        why = _("%(till)s, %(cashier)s: giấy nộp %(slip)s ghi %(amount)s ngày %(day)s, sao kê chưa thấy.") % {
            "till": deposit.drawer.till,
            "cashier": deposit.drawer.cashier,
            "slip": deposit.slip,
            "amount": format_money(deposit.amount),
            "day": f"{today(deposit.made_at):%d/%m/%Y}",
        }
        trouble.raise_about(Trouble.DEPOSIT, why, deposit=deposit, at=at)


def said(deposits: Sequence[Deposit]) -> str:
    """What a credit is, in words."""
    return _("Là tiền quầy thu nộp quỹ, giấy nộp %(slip)s.") % {"slip": deposits[0].slip}


def _named(account: str, content: str, amount: int) -> list[Deposit]:
    """All that went on one slip, when the content names it and the sums are the same."""
    words = _signs(content)
    slips: dict[str, list[Deposit]] = {}
    for deposit in waiting_at(account, lock=True):
        slips.setdefault(deposit.slip, []).append(deposit)
    for slip, deposits in slips.items():
        named = _signs(slip)
        if len(named) >= SHORTEST and named in words and sum(one.amount for one in deposits) == amount:
            return deposits
    return []


def _signs(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", fold(text).upper())


def _out_of_suspense(money: Money, account: str) -> ledger.Move:
    return ledger.Move(
        debit=ledger.suspense(),
        credit=on_the_way(account),
        amount=money.amount,
        why=Why.ARRIVED,
        money=money.id,
    )
