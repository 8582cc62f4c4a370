"""Providers that do not answer are left alone for a while (`payment_breaker`)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F

from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.payments.models import Provider

logger = logging.getLogger(__name__)
RULE = "payment_breaker"


def shut(*, at: datetime) -> frozenset[str]:
    """Those left alone now. One query."""
    return frozenset(Provider.objects.filter(open_until__gt=at).values_list("name", flat=True))


def worked(name: str) -> None:
    """The provider answered as it should."""
    Provider.objects.filter(name=name).exclude(failures=0, open_until=None).update(
        failures=0, open_until=None
    )


def failed(name: str, *, at: datetime) -> None:
    """The provider did not answer, or wrongly; after `open_after` in a row it is left alone."""
    rule = legal.value(RULE, on=today(at))
    Provider.objects.get_or_create(name=name)
    Provider.objects.filter(name=name).update(failures=F("failures") + 1)
    until = at + timedelta(seconds=rule["open_seconds"])
    if Provider.objects.filter(name=name, failures__gte=rule["open_after"]).update(open_until=until):
        logger.error("provider of payments %s is left alone until %s", name, until)
