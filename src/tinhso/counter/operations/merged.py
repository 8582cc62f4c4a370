"""Two accounts of one person are one: their appointments."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.counter import appointment_notices as notices
from tinhso.counter.appointment_contracts import BookingState
from tinhso.counter.models import Booking
from tinhso.counter.models.appointments import OPEN
from tinhso.counter.operations.bookings import turn
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity


def appointments(merging: identity.Merging) -> None:
    """Nobody has two open appointments of one service: the one that still holds and comes first stays."""
    open_ones = Booking.objects.filter(person__in=[merging.loser, merging.survivor], state__in=OPEN)
    kept = set()
    for row in sorted(open_ones, key=lambda one: (one.state != BookingState.BOOKED, one.starts_at, one.id)):
        if row.service_id not in kept:
            kept.add(row.service_id)
            continue
        with turn("cancel", row.id, by=SYSTEM, at=merging.at) as taken:
            taken.booking.reason = _("hai tài khoản của ông/bà đã gộp làm một, lịch hẹn kia vẫn giữ")
            notices.cancelled(taken.booking, at=merging.at, by=None)
