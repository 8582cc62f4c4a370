"""Limits of security as dated values (`legal/identity.json`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tinhso.foundation import legal, moments


def count(key: str, at: datetime) -> int:
    """The value in force; before the values are loaded, the one this release ships, never no limit."""
    try:
        return legal.integer(key, on=moments.today(at))
    except legal.NoLegalValue:
        return int(legal.declarations()[key].values[-1].value)


def minutes(key: str, at: datetime) -> timedelta:
    """A value in minutes."""
    return timedelta(minutes=count(key, at))


def hours(key: str, at: datetime) -> timedelta:
    """A value in hours."""
    return timedelta(hours=count(key, at))
