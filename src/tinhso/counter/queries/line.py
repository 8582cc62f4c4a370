"""The line of an office on a day: who waits, where each stands, how fast it goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F
from django.db.models.functions import Coalesce

from tinhso.counter import fairness, rules
from tinhso.counter.contracts import Need, Outcome, Place, TicketState, TurnKind
from tinhso.counter.fairness import Staffed, Waiting
from tinhso.counter.lifecycle import AT_WINDOW
from tinhso.counter.models import Call, Office, Service, Ticket, Window, WindowService
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today

LOOK_BACK = timedelta(days=14)
LEAST_CASES = 5
SHORTEST, LONGEST = 1.0, 120.0


def waiting(office: Office, *, on: date) -> list[Waiting]:
    """Who waits in the office on that day, in their order. One query."""
    first = {need.value for need in rules.priority_needs(on=on)}
    rows = Ticket.objects.filter(office=office, day=on, state=TicketState.WAITING.value)
    return [
        Waiting(id=id, service=service, since=since, first=need in first, appointed_at=appointed)
        for id, service, since, need, appointed in rows.order_by("stands_at", "id").values_list(
            "id", "service_id", "stands_at", "need", "appointed_at"
        )
    ]


def services_of(window_id: UUID) -> frozenset[UUID]:
    """What is done at a window. One query."""
    return frozenset(WindowService.objects.filter(window_id=window_id).values_list("service_id", flat=True))


def in_a_row(office: Office, *, at: datetime) -> int:
    """How many with a right to come first were called last today, without one from the line between."""
    kinds = [TurnKind.FIRST.value, TurnKind.ORDINARY.value]
    most = rules.most_in_a_row(office, on=today(at))
    rows = Call.objects.filter(office=office, turn__in=kinds, ticket__day=today(at))
    last = rows.order_by("-called_at", "-id").values_list("turn", flat=True)[: max(most, 1)]
    found = 0
    for turn in last:
        if turn != TurnKind.FIRST.value:
            break
        found += 1
    return found


def pace(services: Iterable[Service], *, at: datetime) -> dict[UUID, float]:
    """Minutes each service really takes: the mean of finished calls of the last two weeks.

    The service's own guess while fewer than five are known. One query.
    """
    known = {service.id: float(service.minutes) for service in services}
    spent = ExpressionWrapper(
        F("ended_at") - Coalesce(F("began_at"), F("called_at")), output_field=DurationField()
    )
    rows = (
        Call.objects.filter(service__in=known, outcome=Outcome.DONE.value, ended_at__gt=at - LOOK_BACK)
        .values_list("service_id")
        .annotate(mean=Avg(spent), cases=Count("id"))
    )
    for service, mean, cases in rows:
        if cases >= LEAST_CASES and mean is not None:
            known[service] = min(max(mean.total_seconds() / 60, SHORTEST), LONGEST)
    return known


def staffed(office: Office, *, minutes: dict[UUID, float], at: datetime) -> list[Staffed]:
    """The windows with somebody at them, and when each is free by the pace of what is open there."""
    windows = list(Window.objects.filter(office=office, officer__isnull=False, open=True).order_by("number"))
    done_there: dict[UUID, set[UUID]] = {window.id: set() for window in windows}
    for window_id, service in WindowService.objects.filter(window__in=windows).values_list(
        "window_id", "service_id"
    ):
        done_there[window_id].add(service)
    open_there = {
        window_id: (service, called_at)
        for window_id, service, called_at in Ticket.objects.filter(
            office=office, state__in=AT_WINDOW, window__in=windows
        ).values_list("window_id", "service_id", "called_at")
    }
    found = []
    for window in windows:
        free_at = at
        if window.id in open_there:
            service, called_at = open_there[window.id]
            taking = timedelta(minutes=minutes.get(service, 0))
            free_at = max(at, (called_at or at) + taking)
        found.append(Staffed(window.id, frozenset(done_there[window.id]), free_at))
    return found


def places(office: Office, *, at: datetime) -> dict[UUID, Place]:
    """Where everybody who waits stands, by ticket. Seven queries, however long the line."""
    day = today(at)
    line = waiting(office, on=day)
    minutes = pace(Service.objects.filter(office=office), at=at)
    expected = fairness.expect(
        line,
        staffed(office, minutes=minutes, at=at),
        minutes=minutes,
        in_a_row=in_a_row(office, at=at),
        most_in_a_row=rules.most_in_a_row(office, on=day),
        at=at,
    )
    near = rules.near(office, on=day)
    return {one.id: _place(expected.get(one.id), before=number, near=near) for number, one in enumerate(line)}


def _place(expected: fairness.Expected | None, *, before: int, near: int) -> Place:
    if expected is None:
        return Place(ahead=before, at=None, near=False)
    return Place(ahead=expected.ahead, at=expected.at, near=expected.ahead < near)


def would_wait(office: Office, *, at: datetime) -> dict[UUID, datetime | None]:
    """When somebody who takes a number now would be called, by service; None without a staffed window."""
    services = list(Service.objects.filter(office=office, open=True))
    minutes = pace(services, at=at)
    windows = staffed(office, minutes=minutes, at=at)
    line = waiting(office, on=today(at))
    most = rules.most_in_a_row(office, on=today(at))
    row = in_a_row(office, at=at)
    found: dict[UUID, datetime | None] = {}
    for service in services:
        new = Waiting(id=new_id(), service=service.id, since=at)
        expected = fairness.expect(
            [*line, new], windows, minutes=minutes, in_a_row=row, most_in_a_row=most, at=at
        )
        found[service.id] = expected[new.id].at if new.id in expected else None
    return found


def need_of(typed: str) -> Need:
    """The need of that word; none for any other."""
    return Need(typed) if typed in {need.value for need in Need} else Need.NONE
