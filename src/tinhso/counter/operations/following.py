"""Appointments follow the working calendar, are reminded of, and are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.counter import appointment_notices as notices
from tinhso.counter import slots
from tinhso.counter.appointment_contracts import BookingState, WrongBookingTurn
from tinhso.counter.models import Booking, Office
from tinhso.counter.models.appointments import OPEN
from tinhso.counter.operations.bookings import turn
from tinhso.counter.queries.openings import calendar_of
from tinhso.foundation import crypto, legal, transactions, worktime
from tinhso.foundation.errors import Conflict
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import SYSTEM, CalendarRef


def follow(calendar: CalendarRef, *, why: str, at: datetime) -> int:
    """After a calendar changed: bookings of hours not worked any more lose their time, those of hours worked
    again get it back, and each person is told. How many changed. Safe to repeat.
    """
    worktime.forget()
    below = worktime.below(calendar)
    changed = 0
    for office in Office.objects.filter(id__in=_coming(at).values("office")):
        ref = calendar_of(office, on=today(at))
        if ref.code in below:
            changed += _follow_office(office, worktime.calendar(ref), why=why, at=at)
    return changed


def _coming(at: datetime) -> QuerySet[Booking]:
    return Booking.objects.filter(state__in=OPEN, starts_at__gt=at)


def _follow_office(office: Office, calendar: worktime.Calendar, *, why: str, at: datetime) -> int:
    changed = 0
    for booking in _coming(at).filter(office=office).order_by("starts_at", "id"):
        works = slots.works_through(calendar, booking.starts_at, booking.ends_at)
        if booking.state == BookingState.BOOKED and not works:
            changed += _displace(booking, why=why, at=at)
        elif booking.state == BookingState.DISPLACED and works:
            changed += _restore(booking, at=at)
    return changed


def _displace(booking: Booking, *, why: str, at: datetime) -> bool:
    """Take the time away, unless the person gave it back or took another one this moment."""
    try:
        with turn("displace", booking.id, by=SYSTEM, at=at, starts_at=booking.starts_at) as taken:
            taken.booking.reason = why or _("Lịch làm việc của cơ quan thay đổi")
            notices.displaced(taken.booking, at=at)
            taken.work.record(why=taken.booking.reason)
    except WrongBookingTurn:
        return False
    return True


def _restore(booking: Booking, *, at: datetime) -> bool:
    """Give the old time back, unless somebody has its seat by now."""
    try:
        with turn("restore", booking.id, by=SYSTEM, at=at, starts_at=booking.starts_at) as taken:
            taken.booking.reason = ""
            notices.restored(taken.booking, at=at)
    except Conflict:
        return False
    return True


def remind(*, at: datetime) -> int:
    """Remind of appointments so many days ahead, from an hour of the day on: legal values
    `appointment_reminder_days` and `appointment_reminder_hour`. Who booked after that hour is not reminded.
    How many. Safe to repeat.
    """
    day = today(at)
    from_hour = midnight(day) + timedelta(hours=legal.integer("appointment_reminder_hour", on=day))
    if at < from_hour:
        return 0
    begins = midnight(day) + timedelta(days=legal.integer("appointment_reminder_days", on=day))
    rows = Booking.objects.filter(
        state=BookingState.BOOKED.value,
        reminded_at=None,
        starts_at__gte=begins,
        starts_at__lt=begins + timedelta(days=1),
        booked_at__lt=from_hour,
    )
    found = list(rows.select_related("office", "service").order_by("starts_at", "id"))
    for booking in found:
        with transaction.atomic():
            if rows.filter(id=booking.id, starts_at=booking.starts_at).update(reminded_at=at):
                notices.reminded(booking, at=at)
    return len(found)


def forget_bookers(*, at: datetime) -> int:
    """Names and phones of appointments long over go (legal value `appointment_kept_days`); how many.

    One that was displaced and never took another time is over then too.
    """
    old = at - timedelta(days=legal.integer("appointment_kept_days", on=today(at)))
    with transactions.act("counter.forget_bookers", by=SYSTEM, at=at) as work:
        Booking.objects.filter(state=BookingState.DISPLACED.value, starts_at__lt=old).update(
            state=BookingState.CANCELLED.value, ended_at=at
        )
        rows = Booking.objects.filter(contact__isnull=False, starts_at__lt=old).exclude(state__in=OPEN)
        own = list(rows.filter(person=None).values_list("id", flat=True))
        gone = rows.update(contact=None, phone=None, reason="")
        for booking_id in own:
            crypto.erase(booking_id, at=at)
        work.record(bookings=gone)
        if not gone:
            work.leave_no_entry()
    return gone
