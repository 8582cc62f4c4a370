"""Bookings as their holders and officers see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.counter.appointment_contracts import BookingState, BookingView, NoSuchBooking
from tinhso.counter.models import Booking
from tinhso.counter.models.appointments import OPEN
from tinhso.foundation import crypto
from tinhso.foundation.moments import midnight

DAY = timedelta(days=1)


def booking_of(token: str) -> Booking:
    """The booking of a page's address. Raises NoSuchBooking."""
    found = _whole(Booking.objects.all()).filter(token=token).first()
    if found is None:
        raise NoSuchBooking(
            _("Không có lịch hẹn này. Hãy xem lại liên kết trong tin nhắn, hoặc đặt lịch mới.")
        )
    return found


def at_office(office_id: UUID, typed: str) -> Booking | None:
    """The booking of an office by its code, in any grouping, or by the address that its QR code holds."""
    scanned = typed.strip().rstrip("/").rsplit("/", 1)
    rows = _whole(Booking.objects.filter(office_id=office_id))
    if len(scanned) > 1:
        return rows.filter(token=scanned[-1]).first()
    return rows.filter(code="".join(typed.split())).first()


def of_day(office_id: UUID, *, day: date) -> tuple[BookingView, ...]:
    """The bookings of an office on a day, by time. Two queries."""
    begins = midnight(day)
    rows = Booking.objects.filter(office_id=office_id, starts_at__gte=begins, starts_at__lt=begins + DAY)
    return views(rows.order_by("starts_at", "service__letter", "seat"))


def displaced(offices: Iterable[UUID], *, limit: int = 300) -> tuple[BookingView, ...]:
    """Bookings that lost their time to a closed day and have no other yet, the first to come first."""
    rows = Booking.objects.filter(office__in=list(offices), state=BookingState.DISPLACED.value)
    return views(rows.order_by("starts_at", "id")[:limit])


def open_of(person: UUID) -> tuple[BookingView, ...]:
    """The open bookings of a signed-in person, the next first."""
    return views(Booking.objects.filter(person=person, state__in=OPEN).order_by("starts_at"))


def views(rows: QuerySet[Booking]) -> tuple[BookingView, ...]:
    """Bookings as they cross the room. Two queries."""
    found = list(_whole(rows))
    closed = [(row.person or row.id, bytes(row.contact)) for row in found if row.contact]
    opened = iter(crypto.unseal_many(closed))
    return tuple(_view(row, next(opened) if row.contact else None) for row in found)


def _whole(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    return rows.select_related("office", "service__office", "opening", "ticket")


def _view(row: Booking, contact: bytes | None) -> BookingView:
    who = orjson.loads(contact) if contact else {}
    return BookingView(
        id=row.id,
        code=str(row),
        token=row.token,
        office=row.office_id,
        office_name=row.office.name,
        service=row.service_id,
        service_letter=row.service.letter,
        service_name=row.service.name,
        state=BookingState(row.state),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        name=who.get("name", ""),
        phone=who.get("phone", ""),
        person=row.person,
        number=str(row.ticket) if row.ticket else "",
    )


def contact_of(booking: Booking) -> dict[str, str]:
    """Name, phone and mail of who booked; empty once erased. One query."""
    if booking.contact is None:
        return {}
    opened = crypto.unseal_many([(booking.person or booking.id, bytes(booking.contact))])[0]
    found: dict[str, str] = orjson.loads(opened) if opened else {}
    return found
