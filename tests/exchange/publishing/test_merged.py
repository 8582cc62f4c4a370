"""Other systems hear of agencies and units that merged, by the codes that they hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from tests.support import people
from tinhso.directory import api as directory
from tinhso.exchange.models import Published
from tinhso.exchange.publishing import subscribing, writing
from tinhso.exchange.subscriptions import MERGED, UNIT_MERGED
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db
SINCE = date(2027, 1, 1)


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    writing.wanted.forget()
    yield
    writing.wanted.forget()


def _subscribed(*topics: str) -> None:
    machine, _secret = people.token(["exchange.read_events"])
    terms = subscribing.Terms(system="Kho số liệu", topics=list(topics), token_id=machine.id)
    subscribing.subscribe(terms, by=SYSTEM, at=people.AT)


def _close(unit: UUID, successor: UUID) -> None:
    directory.close_unit(
        unit_id=unit,
        successor_id=successor,
        effective_date=SINCE,
        legal_basis="Quyết định thử",
        by=SYSTEM,
        at=people.AT,
    )


def test_units_merged_one_into_the_other_are_told_in_order_of_their_agency() -> None:
    _subscribed(UNIT_MERGED.name)
    agency = people.agency()
    first, second, last = (people.unit(agency) for _each in range(3))

    _close(first, second)
    _close(second, last)

    code = directory.agency(agency, SINCE).code
    first_code, second_code, last_code = (directory.unit(one).code for one in (first, second, last))
    told = list(Published.objects.order_by("id"))
    assert [(one.topic, one.subject) for one in told] == [(UNIT_MERGED.name, code)] * 2
    assert [(one.data["code"], one.data["successor"]) for one in told] == [
        (first_code, second_code),
        (second_code, last_code),
    ]
    assert told[0].data == {
        "agency": code,
        "code": first_code,
        "name": directory.unit(first).name,
        "since": "2027-01-01",
        "successor": second_code,
    }


def test_a_dissolved_agency_is_told_with_its_heirs() -> None:
    _subscribed(MERGED.name)
    gone, heir = people.agency(), people.agency()

    directory.dissolve(
        agency_id=gone,
        successors=[heir],
        effective_date=SINCE,
        legal_basis="Quyết định thử",
        by=SYSTEM,
        at=people.AT,
    )

    (told,) = Published.objects.all()
    assert (told.topic, told.subject) == (MERGED.name, directory.agency(gone, SINCE).code)
    assert told.data["successors"] == [directory.agency(heir, SINCE).code]


def test_who_did_not_subscribe_to_units_hears_of_none() -> None:
    _subscribed(MERGED.name)
    agency = people.agency()

    _close(people.unit(agency), people.unit(agency))

    assert not Published.objects.exists()
