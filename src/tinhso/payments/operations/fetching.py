"""Asking sources for their lists, and reconciling with what they answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings

from tinhso.foundation import jobs
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.payments import caretakers
from tinhso.payments.channels import lists, payplat, vnpay
from tinhso.payments.models import Beneficiary, ReconciledDay
from tinhso.payments.operations import reconciling, taking_in

BACK = 7
"""How many days back a list that never came is still asked for by itself."""


def sources(*, at: datetime) -> tuple[str, ...]:
    """Whatever keeps a list for us: each account that money goes to, VNPAY, the platform. One query."""
    rows = Beneficiary.objects.filter(period__contains=today(at)).order_by("account")
    banks = [f"{caretakers.BANK}{account}" for account in rows.values_list("account", flat=True).distinct()]
    return (
        *(banks if settings.PAYMENTS.bank.url else ()),
        *([vnpay.SOURCE] * bool(settings.PAYMENTS.vnpay.url)),
        *([payplat.SOURCE] * bool(settings.PAYMENTS.payplat.url)),
    )


def waiting(*, at: datetime) -> list[tuple[str, date]]:
    """The days that are over and whose list is not whole yet, of each source. Two queries."""
    days = [today(at) - timedelta(days=n) for n in range(BACK, 0, -1)]
    known = ReconciledDay.objects.filter(complete=True, day__in=days).values_list("source", "day")
    whole = set(known)
    return [(source, day) for source in sources(at=at) for day in days if (source, day) not in whole]


def fetch(source: str, day: date, *, by: ActorRef, at: datetime) -> ReconciledDay:
    """Ask a source for a day's list, take it in and reconcile. Call with no transaction open.

    Raises NoList, which a later try may mend; GiveUp where there is none to be had; else as `taking_in`.
    """
    try:
        answered = lists.ask(source, day, at=at)
    except lists.NotListed as fault:
        raise jobs.GiveUp(fault.message) from None
    taking_in.of_answer(source, day, answered, by=by, at=at)
    return reconciling.reconcile(day, source, at=at)
