"""Days and times as banks write them, read as moments in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from tinhso.foundation.moments import LOCAL
from tinhso.payments.statements.shapes import EARLIEST, LATEST, Fault, StatementFault

_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
_DAYS = (
    re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})[/.-](?P<month>[0-9]{1,2})[/.-](?P<day>[0-9]{1,2})"),
)
_CLOCK = re.compile(_TIME)


def booked(day: str, clock: str = "", *, row: int) -> tuple[datetime, bool]:
    """The moment (UTC) of "28/11/2026 08:30:15" or a day and a time apart; and whether a time was said.

    Days stand before months; "2026-11-28" is read too. Raises StatementFault.
    """
    for form in _DAYS:
        found = form.match(day)
        if found:
            said = clock.strip() or day[found.end() :].strip(" T\t\n-")
            parts = _CLOCK.fullmatch(said)
            if said and not parts:
                break
            try:
                on = date(int(found["year"]), int(found["month"]), int(found["day"]))
                at = _time(parts)
            except ValueError:
                break
            if EARLIEST <= on.year < LATEST:
                return moment(on, at), parts is not None
            break
    raise no_day(f"{day} {clock}".strip(), row=row)


def _time(said: re.Match[str] | None) -> time:
    return time() if said is None else time(int(said["hour"]), int(said["minute"]), int(said["second"] or 0))


def moment(day: date, at: time = time()) -> datetime:
    """The moment (UTC) of a day and a time of day in Việt Nam."""
    return datetime.combine(day, at, tzinfo=LOCAL).astimezone(UTC)


def no_day(text: str, *, row: int) -> StatementFault:
    """The fault of a day that cannot be read."""
    return StatementFault(
        Fault.DAY,
        _("Dòng %(row)d: “%(text)s” không phải ngày giao dịch. Ngày phải ghi như 28/11/2026.")
        % {"row": row, "text": text[:40]},
        row=row,
    )
