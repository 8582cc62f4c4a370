"""Moving SMS traffic between two providers by how slow each is.

The rule follows GOV.UK Notify's: every minute, the share of the window's messages that took, or are taking,
longer than they should is counted for each provider. When some are slow and others are not, the slow one
loses points to the other, unless points were moved a short while ago. After a quiet while points move back
towards the resting points. The numbers are the dated value `sms_failover`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q

from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.notify.carriers import providers
from tinhso.notify.models import Message, Provider

logger = logging.getLogger(__name__)
ALL_POINTS = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """The numbers of `sms_failover`."""

    slow: timedelta
    window: timedelta
    slow_percent: int
    step: int
    hold: timedelta
    back_after: timedelta
    alarm_percent: int
    alarm_minutes: int

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Rule:
        """From the legal value."""
        return cls(
            slow=timedelta(seconds=value["slow_seconds"]),
            window=timedelta(minutes=value["window_minutes"]),
            slow_percent=value["slow_percent"],
            step=value["step"],
            hold=timedelta(minutes=value["hold_minutes"]),
            back_after=timedelta(minutes=value["return_minutes"]),
            alarm_percent=value["alarm_percent"],
            alarm_minutes=value["alarm_minutes"],
        )


@dataclass(frozen=True, slots=True)
class Share:
    """Messages a provider carried in the window, and how many of them were slow."""

    count: int
    slow: int

    def reaches(self, percent: int) -> bool:
        """Whether at least that share was slow; nothing carried is not slow."""
        return self.count > 0 and self.slow * 100 >= percent * self.count


def moved(
    points: Mapping[str, int],
    *,
    resting: Mapping[str, int],
    shares: Mapping[str, Share],
    quiet_for: timedelta,
    rule: Rule,
) -> dict[str, int]:
    """The points after this minute; `quiet_for` is how long ago points were last moved."""
    slow = [name for name in points if shares.get(name, Share(0, 0)).reaches(rule.slow_percent)]
    if len(points) < 2 or quiet_for < rule.hold:
        return dict(points)
    if slow and len(slow) < len(points):
        return _away_from(points, slow, rule.step)
    if not slow and quiet_for >= rule.back_after:
        return {name: _towards(points[name], resting[name], rule.step) for name in points}
    return dict(points)


def _away_from(points: Mapping[str, int], slow: list[str], step: int) -> dict[str, int]:
    others = [name for name in points if name not in slow]
    after = dict(points)
    for name in slow:
        taken = min(step, after[name], ALL_POINTS - after[others[0]])
        after[name] -= taken
        after[others[0]] += taken
    return after


def _towards(now: int, resting: int, step: int) -> int:
    return min(now + step, resting) if now < resting else max(now - step, resting)


def measured(rule: Rule, *, at: datetime) -> dict[str, Share]:
    """How each provider did in the window, counted by when messages were handed over. One statement."""
    late = Q(delivered_at__gt=F("sent_at") + rule.slow) | Q(
        state="sent", delivered_at=None, sent_at__lt=at - rule.slow
    )
    rows = (
        Message.objects.filter(channel="sms", sent_at__gte=at - rule.window, sent_at__lte=at)
        .exclude(provider="")
        .values("provider")
        .annotate(count=Count("id"), slow=Count("id", filter=late))
    )
    return {row["provider"]: Share(row["count"], row["slow"]) for row in rows}


def balance(*, at: datetime) -> dict[str, int]:
    """Do what the rule asks this minute; the points after it, by provider."""
    if len(settings.MESSAGING.sms) < 2:
        return {}
    rule = Rule.read(legal.value("sms_failover", on=today(at)))
    shares = measured(rule, at=at)
    providers.standing(at=at)
    resting = {provider.name: provider.resting for provider in settings.MESSAGING.sms}
    with transaction.atomic():
        rows = list(Provider.objects.select_for_update().filter(name__in=resting).order_by("name"))
        points = {row.name: row.priority for row in rows}
        quiet_for = at - max(row.changed_at for row in rows)
        after = moved(points, resting=resting, shares=shares, quiet_for=quiet_for, rule=rule)
        for row in rows:
            if after[row.name] != row.priority:
                logger.warning("SMS provider %s: %d to %d points", row.name, row.priority, after[row.name])
                row.priority, row.changed_at = after[row.name], at
            _watch(row, shares.get(row.name, Share(0, 0)), rule, at=at)
            row.save()
    return after


def _watch(row: Provider, share: Share, rule: Rule, *, at: datetime) -> None:
    """Alarm once in an episode of slow minutes in a row."""
    if not share.reaches(rule.alarm_percent):
        row.slow_minutes, row.alarmed_at = 0, None
        return
    row.slow_minutes += 1
    if row.slow_minutes >= rule.alarm_minutes and row.alarmed_at is None:
        row.alarmed_at = at
        logger.error("SMS provider %s has been slow for %d minutes", row.name, row.slow_minutes)
