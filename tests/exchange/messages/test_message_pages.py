"""The desk's page of messages: who sees which, found, replayed alone and by a range, given up."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from tests.exchange.messages.asked import TELL, Birth
from tests.exchange.messages.gateway import Gateway, Say, fault
from tests.support import people
from tinhso.exchange import api as exchange
from tinhso.exchange.message_contracts import MessageState
from tinhso.exchange.models import Errand
from tinhso.foundation import jobs, moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

HOME = "/can-bo/truc/tin/"
CODE = "server.serverproxy.access_denied"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer() -> ActorRef:
    return people.officer(identity.Role.SPECIALIST)


@pytest.fixture
def dead(gateway: Gateway, officer: ActorRef) -> Errand:
    gateway.says = [fault(CODE, "No right")]
    with transaction.atomic():
        birth = Birth("079205001234", "Danh Thị Kha", reason="Báo khai sinh")
        at = moments.now()
        id = exchange.send(TELL, birth, business_key="k", by=officer, at=at, issue="H01-1")
    jobs.run_until_empty()
    gateway.heard.clear()
    gateway.says = [Say(body={"number": "1"})]
    return Errand.objects.get(id=id)


def test_a_unit_sees_its_own_dead_messages_and_no_others(dead: Errand, officer: ActorRef) -> None:
    mine = people.client(officer)
    page = mine.get(HOME).content.decode()
    assert CODE in page
    assert str(dead.id) in page
    assert "No right" in mine.get(f"{HOME}{dead.id}/").content.decode()
    assert "Danh Thị Kha" not in mine.get(f"{HOME}{dead.id}/").content.decode()

    other = people.client(people.officer(identity.Role.SPECIALIST))
    assert str(dead.id) not in other.get(HOME).content.decode()
    for address in (f"{HOME}{dead.id}/",):
        assert other.get(address).status_code == 404
    assert other.post(f"{HOME}{dead.id}/gui-lai/").status_code in (403, 404)
    assert other.post(f"{HOME}{dead.id}/bo/", {"ly-do": "x"}).status_code in (403, 404)
    assert people.client(people.officer(identity.Role.CASHIER)).get(HOME).status_code == 403
    assert Client().get(HOME).status_code in (302, 403)


@pytest.mark.parametrize("word", ["H01-1", "k", "id"])
def test_a_message_is_found_by_what_people_know(dead: Errand, officer: ActorRef, word: str) -> None:
    asked = {"tim": str(dead.id) if word == "id" else word}
    assert str(dead.id) in people.client(officer).get(HOME, asked).content.decode()
    assert str(dead.id) not in people.client(officer).get(HOME, {"tim": "khong-co"}).content.decode()


def test_one_is_replayed_by_a_button(dead: Errand, officer: ActorRef, gateway: Gateway) -> None:
    sent = people.client(officer).post(f"{HOME}{dead.id}/gui-lai/")
    assert sent.status_code == 302
    jobs.run_until_empty()
    assert len(gateway.heard) == 1
    assert Errand.objects.get(id=dead.id).state == MessageState.ANSWERED


def test_a_range_is_replayed_by_a_form(dead: Errand, officer: ActorRef, gateway: Gateway) -> None:
    browser = people.client(officer)
    nothing = browser.post(f"{HOME}gui-lai/", {"ma-loi": "khac"})
    assert "gui-lai=0" in nothing["Location"]
    backwards = browser.post(f"{HOME}gui-lai/", {"tu": "2026-11-30T00:00", "den": "2026-11-01T00:00"})
    assert backwards.status_code == 422
    sent = browser.post(f"{HOME}gui-lai/", {"ma-loi": CODE, "tu": "2020-01-01T00:00"})
    assert "gui-lai=1" in sent["Location"]
    assert "1 tin" in browser.get(sent["Location"]).content.decode()
    jobs.run_until_empty()
    assert len(gateway.heard) == 1


def test_giving_up_asks_why(dead: Errand, officer: ActorRef) -> None:
    browser = people.client(officer)
    assert browser.post(f"{HOME}{dead.id}/bo/", {"ly-do": ""}).status_code == 422
    browser.post(f"{HOME}{dead.id}/bo/", {"ly-do": "Đã gửi giấy"})
    assert Errand.objects.get(id=dead.id).state == MessageState.GIVEN_UP
    assert "gui-lai" not in browser.get(f"{HOME}{dead.id}/").content.decode()


def test_the_list_costs_the_same_however_long(dead: Errand, officer: ActorRef) -> None:
    browser = people.client(officer)
    for state in MessageState:
        assert browser.get(HOME, {"tinh-trang": state.value}).status_code == 200
    assert (
        browser.get(HOME, {"sau": "x", "tinh-trang": "x", "dich-vu": "'", "ma-loi": "\x01"}).status_code
        == 200
    )
