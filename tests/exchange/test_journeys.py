"""Two days of people's work with the exchange, in browsers: messages that died, and a service that ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.test_pages import DESK, PORTAL, opened
from tests.exchange.messages import gateway as playing
from tests.exchange.messages.asked import TELL, Birth
from tests.exchange.messages.gateway import Gateway, Say, fault
from tests.exchange.seen import good, sign_in
from tests.support import people
from tests.support.browser import OpenPage
from tinhso.exchange import api as exchange
from tinhso.exchange.models import Errand, State
from tinhso.foundation import jobs, moments
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity.api import Role

expect.set_options(timeout=20_000)  # a busy machine answers late; nothing here waits longer than it must
pytestmark = pytest.mark.django_db(transaction=True)
TOLD = "/can-bo/truc/tin/"
CODE = "server.serverproxy.access_denied"


@pytest.fixture
def gateway(settings: Settings, transactional_db: None) -> Iterator[Gateway]:
    State.objects.update_or_create(id=1, defaults={"server": "VN-DEMO/GOV/H01/AG1"})
    with playing.running() as one:
        settings.EXCHANGE = replace(settings.EXCHANGE, host="127.0.0.1", port=one.port)
        yield one


def sent(key: str, by: ActorRef) -> UUID:
    """A birth told to another system."""
    with transaction.atomic():
        birth = Birth("079205001234", "Danh Thị Kha", reason="Báo khai sinh")
        return exchange.send(TELL, birth, business_key=key, by=by, at=moments.now(), issue=f"H01-{key}")


def test_messages_that_died_are_sent_again_alone_and_together(
    gateway: Gateway, open_page: OpenPage, live_site: str
) -> None:
    officer = people.officer(Role.SPECIALIST, name="Lê Thị Hoa")
    gateway.says = [fault(CODE, "No right to this service")]
    made = [sent(key, officer) for key in ("1", "2", "3")]
    jobs.run_until_empty()
    gateway.heard.clear()
    gateway.says = [Say(body={"number": "1"})]
    page = open_page("phone")
    sign_in(page, live_site, officer)
    page.goto(live_site + TOLD)
    expect(page.get_by_role("table").get_by_role("link")).to_have_count(len(made))
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("No right to this service")
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.get_by_role("button", name="Gửi lại")).to_have_count(0)
    jobs.run_until_empty()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Đã có trả lời")
    good(page, "replayed-one")

    page.get_by_role("link", name="Tin gửi qua trục").last.click()
    page.get_by_role("link", name=CODE).click()
    expect(page.get_by_label("Mã lỗi")).to_have_value(CODE)
    page.get_by_role("button", name="Gửi lại các tin này").click()
    expect(page.get_by_role("status").first).to_contain_text("2 tin")
    jobs.run_until_empty()
    page.reload()
    expect(page.get_by_text("Không có tin nào không gửi được.")).to_be_visible()
    good(page, "replayed-all")
    assert len(gateway.heard) == len(made)
    assert set(Errand.objects.values_list("state", flat=True)) == {"answered"}


def test_a_renewal_is_granted_and_the_end_of_the_service_is_heard_by_who_uses_it(
    open_page: OpenPage, live_site: str
) -> None:
    laid = laying.place()
    row = opened(laid)
    developer, owner = open_page("phone"), open_page()
    sign_in(developer, live_site, laid.developer)
    sign_in(owner, live_site, laid.owner)

    developer.goto(live_site + PORTAL)
    developer.get_by_role("link", name=row.number).click()
    developer.get_by_role("link", name="Xin gia hạn").click()
    developer.get_by_role("button", name="Gửi đề nghị").click()  # as the page proposes it
    expect(developer.get_by_text("Đề nghị mới chờ")).to_be_visible()
    owner.goto(f"{live_site}{DESK}thoa-thuan/?xem=cho")
    owner.get_by_role("link", name=row.number).click()
    owner.get_by_role("button", name="Chấp thuận").click()
    expect(owner.get_by_text("Không ai phải làm gì")).to_be_visible()  # nothing stopped meanwhile

    owner.get_by_role("main").get_by_role("link", name="Tra cứu hộ tịch").click()
    owner.get_by_text("Báo ngừng dịch vụ").click()
    ending = owner.get_by_role("group").filter(has_text="Ngừng từ ngày").last
    end = today(moments.now()) + timedelta(days=120)
    ending.get_by_label("Ngừng từ ngày").fill(f"{end:%d/%m/%Y}")
    ending.get_by_label("Dịch vụ thay thế").fill("tra-cuu bản 2")
    ending.get_by_label("Lời báo cho bên sử dụng").fill("Chuyển sang bản 2")
    ending.get_by_role("button", name="Báo ngừng").click()
    expect(owner.get_by_text("Sắp ngừng")).to_be_visible()
    good(owner, "ends-owner")

    developer.goto(live_site + PORTAL)
    expect(developer.get_by_text(f"Dịch vụ ngừng từ {end:%d/%m/%Y}")).to_be_visible()
    good(developer, "ends-developer")
    developer.get_by_role("link", name=row.number).click()
    developer.get_by_role("link", name="Tra cứu hộ tịch").click()
    expect(developer.get_by_text("tra-cuu bản 2").first).to_be_visible()
    anybody: Page = open_page("phone")
    anybody.goto(f"{live_site}/tinh-trang-dich-vu/")
    expect(anybody.get_by_role("definition")).to_contain_text(f"Ngừng từ {end:%d/%m/%Y}")
    good(anybody, "ends-public")
