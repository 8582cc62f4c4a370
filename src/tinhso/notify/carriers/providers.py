"""How the SMS providers stand: whom to ask next, and whom to leave alone for a while."""

from __future__ import annotations

import logging
import random
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.notify.models import Provider

logger = logging.getLogger(__name__)


def standing(*, at: datetime) -> dict[str, Provider]:
    """The configured providers; one seen for the first time starts at its resting point."""
    named = {provider.name: provider for provider in settings.MESSAGING.sms}
    rows = {row.name: row for row in Provider.objects.filter(name__in=named)}
    fresh = [
        Provider(name=name, priority=named[name].resting, changed_at=at) for name in named if name not in rows
    ]
    if fresh:
        Provider.objects.bulk_create(fresh, ignore_conflicts=True)
        rows = {row.name: row for row in Provider.objects.filter(name__in=named)}
    return rows


def choose(*, without: Collection[str], at: datetime) -> str | None:
    """The provider to ask: at random by priority among those not left alone; None when there is none.

    One whose time alone is over is asked by one message first; the others wait for how that ends.
    """
    rows = [row for row in standing(at=at).values() if row.name not in without]
    free = [row for row in rows if row.open_until is None]
    tried = [row for row in rows if row.open_until is not None and row.open_until <= at]
    for row in tried:
        if _claim_trial(row, at=at):
            return row.name
    if not free:
        return None
    weights = [row.priority for row in free]
    picked = random.choices(free, weights=weights if sum(weights) else None)  # noqa: S311 - spreads load
    return picked[0].name


def worked(name: str) -> None:
    """The provider answered as it should."""
    Provider.objects.filter(name=name).exclude(failures=0, open_until=None).update(
        failures=0, open_until=None
    )


def failed(name: str, *, at: datetime) -> None:
    """The provider did not answer, or wrongly; after `open_after` in a row it is left alone for a while."""
    rule = legal.value("sms_failover", on=today(at))
    Provider.objects.filter(name=name).update(failures=F("failures") + 1)
    shut = Provider.objects.filter(name=name, failures__gte=rule["open_after"]).filter(
        Q(open_until=None) | Q(open_until__lte=at + timedelta(seconds=rule["open_seconds"]))
    )
    if shut.update(open_until=at + timedelta(seconds=rule["open_seconds"])):
        logger.error("SMS provider %s is left alone for %s s", name, rule["open_seconds"])


def _claim_trial(row: Provider, *, at: datetime) -> bool:
    """One message tries a provider again; others see it shut until that try must have ended."""
    seconds = legal.value("sms_failover", on=today(at))["open_seconds"]
    same = Provider.objects.filter(name=row.name, open_until=row.open_until)
    return bool(same.update(open_until=at + timedelta(seconds=seconds)))
