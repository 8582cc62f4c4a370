"""When a message leaves: at once, after the quiet hours, or with others that follow soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tinhso.foundation import legal
from tinhso.foundation.moments import LOCAL, local
from tinhso.notify.contracts import Channel


@dataclass(frozen=True, slots=True)
class Rules:
    """Quiet hours on the province's clock; for each channel how long later messages wait to be joined."""

    quiet_from: time
    quiet_to: time
    quiet: frozenset[str]
    windows: Mapping[str, timedelta]


def rules(on: date) -> Rules:
    """The rules `notice_quiet_hours` and `notice_digest_minutes` of that day."""
    hours = legal.value("notice_quiet_hours", on=on)
    minutes = legal.value("notice_digest_minutes", on=on)
    return Rules(
        quiet_from=time.fromisoformat(hours["from"]),
        quiet_to=time.fromisoformat(hours["to"]),
        quiet=frozenset(hours["channels"]),
        windows={channel: timedelta(minutes=count) for channel, count in minutes.items()},
    )


def departure(*, channel: Channel, at: datetime, urgent: bool, last: datetime | None, by: Rules) -> datetime:
    """When a message written at `at` leaves.

    `last` is when the last one to the same reader by the same channel left or will leave. The first leaves
    at once; those that follow within the channel's window wait until its end and leave as one. Urgent ones
    wait for nothing.
    """
    if urgent or channel is Channel.IN_APP:
        return at
    leaves = at
    if last is not None:
        leaves = max(at, last if last > at else last + by.windows.get(channel.value, timedelta()))
    return after_quiet(leaves, by) if channel.value in by.quiet else leaves


def after_quiet(at: datetime, by: Rules) -> datetime:
    """The moment itself, or the end of the quiet hours it falls in."""
    here = local(at)
    clock = here.time()
    over_midnight = by.quiet_from > by.quiet_to
    inside = (
        clock >= by.quiet_from or clock < by.quiet_to
        if over_midnight
        else by.quiet_from <= clock < by.quiet_to
    )
    if not inside:
        return at
    day = here.date() + timedelta(days=1 if over_midnight and clock >= by.quiet_from else 0)
    return datetime.combine(day, by.quiet_to, tzinfo=LOCAL).astimezone(at.tzinfo)
