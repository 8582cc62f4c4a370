"""What services give out: patterns as they hold, and the times that are free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from tinhso.counter import slots
from tinhso.counter.appointment_contracts import OpeningView, Pattern, Slot
from tinhso.counter.models import Booking, Office, Opening, Service
from tinhso.counter.models.appointments import HOLDS_A_SEAT
from tinhso.directory import api as directory
from tinhso.foundation import worktime
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import CalendarRef


def calendar_of(office: Office, *, on: date) -> CalendarRef:
    """The working calendar of the office's agency. Two queries."""
    return directory.agency(directory.unit(office.unit_id).agency_id, on).calendar


def openings(services: Iterable[UUID], *, since: date) -> tuple[OpeningView, ...]:
    """The patterns of services that hold on that day or later, in order. One query."""
    rows = Opening.objects.filter(_not_over(since), service__in=list(services))
    return tuple(view(row) for row in rows.order_by("service__letter", "effective_from"))


def _not_over(since: date) -> Q:
    return Q(effective_to=None) | Q(effective_to__gt=since)


def offered(*, on: date, office: UUID | None = None, sector: str = "") -> dict[Office, list[Service]]:
    """The offices that give out appointments, by name, each with its services by letter. One query."""
    rows = Service.objects.filter(
        id__in=Opening.objects.filter(_not_over(on)).values("service"), open=True
    ).select_related("office")
    if office is not None:
        rows = rows.filter(office=office)
    if sector:
        rows = rows.filter(sectors__contains=[sector])
    found: dict[Office, list[Service]] = {}
    for service in rows.order_by("office__name", "letter"):
        found.setdefault(service.office, []).append(service)
    return found


def times(service: Service, *, at: datetime, on: date | None = None) -> Mapping[date, tuple[Slot, ...]]:
    """The times from now on by day, full ones too; only one day with `on`. Days without any are left out.

    Four queries.
    """
    first = today(at)
    known = openings([service.id], since=first)
    last = max((first + timedelta(days=one.pattern.ahead_days) for one in known), default=first)
    if on is not None and not first <= on <= last:
        return {}
    days = [on] if on else [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if not known:
        return {}
    calendar = worktime.calendar(calendar_of(service.office, on=first))
    held = _held(service, days[0], days[-1])
    found: dict[date, tuple[Slot, ...]] = {}
    for day in days:
        for opening in known:
            if first <= day <= first + timedelta(days=opening.pattern.ahead_days):
                given = [one for one in slots.of_day(opening, calendar, day) if one.starts_at > at]
                if given:
                    found[day] = slots.with_room(given, held.get(day, ()))
    return found


def next_free(service: Service, *, at: datetime, most: int) -> tuple[Slot, ...]:
    """The next free times, at most so many."""
    free = (slot for day in times(service, at=at).values() for slot in day if slot.free)
    return tuple(slot for slot, _n in zip(free, range(most), strict=False))


def _held(service: Service, first: date, last: date) -> dict[date, list[slots.Held]]:
    begins = midnight(first)
    ends = midnight(last) + timedelta(days=1)
    rows = Booking.objects.filter(
        service=service, state__in=HOLDS_A_SEAT, starts_at__gte=begins, starts_at__lt=ends
    )
    found: dict[date, list[slots.Held]] = {}
    for held in rows.values_list("starts_at", "ends_at", "seat"):
        found.setdefault(today(held[0]), []).append(held)
    return found


def view(row: Opening) -> OpeningView:
    """An opening as it crosses the room."""
    pattern = Pattern(
        week={int(day): tuple((a, b) for a, b in hours) for day, hours in row.week.items()},
        minutes=row.minutes,
        at_once=row.at_once,
        ahead_days=row.ahead_days,
        cancel_minutes=row.cancel_minutes,
    )
    return OpeningView(row.id, row.service_id, pattern, row.effective_from, row.effective_to)
