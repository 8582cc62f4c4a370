"""Appointments of people: booked, changed, cancelled, kept by coming, or missed.

Whoever books, changes or moves an appointment of a service waits for the others at the service's row, so that
each finds the lowest free seat; the database refuses a seat given twice all the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from tinhso.counter import appointment_notices as notices
from tinhso.counter import doors, lifecycle, slots
from tinhso.counter.appointment_contracts import (
    AlreadyBooked,
    Booker,
    BookingState,
    NoSuchBooking,
    Slot,
    SlotTaken,
    TooEarly,
    TooLate,
    TooManyBookings,
    WrongBookingTurn,
)
from tinhso.counter.contracts import NotAtTheDoor, Taken
from tinhso.counter.models import Booking, Service, Ticket
from tinhso.counter.models.appointments import HOLDS_A_SEAT, OPEN
from tinhso.counter.operations import tickets
from tinhso.counter.queries import openings
from tinhso.counter.subjects import of_booking
from tinhso.foundation import crypto, legal, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef
from tinhso.foundation.text import phone as mobile
from tinhso.foundation.transactions import Work

TOKEN_BYTES = 12
CODE_DIGITS = 8
FARTHEST = timedelta(days=366)


def phone_hash(number: str) -> bytes:
    """How a phone number is known to limits and to the database. Raises Unreadable."""
    return crypto.keyed_hash("counter.booker", mobile(number))


def sealed(who: Booker, *, key: UUID) -> bytes:
    """Name, phone and mail of a booker, to be read with that key only."""
    return crypto.seal(
        who.person or key, orjson.dumps({"name": who.name, "phone": who.phone, "email": who.email})
    )


def book(
    *,
    service_id: UUID,
    starts_at: datetime,
    who: Booker,
    booking_id: UUID | None = None,
    by: ActorRef = SYSTEM,
    at: datetime,
) -> Booking:
    """Book a time of a service; officers may for who calls, without the limit of a day.

    `booking_id` is given when the contact was sealed under it before. Raises SlotTaken, AlreadyBooked,
    TooManyBookings (legal value `appointment_bookings_a_day`), Invalid without a name or a way to know the
    person, NotAllowed.
    """
    service = _service(service_id)
    if not who.name.strip():
        fault = _("Hãy nhập họ và tên người đến.")
        raise Invalid(fault, faults={"ten": fault})
    booking = Booking(
        id=booking_id or new_id(),
        code="".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS)),
        token=secrets.token_urlsafe(TOKEN_BYTES),
        office=service.office,
        service=service,
        person=who.person,
        phone=phone_hash(who.phone) if who.phone else None,
        language=who.language,
        booked_at=at,
    )
    with transactions.act("counter.book", by=by, at=at, on=of_booking(booking, service.office)) as work:
        _line_up(service)
        _refuse_second(booking)
        if by.kind is not ActorKind.OFFICER:
            _within_the_day(booking, at=at)
        _give_seat(booking, service, starts_at=starts_at, at=at)
        booking.contact = sealed(who, key=booking.id)
        booking.save(force_insert=True)
        notices.booked(booking, at=at, by=by.id)
        work.record(code=booking.code, service=service.letter, starts_at=booking.starts_at.isoformat())
    return booking


def change(*, booking_id: UUID, starts_at: datetime, by: ActorRef = SYSTEM, at: datetime) -> None:
    """Take another time of the same service; code and address stay.

    Raises SlotTaken, WrongBookingTurn, NoSuchBooking; TooLate when the time to do it oneself is over, and
    TooManyBookings after `appointment_changes`: officers, and who was displaced, are free of both.
    """
    with turn("change", booking_id, by=by, at=at) as taken:
        booking = taken.booking
        refuse_late(booking, by=by, at=at)
        if by.kind is not ActorKind.OFFICER and booking.state != BookingState.DISPLACED:
            _count_change(booking, at=at)
        was = booking.starts_at
        _give_seat(booking, booking.service, starts_at=starts_at, at=at)
        booking.reason, booking.reminded_at = "", None
        notices.changed(booking, at=at, by=by.id)
        taken.work.record(was=was.isoformat(), starts_at=booking.starts_at.isoformat())


def cancel(*, booking_id: UUID, reason: str = "", by: ActorRef = SYSTEM, at: datetime) -> None:
    """Give the time back. An officer says why, and the person is told.

    Raises WrongBookingTurn, NoSuchBooking, TooLate, Invalid for an officer without a reason.
    """
    officer = by.kind is ActorKind.OFFICER
    if officer and not reason.strip():
        fault = _("Hãy ghi lý do huỷ; người hẹn đọc được.")
        raise Invalid(fault, faults={"vi-sao": fault})
    with turn("cancel", booking_id, by=by, at=at) as taken:
        refuse_late(taken.booking, by=by, at=at)
        taken.booking.reason = reason.strip()
        if officer:
            notices.cancelled(taken.booking, at=at, by=by.id)


def check_in(*, booking_id: UUID, taken: Taken, by: ActorRef = SYSTEM, at: datetime) -> Ticket:
    """The person is there: they get a number that is called at the hour of the appointment.

    Early ones wait for their hour, unless nobody else waits; late ones are next as long as the appointment
    holds. Raises TooEarly (`appointment_early_minutes`), TooLate after `appointment_late_minutes`,
    WrongBookingTurn, NoSuchBooking.
    """
    with turn("check_in", booking_id, by=by, at=at) as turned:
        booking = turned.booking
        opens = booking.starts_at - _minutes("appointment_early_minutes", at)
        if at < opens:
            raise TooEarly(
                _("Lịch hẹn lúc %(when)s. Từ %(opens)s mới nhận số; đến sớm hơn thì lấy số thường.")
                % {"when": notices.in_words(booking.starts_at), "opens": f"{local(opens):%H:%M}"}
            )
        if at > closes(booking, at=at):
            raise TooLate(
                _("Đã quá giờ hẹn %(when)s nên không giữ chỗ nữa. Ông/bà lấy số thường giúp.")
                % {"when": notices.in_words(booking.starts_at)}
            )
        booking.ticket = tickets.take(
            service_id=booking.service_id, taken=taken, appointed_at=booking.starts_at, by=by, at=at
        )
        turned.work.record(number=str(booking.ticket))
    return booking.ticket


def check_in_by_phone(*, booking_id: UUID, typed: str, at: datetime) -> Ticket:
    """Check in on one's own phone with the code at the door. Raises NotAtTheDoor and what check_in raises."""
    booking = _found(booking_id)
    if not doors.opens(booking.office, typed, on=today(at)):
        sentence = _("Mã ở cửa không đúng. Hãy xem lại 6 chữ số trên bảng gọi số hoặc máy lấy số hôm nay.")
        raise NotAtTheDoor(sentence, faults={"ma": sentence})
    return check_in(booking_id=booking_id, taken=Taken.APPOINTMENT, at=at)


