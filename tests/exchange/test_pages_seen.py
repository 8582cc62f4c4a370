"""The pages of messages, civil status and the data log as people see them, on a phone and on a desk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from playwright.sync_api import Page
from pytest_django import Settings

from tests.exchange.messages import gateway as playing
from tests.exchange.messages.asked import TELL, Birth
from tests.exchange.messages.gateway import Gateway, Say, fault
from tests.exchange.seen import good, sign_in
from tests.registers.test_civil_status import PERSON
from tests.support import people
from tinhso.exchange import api as exchange
from tinhso.exchange.models import State, Tracker
from tinhso.foundation import jobs, moments
from tinhso.identity import api as identity

NUMBER = "079190012345"
USED = {"logtime": "2026-11-20T08:15:00Z", "action": "Xác minh để cấp hộ chiếu", "receiverCode": "VNA08"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gateway(settings: Settings, transactional_db: None) -> Iterator[Gateway]:
    State.objects.update_or_create(id=1, defaults={"server": "VN-DEMO/GOV/H01/AG1"})
    with playing.running() as one:
        settings.EXCHANGE = replace(settings.EXCHANGE, host="127.0.0.1", port=one.port)
        yield one


def test_messages_that_died_and_one_of_them(gateway: Gateway, page: Page, live_site: str) -> None:
    officer = people.officer(identity.Role.SPECIALIST, name="Lê Thị Hoa")
    gateway.says = [fault("server.serverproxy.access_denied", "No right to this service")]
    with transaction.atomic():
        birth = Birth(NUMBER, "Danh Thị Kha", reason="Báo khai sinh")
        at = moments.now()
        id = exchange.send(TELL, birth, business_key="k", by=officer, at=at, issue="H01.16-261124-0001")
    jobs.run_until_empty()
    sign_in(page, live_site, officer)
    page.goto(f"{live_site}/can-bo/truc/tin/")
    good(page, "messages")
    page.goto(f"{live_site}/can-bo/truc/tin/{id}/")
    good(page, "message")


def test_an_officer_asks_and_reads(gateway: Gateway, page: Page, live_site: str) -> None:
    gateway.says = [Say(body=PERSON)]
    sign_in(page, live_site, people.officer(identity.Role.SPECIALIST))
    page.goto(f"{live_site}/can-bo/tra-cuu-ho-tich/")
    page.get_by_role("button", name="Tra cứu").click()
    page.wait_for_selector(".govuk-error-summary")
    good(page, "civil-status-wrong")
    page.get_by_label("Số định danh cá nhân").fill(NUMBER)
    page.get_by_label("Họ và tên").fill("Danh Thị Kha")
    page.get_by_label("Mục đích").fill("Xác minh tình trạng hôn nhân cho hồ sơ kết hôn")
    page.get_by_role("button", name="Tra cứu").click()
    page.wait_for_selector("text=Đã kết hôn")
    good(page, "civil-status")


def test_a_person_sees_what_came_and_what_is_late_comes_by_itself(
    gateway: Gateway, page: Page, live_site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = threading.Event()
    Tracker.objects.create(
        name="Cơ sở dữ liệu dân cư", service="GOV/BCA/DANCU/theo-doi", added_at=moments.now()
    )
    gateway.says = [
        Say(503, wait=hold),
        Say(body={"totalUsages": 1, "usages": [USED]}),
    ]
    monkeypatch.setattr("tinhso.exchange.usage.asking.ask_all.__kwdefaults__", {"patience": 0.2})
    sign_in(page, live_site, people.person("Danh Thị Kha", personal_id=NUMBER))
    try:
        page.goto(f"{live_site}/tai-khoan/ai-da-xem/noi-khac/")
        page.wait_for_selector("text=Xác minh để cấp hộ chiếu")
    finally:
        hold.set()
    good(page, "data-log")
    page.get_by_role("link", name="Không đúng?").click()
    good(page, "dispute")
    page.get_by_label("Điều gì không đúng?").fill("Tôi không xin hộ chiếu")
    page.get_by_role("button", name="Gửi phản ánh").click()
    page.wait_for_selector("text=Đã gửi phản ánh")
    good(page, "data-log-disputed")
    sign_in(page, live_site, people.officer(identity.Role.ADMINISTRATOR))
    page.goto(f"{live_site}/can-bo/truc/phan-anh/")
    good(page, "disputes")
