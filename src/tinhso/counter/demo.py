"""The queue of the Rạch Giá office, in the middle of a morning: numbers in every state, and appointments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from tinhso.counter.appointment_contracts import Booker, Pattern
from tinhso.counter.contracts import Need, Taken
from tinhso.counter.models import Booking, Office, Opening, Slip, Ticket
from tinhso.counter.operations import bookings, calling, closing, openings, places, slips, tickets
from tinhso.counter.queries import openings as given
from tinhso.directory import api as directory
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity

AGENCY = "ubnd-30742"
SERVICES = (
    ("A", "Hộ tịch, chứng thực", 8),
    ("B", "Đất đai, xây dựng", 15),
    ("C", "Hộ kinh doanh, lao động, bảo trợ", 12),
    ("D", "Nhận kết quả", 4),
)
WINDOWS = ((1, "Hộ tịch", "AD"), (2, "Đất đai", "BD"), (3, "Kinh doanh", "CD"), (4, "", "AC"))
SEATED = ("rachgia.tiepnhan", "rachgia.chuyenvien", "rachgia.kinhte")
TAKEN = (
    ("A", Need.NONE), ("B", Need.NONE), ("A", Need.ELDERLY), ("D", Need.NONE), ("C", Need.NONE),
    ("A", Need.NONE), ("B", Need.NONE), ("A", Need.NONE), ("D", Need.NONE), ("A", Need.PREGNANT),
    ("C", Need.NONE), ("B", Need.DISABLED), ("A", Need.NONE), ("A", Need.NONE), ("B", Need.NONE),
    ("C", Need.ELDERLY), ("A", Need.NONE), ("D", Need.NONE), ("B", Need.NONE), ("A", Need.CHILD),
    ("A", Need.NONE), ("C", Need.NONE),
)  # fmt: skip
SLIPS = 10
MORNING, AFTERNOON = (7 * 60 + 30, 10 * 60 + 30), (13 * 60 + 30, 16 * 60 + 30)
WEEK = dict.fromkeys(range(6), (MORNING, AFTERNOON))
GIVES = {
    "A": Pattern(WEEK, minutes=15, at_once=2, ahead_days=14, cancel_minutes=60),
    "B": Pattern(WEEK, minutes=30, at_once=1, ahead_days=30, cancel_minutes=120),
    "C": Pattern({1: (MORNING,), 3: (MORNING,)}, minutes=20, at_once=1, ahead_days=14, cancel_minutes=60),
}
SECTORS = {
    "A": ("ho-tich", "chung-thuc"),
    "B": ("dat-dai", "xay-dung", "hoat-dong-xay-dung"),
    "C": ("thanh-lap-va-hoat-dong-doanh-nghiep-ho-kinh-doanh", "bao-tro-xa-hoi"),
}
BOOKERS = (
    ("A", "Trần Thị Bé Ba"), ("B", "Nguyễn Văn Lộc"), ("A", "Danh Thị Sa Rươne"), ("A", "Lê Hoàng Nam"),
    ("B", "Phan Thị Mỹ Hạnh"), ("C", "Huỳnh Quốc Việt"), ("A", "Thạch Sô Phia"), ("B", "Đỗ Văn Út"),
    ("A", "Mai Thị Kim Cúc"), ("A", "Ngô Minh Triết"),
)  # fmt: skip
SPAN = timedelta(minutes=150)
DAY = timedelta(days=1)


def load(*, at: datetime) -> None:
    """The office with its windows, and today's numbers. Safe to repeat: a day is filled once."""
    agency = directory.agency(AGENCY, today(at))
    unit = next(
        unit for unit in directory.units_of(agency.id, today(at)) if unit.kind is directory.UnitKind.ONE_STOP
    )
    closing.close_past_days(at=at)
    office = Office.objects.filter(unit_id=unit.id).first()
    if office is None:
        _set_up(unit, slug=AGENCY, at=at)
        office = Office.objects.get(unit_id=unit.id)
    if not Slip.objects.filter(office=office).exists():
        slips.print_slips(office_id=office.id, count=SLIPS, by=SYSTEM, at=at)
    if not Opening.objects.exists():
        _give_out(office, at=at)
    if not Ticket.objects.filter(office=office, day=today(at)).exists():
        _morning(office, at=at)
        _appointments(office, at=at)


