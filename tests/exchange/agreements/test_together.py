"""Two who act at once on one application: what the first did holds for the second."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.laid import AT, Place, ask
from tests.support.waiting import WITHIN_SECONDS, until
from tinhso.exchange.contracts import NoSuchAgreement
from tinhso.exchange.models import Agreement, Application
from tinhso.exchange.operations import applications
from tinhso.foundation.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def laid() -> Place:
    return laying.place()


def end(laid: Place) -> None:
    applications.end(laid.application, by=laid.operator, at=AT)


def together(first: Callable[[], object], second: Callable[[], object]) -> Future[object]:
    """What came of the second, which began while the first was done but not committed, and waited for it."""

    def apart() -> object:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            later = pool.submit(apart)
            assert until(lambda: somebody_waits() or later.done())
            assert not later.done()
        later.exception(WITHIN_SECONDS)
    return later


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        found: bool = cursor.fetchone()[0]
    return found


def test_nobody_asks_for_a_system_that_is_ended_meanwhile(laid: Place) -> None:
    with pytest.raises(NoSuchAgreement):
        together(lambda: end(laid), lambda: ask(laid)).result()

    assert not Agreement.objects.exists()


def test_a_system_is_not_ended_while_an_agreement_is_asked_for_it(laid: Place) -> None:
    with pytest.raises(Conflict):
        together(lambda: ask(laid), lambda: end(laid)).result()

    assert Application.objects.get().ended_at is None