def mark_absent(*, at: datetime) -> int:
    """Give up waiting for those who did not come in time; how many."""
    late = at - _minutes("appointment_late_minutes", at)
    rows = Booking.objects.filter(state=BookingState.BOOKED.value, starts_at__lt=late)
    return sum(_absent(*each, at=at) for each in rows.order_by("starts_at").values_list("id", "starts_at"))


def _absent(booking_id: UUID, starts_at: datetime, *, at: datetime) -> bool:
    """Give up waiting for one, unless it came, was cancelled or took another time this moment."""
    try:
        with turn("mark_absent", booking_id, by=SYSTEM, at=at, starts_at=starts_at):
            return True
    except WrongBookingTurn:
        return False


def closes(booking: Booking, *, at: datetime) -> datetime:
    """Until when the appointment holds for who is late."""
    return booking.starts_at + _minutes("appointment_late_minutes", at)


def refuse_late(booking: Booking, *, by: ActorRef, at: datetime) -> None:
    """Raise TooLate when the person can no longer change or cancel by themselves; officers always can."""
    if by.kind is ActorKind.OFFICER or booking.state == BookingState.DISPLACED:
        return
    if at > booking.starts_at - timedelta(minutes=booking.opening.cancel_minutes):
        raise TooLate(
            _("Đã sát giờ hẹn nên không đổi, huỷ trên mạng được nữa. Nếu không đến, ông/bà không cần làm gì.")
        )


@dataclass(slots=True)
class Turned:
    """A booking whose turn is under way."""

    booking: Booking
    work: Work


