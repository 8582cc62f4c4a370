"""An officer asks the register of civil status: the trace, the question, the answer for who asked alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from tests.exchange.messages import gateway as playing
from tests.exchange.messages.gateway import Gateway, Say, fault
from tests.support import people
from tinhso.exchange.models import State
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

HOME = "/can-bo/tra-cuu-ho-tich/"
NUMBER = "079190012345"
PERSON = {
    "soDinhDanh": NUMBER,
    "hoTen": "Danh Thị Kha",
    "ngaySinh": "1990-05-12",
    "tinhTrangHonNhan": "Đã kết hôn",
    "suKien": [
        {"loai": "Kết hôn", "so": "12/2019", "ngayDangKy": "2019-03-04", "noiDangKy": "UBND xã Vĩnh Tế"}
    ],
}
TYPED = {
    "so-dinh-danh": NUMBER,
    "ho-ten": "Danh Thị Kha",
    "muc-dich": "Xác minh tình trạng hôn nhân cho hồ sơ kết hôn",
    "ma-ho-so": "H01.16-261124-0001",
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gateway(settings: Settings, transactional_db: None) -> Iterator[Gateway]:
    State.objects.update_or_create(id=1, defaults={"server": "VN-DEMO/GOV/H01/AG1"})
    with playing.running() as one:
        settings.EXCHANGE = replace(settings.EXCHANGE, host="127.0.0.1", port=one.port)
        one.says = [Say(body=PERSON)]
        yield one


@pytest.fixture
def officer() -> ActorRef:
    return people.officer(identity.Role.SPECIALIST, name="Lê Thị Hoa")


def _post(browser: Client, **changed: str) -> Any:
    return browser.post(HOME, {**TYPED, "luot": str(uuid4()), **changed})


def test_the_answer_stands_on_its_own_page_with_the_ids_of_the_log(
    gateway: Gateway, officer: ActorRef
) -> None:
    browser = people.client(officer)
    sent = _post(browser)
    assert sent.status_code == 302
    page = browser.get(sent["Location"]).content.decode()

    (heard,) = gateway.heard
    assert heard.target == "/r1/VN-DEMO/GOV/BTP/HOTICH/tra-cuu"
    assert json.loads(heard.body)["soDinhDanh"] == NUMBER
    assert heard.headers["X-Road-Issue"] == TYPED["ma-ho-so"]
    assert unquote(heard.headers["Tinhso-Reason"]) == TYPED["muc-dich"]
    assert "Đã kết hôn" in page
    assert "12/2019" in page
    assert heard.headers["X-Road-Id"] in page


def test_the_person_reads_who_asked_and_why_even_when_no_answer_came(
    gateway: Gateway, officer: ActorRef
) -> None:
    person = people.person("Danh Thị Kha", personal_id=NUMBER)
    assert person.id is not None
    gateway.says = [fault("server.serverproxy.access_denied", "No right")]
    refused = _post(people.client(officer))

    assert refused.status_code == 502
    assert "No right" in refused.content.decode()
    (look,), _more = identity.looks_at(person.id, at=moments.now())
    assert look.actor_name == "Lê Thị Hoa"
    assert TYPED["muc-dich"] in look.purpose


def test_sent_twice_is_asked_once(gateway: Gateway, officer: ActorRef) -> None:
    browser, key = people.client(officer), str(uuid4())
    first, second = _post(browser, luot=key), _post(browser, luot=key)

    assert first["Location"] == second["Location"]
    assert len(gateway.heard) == 1


def test_nobody_else_reads_the_answer(gateway: Gateway, officer: ActorRef) -> None:
    place = _post(people.client(officer))["Location"]
    other = people.client(people.officer(identity.Role.SPECIALIST))

    assert other.get(place).status_code == 404
    assert people.client(people.person("Ai Đó")).get(HOME).status_code in (302, 403)
    assert people.client(people.officer(identity.Role.CASHIER)).get(HOME).status_code == 403


@pytest.mark.parametrize("box", ["so-dinh-danh", "ho-ten", "muc-dich"])
def test_what_is_missing_is_said_and_nothing_is_asked(gateway: Gateway, officer: ActorRef, box: str) -> None:
    refused = _post(people.client(officer), **{box: ""})

    assert refused.status_code == 422
    assert f'href="#{box}"' in refused.content.decode()
    assert gateway.heard == []


def test_an_answer_about_another_person_is_not_shown(gateway: Gateway, officer: ActorRef) -> None:
    gateway.says = [Say(body={**PERSON, "soDinhDanh": "079190099999", "hoTen": "Người Khác"})]
    browser = people.client(officer)
    refused = _post(browser)

    assert refused.status_code == 502
    assert "Người Khác" not in refused.content.decode()
    again = browser.get(f"{HOME}{gateway.heard[0].headers['X-Road-Id']}/").content.decode()
    assert "Người Khác" not in again


def test_nobody_of_that_number_and_name_is_an_answer(gateway: Gateway, officer: ActorRef) -> None:
    gateway.says = [Say(404, {"ma": "KHONG_CO"})]
    browser = people.client(officer)
    page = browser.get(_post(browser)["Location"]).content.decode()

    assert "không có người mang số và tên này" in page
