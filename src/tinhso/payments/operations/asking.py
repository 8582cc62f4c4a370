"""Asking providers what became of attempts of which no notice came, so that a lost one is healed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q

from tinhso.foundation import legal
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import today
from tinhso.payments.caretakers import BANK
from tinhso.payments.channels import standing
from tinhso.payments.channels.ways import Ended, askers
from tinhso.payments.contracts import AttemptState, Channel, Told
from tinhso.payments.models import Attempt, Beneficiary
from tinhso.payments.operations import opening, receiving
from tinhso.payments.queries import bills

logger = logging.getLogger(__name__)
AT_ONCE = timedelta(seconds=10)
DAY = timedelta(days=1)
MOST = 200


def ask_silent(*, at: datetime) -> int:
    """Ask about attempts under way for longer than `payment_ask_minutes`, again each time this is called, and
    about those that ran out with no answer yet; how many were asked. A provider that fails is left."""
    minutes = timedelta(minutes=legal.integer("payment_ask_minutes", on=today(at)))
    hours = timedelta(hours=legal.integer("payment_ask_hours", on=today(at)))
    waits = Q(state=AttemptState.UNDER_WAY) & (Q(opened_at__lte=at - minutes) | Q(expires_at__lte=at))
    ran_out = Q(state=AttemptState.EXPIRED, provider_code="", expires_at__gt=at - hours) & (
        Q(asked_at=None) | Q(asked_at__lt=F("expires_at")) | Q(asked_at__lte=at - minutes)
    )
    rows = Attempt.objects.filter(waits | ran_out, channel__in=[name for name, _asker in askers])
    found = list(
        rows.exclude(proof="")
        .order_by(F("asked_at").asc(nulls_first=True), "opened_at")
        .values_list("reference", "channel")[:MOST]
    )
    left, asked = set(standing.shut(at=at)), 0
    for reference, channel in found:
        if channel in left:
            continue
        asked += 1
        if not ask(reference, at=at):
            left.add(channel)
    return asked


def silent_accounts(*, at: datetime) -> list[str]:
    """Sources of bank accounts to which a code was shown longer than `payment_ask_minutes` ago and brought
    nothing: their lists of today are to be asked for, again after as long, and once when the code ran out.

    Asking marks them as asked. Three queries.
    """
    minutes = timedelta(minutes=legal.integer("payment_ask_minutes", on=today(at)))
    again = Q(asked_at=None) | Q(asked_at__lte=at - minutes)
    waits = Q(state=AttemptState.UNDER_WAY, opened_at__lte=at - minutes) & again
    ran_out = Q(state=AttemptState.EXPIRED, expires_at__gt=at - DAY) & (
        Q(asked_at=None) | Q(asked_at__lt=F("expires_at"))
    )
    rows = Attempt.objects.filter(waits | ran_out, channel=Channel.VIETQR)
    agencies = set(rows.values_list("bill__agency", flat=True))
    rows.update(asked_at=at)
    accounts = Beneficiary.objects.filter(agency__in=agencies, period__contains=today(at))
    return sorted({f"{BANK}{account}" for account in accounts.values_list("account", flat=True)})


def ask(reference: str, *, at: datetime) -> bool:
    """Ask about one attempt, with no transaction open, and do as the answer says; whether there was one."""
    view = bills.attempt(reference)
    if view is None or view.channel.value not in askers:
        return True
    Attempt.objects.filter(reference=reference).update(asked_at=at)
    try:
        heard = askers.get(view.channel.value).ask(view, at=at)
    except Unable as fault:
        logger.warning("%s gave no answer about %s: %s", view.channel.value, reference, fault.code)
        standing.failed(view.channel.value, at=at)
        return False
    standing.worked(view.channel.value)
    if isinstance(heard, Told):
        receiving.receive(heard, at=at)
    elif isinstance(heard, Ended):
        opening.ended(reference, code=heard.code, at=at)
    return True


def soon(reference: str, *, at: datetime) -> bool:
    """Whether somebody who came back from the provider should have it asked at once, not twice in a row."""
    rows = Attempt.objects.filter(reference=reference, state=AttemptState.UNDER_WAY)
    return rows.filter(Q(asked_at=None) | Q(asked_at__lte=at - AT_ONCE)).exists()