@contextmanager
def turn(
    act: str, booking_id: UUID, *, by: ActorRef, at: datetime, starts_at: datetime | None = None
) -> Iterator[Turned]:
    """One turn of a booking, by the table of the life cycle. Raises NoSuchBooking, WrongBookingTurn also for
    one that no longer begins at `starts_at`.
    """
    found = _found(booking_id)
    with transactions.act(f"counter.{act}", by=by, at=at, on=of_booking(found, found.office)) as work:
        _line_up(found.service)
        booking = (
            Booking.objects.select_for_update(of=("self",))
            .select_related("office", "service__office", "opening")
            .get(id=booking_id)
        )
        was = BookingState(booking.state)
        if starts_at not in (None, booking.starts_at):
            raise lifecycle.not_now(act, was)
        goes = lifecycle.booking_goes(act, was)
        yield Turned(booking, work)
        booking.state = goes.value
        booking.ended_at = None if goes.value in OPEN else at
        booking.save()
        work.record(code=booking.code, was=was.value, state=goes.value)


def _found(booking_id: UUID) -> Booking:
    found = Booking.objects.select_related("office", "service").filter(id=booking_id).first()
    if found is None:
        raise NoSuchBooking(_("Không có lịch hẹn này."))
    return found


def _service(service_id: UUID) -> Service:
    found = Service.objects.select_related("office").filter(id=service_id, open=True).first()
    if found is None:
        raise SlotTaken(_("Việc này hiện không đặt hẹn. Hãy chọn việc khác."))
    return found


def _line_up(service: Service) -> None:
    Service.objects.select_for_update(no_key=True).get(id=service.id)


def _refuse_second(booking: Booking) -> None:
    """Raise AlreadyBooked. The address of the first is told to whose account or proven phone it is."""
    same = Booking.objects.filter(service=booking.service, state__in=OPEN)
    hers = same.filter(person=booking.person).first() if booking.person else None
    by_phone = same.filter(phone=booking.phone).first() if booking.phone else None
    if found := hers or by_phone:
        raise AlreadyBooked(
            _("Đã có lịch hẹn việc này lúc %(when)s. Hãy đổi giờ hoặc huỷ lịch đó trước.")
            % {"when": notices.in_words(found.starts_at)},
            token=found.token if hers or not booking.person else "",
        )


def _within_the_day(booking: Booking, *, at: datetime) -> None:
    since = at - timedelta(days=1)
    rows = Booking.objects.filter(booked_at__gt=since)
    mine = rows.filter(person=booking.person) if booking.person else rows.filter(phone=booking.phone)
    most = legal.integer("appointment_bookings_a_day", on=today(at))
    if mine.count() >= most:
        raise TooManyBookings(
            _("Mỗi người đặt nhiều nhất %(most)d lịch hẹn trong 24 giờ. Hãy đặt tiếp vào ngày mai.")
            % {"most": most}
        )


def _count_change(booking: Booking, *, at: datetime) -> None:
    """Every change sends a message, so that one's own are counted."""
    most = legal.integer("appointment_changes", on=today(at))
    if booking.changes >= most:
        raise TooManyBookings(
            _("Lịch hẹn này đã đổi giờ %(most)d lần. Hãy giữ giờ hiện tại, hoặc gọi cơ quan để đổi giúp.")
            % {"most": most}
        )
    booking.changes += 1


def _give_seat(booking: Booking, service: Service, *, starts_at: datetime, at: datetime) -> None:
    """Put the booking on the lowest free seat of that time. Raises SlotTaken."""
    near = starts_at.tzinfo is not None and abs(starts_at - at) < FARTHEST
    day = today(starts_at if near else at)
    given = openings.times(service, at=at, on=day).get(day, ())
    slot = next((one for one in given if one.starts_at == starts_at), None)
    seat = next(iter(_seats(service, slot, but=booking.id)), None) if slot else None
    if slot is None or seat is None:
        raise SlotTaken(_("Giờ này vừa có người khác đặt hoặc không còn nhận hẹn. Hãy chọn giờ khác."))
    booking.opening_id, booking.seat = slot.opening, seat
    booking.starts_at, booking.ends_at = slot.starts_at, slot.ends_at


def _seats(service: Service, slot: Slot, *, but: UUID) -> tuple[int, ...]:
    held = Booking.objects.filter(
        service=service, state__in=HOLDS_A_SEAT, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at
    ).exclude(id=but)
    return slots.seats_left(slot, held.values_list("starts_at", "ends_at", "seat"))


def _minutes(key: str, at: datetime) -> timedelta:
    return timedelta(minutes=legal.integer(key, on=today(at)))
