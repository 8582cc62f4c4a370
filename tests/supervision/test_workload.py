"""How work lies on people: whom heads see, that each number opens to its dossiers, at what cost."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.dossiers.operations import intake, routing
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity

pytestmark = pytest.mark.django_db
PLACE = "/can-bo/giam-sat/khoi-luong/"


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def head(place: Office) -> ActorRef:
    return people.officer("supervisor", place.one_stop, name="Bùi Đức Long")


def busy(place: Office) -> None:
    """One late with the specialist, one that stands with them, one nobody has taken, one still at intake."""
    at = moments.now()
    for days, pauses in ((40, False), (0, True)):
        sent = filed(place, at=at - timedelta(days=days))
        intake.accept(dossier_id=sent.id, by=place.intake, at=at - timedelta(days=days))
        if pauses:
            routing.pause(dossier_id=sent.id, reason="Chờ", by=place.specialist, at=at)
    second = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    filed(place, at=at)
    assert second.id
    identity.be_absent(
        officer_id=second.id,
        begins_at=at + timedelta(days=2),
        ends_at=at + timedelta(days=4),
        by=SYSTEM,
        at=at,
    )


def rows(answer: Any) -> dict[str, tuple[int, ...]]:
    return {
        person["name"]: tuple(figure.number for figure in person["figures"])
        for unit in answer.context["units"]
        for person in unit["people"]
    }


def test_only_heads_come_in_and_see_their_own_agency(place: Office, head: ActorRef) -> None:
    for stranger in (Client(), people.client(place.citizen)):
        assert stranger.get(PLACE).status_code == 302
    for officer in (place.intake, place.specialist, people.officer("administrator", place.one_stop)):
        assert people.client(officer).get(PLACE).status_code == 403
    other = office()
    answer = people.client(head).get(f"{PLACE}?co-quan={other.agency}")
    assert answer.status_code == 200
    assert {unit["name"] for unit in answer.context["units"]}
    assert str(other.specialist.id) not in answer.content.decode()


def test_each_officer_has_their_numbers_and_what_nobody_took_stands_apart(
    place: Office, head: ActorRef
) -> None:
    busy(place)
    answer = people.client(head).get(PLACE)
    found = rows(answer)
    assert found["Trần Văn Bình"][:2] == (2, 1)
    assert found["Trần Văn Bình"][4] == 1
    assert found["Võ Văn Cảnh"] == (0,) * 6
    assert found[""][0] == 1, "nobody has taken it"
    assert found["Lê Thị Hoa"][0] == 1
    page = unescape(answer.content.decode())
    assert "vắng từ" in page
    assert "Danh Sóc Kha" not in page, "no applicant is named"


def test_every_number_opens_to_as_many_dossiers(place: Office, head: ActorRef) -> None:
    busy(place)
    browser = people.client(head)
    answer = browser.get(PLACE)
    opened = 0
    for unit in answer.context["units"]:
        for person in unit["people"]:
            for figure in person["figures"]:
                lines = browser.get(figure.href).context["lines"]
                assert len(lines) == figure.number, figure.href
                opened += figure.number
    assert opened >= 5


def test_one_unit_can_be_looked_at_alone(place: Office, head: ActorRef) -> None:
    busy(place)
    answer = people.client(head).get(f"{PLACE}?don-vi={place.specialist_unit}")
    assert len(answer.context["units"]) == 1
    assert "Lê Thị Hoa" not in rows(answer)


def test_the_page_asks_no_more_questions_for_more_dossiers(place: Office, head: ActorRef) -> None:
    busy(place)
    browser = people.client(head)
    browser.get(PLACE)
    with CaptureQueriesContext(connection) as few:
        browser.get(PLACE)
    for _each in range(8):
        filed(place, at=moments.now())
    with CaptureQueriesContext(connection) as many:
        browser.get(PLACE)
    assert len(many) <= len(few) <= 26