def _set_up(unit: directory.UnitView, *, slug: str, at: datetime) -> None:
    office = places.open_office(unit=unit.id, slug=slug, name=unit.name, by=SYSTEM, at=at)
    known = {
        letter: places.set_service(
            office_id=office, letter=letter, name=name, minutes=minutes, by=SYSTEM, at=at
        )
        for letter, name, minutes in SERVICES
    }
    for number, name, letters in WINDOWS:
        services = [known[letter] for letter in letters]
        places.set_window(office_id=office, number=number, name=name, services=services, by=SYSTEM, at=at)


def _morning(office: Office, *, at: datetime) -> None:
    span = min(SPAN, (at - midnight(today(at))) * 0.9)
    known = {service.letter: service.id for service in office.services.all()}
    took = [at - span + span * number / len(TAKEN) for number in range(len(TAKEN))]
    for (letter, need), moment in zip(TAKEN, took, strict=True):
        how = Taken.PHONE if letter == "C" else Taken.KIOSK
        tickets.take(service_id=known[letter], need=need, taken=how, at=moment)
    seats = _seats(office, at=at - span)
    for step in range(4):
        for number, (window, officer) in enumerate(seats):
            began = at - span + span * (step * len(seats) + number + 1) / 15
            ticket = calling.call_next(window_id=window, by=officer, at=began)
            if (step, number) == (1, 1):
                calling.no_show(ticket_id=ticket.id, by=officer, at=began + timedelta(seconds=90))
            elif (step, number) == (2, 2):
                calling.hold(ticket_id=ticket.id, by=officer, at=began + timedelta(seconds=90))
            elif (step, number) != (3, 2):
                calling.begin(ticket_id=ticket.id, by=officer, at=began + timedelta(seconds=20))
    last = Ticket.objects.filter(office=office, day=today(at), state="waiting").order_by("-stands_at").first()
    if last is not None:
        tickets.leave(ticket_id=last.id, at=at)


def _seats(office: Office, *, at: datetime) -> list[tuple[UUID, ActorRef]]:
    """Three windows with an officer at each; the fourth stays empty."""
    found = []
    for window, login in zip(office.windows.order_by("number"), SEATED, strict=False):
        known = identity.by_login(login, at)
        if known is None:
            continue
        officer = replace(SYSTEM, id=known.id, name=known.full_name)
        places.sit(window_id=window.id, by=officer, at=at)
        found.append((window.id, officer))
    return found


def _give_out(office: Office, *, at: datetime) -> None:
    """Three services give out appointments; people of the last days have booked the coming ones."""
    for service in office.services.filter(letter__in=list(GIVES)):
        openings.open_from(
            service_id=service.id,
            pattern=GIVES[service.letter],
            first=today(at - DAY),
            sectors=SECTORS[service.letter],
            by=SYSTEM,
            at=at - DAY,
        )


def _appointments(office: Office, *, at: datetime) -> None:
    """The next bookings, today's when the office works; two with an appointment stand in line on any day."""
    known = {service.letter: service for service in office.services.select_related("office")}
    first = midnight(today(at))
    for number, (letter, name) in enumerate(BOOKERS):
        service = known[letter]
        free = [
            slot
            for slots in given.times(service, at=first).values()
            for slot in slots
            if slot.free and slot.starts_at > at - timedelta(minutes=10)
        ]
        who = Booker(name=name, phone=f"09120{number:02d}{today(at):%d}7")
        if free:
            bookings.book(service_id=service.id, starts_at=free[0].starts_at, who=who, by=SYSTEM, at=first)
    coming = Booking.objects.filter(office=office, state="booked", starts_at__lt=at + timedelta(minutes=50))
    there = list(coming.order_by("starts_at")[:2])
    for booking in there:
        bookings.check_in(booking_id=booking.id, taken=Taken.APPOINTMENT, at=at)
    for number in range(2 - len(there)):
        hour = at + timedelta(minutes=15 * (number + 1))
        tickets.take(service_id=known["A"].id, taken=Taken.APPOINTMENT, appointed_at=hour, at=at)
