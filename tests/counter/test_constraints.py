"""Tries to break every constraint of the counter's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, models, transaction

from tests.support.counters import MINUTE, Counters, counters
from tinhso.counter.models import Call, Office, Service, Ticket, Window, WindowService
from tinhso.counter.operations import calling
from tinhso.foundation.ids import new_id

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def place() -> Counters:
    return counters(at=AT)


def refused(constraint: str, make: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def twice(row: models.Model, **change: object) -> Callable[[], object]:
    """The same row again under another id."""
    row.pk = new_id() if isinstance(row._meta.pk, models.UUIDField) else None
    for name, value in change.items():
        setattr(row, name, value)
    return lambda: row.save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("queue_office_slug", {"slug": "Rạch Giá"}),
        ("queue_office_named", {"name": ""}),
        ("queue_office_key_is_long", {"key": "short"}),
    ],
)
def test_an_office_that_cannot_be(place: Counters, constraint: str, change: dict[str, object]) -> None:
    refused(constraint, lambda: Office.objects.update(**change))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("queue_service_letter", {"letter": "1"}),
        ("queue_service_named", {"name": ""}),
        ("queue_service_minutes", {"minutes": 0}),
    ],
)
def test_a_service_that_cannot_be(place: Counters, constraint: str, change: dict[str, object]) -> None:
    refused(constraint, lambda: Service.objects.filter(id=place.a).update(**change))


def test_a_window_that_cannot_be(place: Counters) -> None:
    rows = Window.objects.filter(id=place.one)
    refused("queue_window_number", lambda: rows.update(number=0))
    refused("queue_window_seat_whole", lambda: rows.update(officer_name=""))
    refused("queue_officer_at_one_window", lambda: rows.update(officer=place.lan.id))
    refused("queue_window_number_once", lambda: rows.update(number=2))
    refused("queue_window_service_once", twice(WindowService.objects.filter(window=place.one)[0]))
    refused("queue_service_letter_once", twice(Service.objects.get(id=place.a)))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("ticket_known_state", {"state": "lost", "ended_at": None}),
        ("ticket_known_need", {"need": "rich"}),
        ("ticket_taken_somehow", {"taken": "stolen"}),
        ("ticket_at_a_window_when_called", {"state": "called"}),
        ("ticket_ended_when_final", {"state": "done"}),
        ("ticket_number_stays", {"seq": 2}),
        ("ticket_number_stays", {"token": "other"}),
    ],
)
def test_a_ticket_that_cannot_be(place: Counters, constraint: str, change: dict[str, object]) -> None:
    place.take(at=AT)
    refused(constraint, lambda: Ticket.objects.update(**change))


def test_numbers_have_no_twin_and_no_gap_and_start_at_one(place: Counters) -> None:
    ticket = place.take(at=AT)
    refused("ticket_number_once_a_day", twice(ticket, token="b"))
    refused("ticket_number_without_gap", twice(ticket, token="c", seq=3))
    refused("ticket_numbers_from_one", twice(ticket, token="d", seq=0))
    refused("counter_ticket_token", twice(ticket, seq=2, token=Ticket.objects.get().token))


def test_one_number_at_a_window_and_one_call_of_each(place: Counters) -> None:
    place.take(at=AT)
    other = place.take(at=AT)
    ticket = calling.call_next(window_id=place.one, by=place.hoa, at=AT)
    refused(
        "ticket_one_at_a_window",
        lambda: Ticket.objects.filter(id=other.id).update(state="called", window=ticket.window, called_at=AT),
    )
    call = Call.objects.get()
    rows = Call.objects.all()
    refused("call_ends_somehow", lambda: rows.update(ended_at=AT))
    refused("call_goes_forward", lambda: rows.update(began_at=AT - MINUTE))
    refused("call_by_a_rule", lambda: rows.update(turn="luck"))
    refused("call_one_open_per_window", twice(call, ticket_id=other.id))
    refused("call_one_open_per_ticket", twice(Call.objects.get(), window_id=place.two))
