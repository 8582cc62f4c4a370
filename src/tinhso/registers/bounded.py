"""Words out of a register's answer, taken only when they are of usual shape."""

from __future__ import annotations

from datetime import date, datetime

from tinhso.foundation import text
from tinhso.registers.contracts import NotAnswered, Outcome

LONGEST = 300
OLDEST = date(1880, 1, 1)


def words(value: str | None, *, most: int = LONGEST) -> str:
    """One line of text, normal; empty for nothing. Raises NotAnswered for one that is too long."""
    if not value:
        return ""
    if len(value) > most:
        raise NotAnswered(Outcome.UNREADABLE, "a text too long")
    return text.normal(value)


def day(value: str | None, shape: str, *, latest: date) -> date | None:
    """A day written as `shape` says; None for nothing. Raises NotAnswered for no day, or one yet to come."""
    written = words(value, most=40)
    if not written:
        return None
    if not written.isascii():
        raise NotAnswered(Outcome.UNREADABLE, "no day")
    try:
        found = datetime.strptime(written, shape).date()  # noqa: DTZ007 - a day without a moment
    except ValueError:
        raise NotAnswered(Outcome.UNREADABLE, "no day") from None
    if not OLDEST <= found <= latest:
        raise NotAnswered(Outcome.UNREADABLE, "a day out of range")
    return found
