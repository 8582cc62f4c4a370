"""Words that several pages of the queue share."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.counter.contracts import Place
from tinhso.foundation.moments import local

SOON_MINUTES = 2


def clock(at: datetime | None) -> str:
    """A moment as the clock on the wall shows it; empty for None."""
    return f"{local(at):%H:%M}" if at else ""


def wait(until: datetime | None, *, at: datetime) -> str:
    """How long until a moment, as people say it, rounded up to five minutes."""
    if until is None:
        return _("Chưa có quầy nào đang làm việc này.")
    minutes = max(0, int((until - at).total_seconds() // 60))
    if minutes < SOON_MINUTES:
        return _("Gần như không phải chờ.")
    rounded = -(-minutes // 5) * 5
    return _("Chờ khoảng %(n)d phút.") % {"n": rounded}


def ahead(place: Place) -> str:
    """How many stand before, in a sentence."""
    if not place.ahead:
        return _("Ông/bà là người tiếp theo.")
    return ngettext("Còn %(n)d người trước ông/bà.", "Còn %(n)d người trước ông/bà.", place.ahead) % {
        "n": place.ahead
    }


def day_and_clock(at: datetime) -> str:
    """A moment in a list: "09:30 2/3/2026"."""
    here = local(at)
    return f"{here:%H:%M} {here.day}/{here.month}/{here.year}"
