"""An appointment as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.counter.models import Booking

FOLD = 74


def written(booking: Booking, *, at: datetime) -> str:
    """The file's text: one event with an alarm two hours before. It names no person."""
    link = f"{settings.ORIGIN}/lich-hen/{booking.token}/"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tinh So//Lich hen//VI",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{booking.id}@lich-hen",
        f"DTSTAMP:{_stamp(at)}",
        f"DTSTART:{_stamp(booking.starts_at)}",
        f"DTEND:{_stamp(booking.ends_at)}",
        f"SUMMARY:{_escaped(_('Lịch hẹn: %(service)s') % {'service': booking.service.name})}",
        f"LOCATION:{_escaped(booking.office.name)}",
        f"DESCRIPTION:{_escaped(_('Mã hẹn %(code)s.') % {'code': str(booking)})}",
        f"URL:{link}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(_('Sắp đến giờ hẹn'))}",
        "TRIGGER:-PT2H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(part for line in lines for part in _folded(line)) + "\r\n"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, never within a letter."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > FOLD:
            yield part
            part = " "
        part += letter
    yield part
