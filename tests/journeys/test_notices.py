"""A person chooses to be told by SMS; their phone tells them; the officer sees how far the message came."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.templatetags.static import static
from playwright.sync_api import Page, expect

from national import serve
from tests.journeys.test_citizen_files import PICTURES, Walk, as_person, walk
from tests.support import people
from tests.support.browser import OpenPage
from tests.support.office import filed, office
from tinhso.config import messaging
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake
from tinhso.foundation import jobs, moments
from tinhso.notify.models import Message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
__all__ = ["walk"]
PHONE = "0912345678"


@pytest.fixture
def carriers(national: serve.Running, live_site: str, settings: LazySettings) -> serve.Running:
    """The sandbox carries messages of this site, and tells it how they came."""
    settings.MESSAGING = messaging.read(
        home=settings.HOME, production=False, sandbox=national.base, contact="mailto:a@b.vn"
    )
    national.app.state.carrier.receipts.callback = f"{live_site}/goi-lai/"
    return national


def yesterday_morning() -> datetime:
    """Nine o'clock of yesterday: no phone is left alone then, whenever this test runs."""
    return moments.local(moments.now() - timedelta(days=1)).replace(hour=9, minute=0, second=0)


def test_a_person_asks_for_sms_reads_it_on_the_phone_and_the_officer_sees_that_it_came(
    live_site: str, carriers: serve.Running, page: Page, open_page: OpenPage
) -> None:
    place = office()
    page.set_default_timeout(20_000)
    on = Walk(page)
    as_person(page, live_site, place.citizen)
    page.goto(f"{live_site}/ho-so/")
    page.get_by_role("link", name="Nhận tin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhận tin")
    on.looked("nhan-tin")
    group = page.get_by_role("group", name="Hồ sơ sang bước mới")
    group.get_by_label("Tin nhắn SMS").check()
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu cách nhận tin.")).to_be_visible()
    expect(group.get_by_label("Tin nhắn SMS")).to_be_checked()
    on.looked("nhan-tin-da-luu")

    at = yesterday_morning()
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    jobs.run_until_empty()
    dossier = Dossier.objects.get(id=sent.id)
    message = Message.objects.get(about_id=dossier.id, channel="sms")

    handset = open_page("phone")
    handset.goto(f"{carriers.base}/messages/{PHONE}")
    expect(handset.get_by_text(f"Ho so {dossier.code} da duoc tiep nhan.")).to_be_visible()
    if PICTURES:
        handset.screenshot(path=f"{PICTURES}/360-dien-thoai.png", full_page=True)
    for _ in range(80):
        message.refresh_from_db()
        if message.state == "delivered":
            break
        page.wait_for_timeout(100)

    page.goto(f"{live_site}/cua-toi/tin-nhan/")
    expect(page.get_by_text(re.compile("SMS: đã đến máy")).first).to_be_visible()
    on.looked("tin-nhan")

    desk = open_page("desktop")
    as_person(desk, live_site, place.intake)
    desk.goto(f"{live_site}/can-bo/ho-so/{dossier.code}/")
    told = desk.get_by_role("region", name="Tin đã gửi người dân")
    expect(told.get_by_text("đã đến máy")).to_be_visible()


def test_an_officer_chooses_what_to_be_told_and_decides_on_a_failed_message(
    live_site: str, carriers: serve.Running, page: Page
) -> None:
    place = office()
    as_person(page, live_site, place.specialist)
    page.goto(f"{live_site}/can-bo/tin-bao/")
    page.get_by_role("link", name="Chọn tin báo").click()
    group = page.get_by_role("group", name="Quá hạn trả kết quả")
    group.get_by_label("Việc tôi giữ").check()
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu.")).to_be_visible()
    expect(group.get_by_label("Việc tôi giữ")).to_be_checked()
    Walk(page).looked("chon-tin-bao")

    at = yesterday_morning()
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    Message.objects.filter(about_id=sent.id, channel="mail").update(state="failed", error="451 thử lại sau")
    as_person(page, live_site, people.officer("administrator", place.one_stop))
    page.goto(f"{live_site}/can-bo/tin-hong/")
    expect(page.get_by_text("451 thử lại sau")).to_be_visible()
    Walk(page).looked("tin-hong")
    page.get_by_role("button", name=re.compile("^Gửi lại")).first.click()
    expect(page.get_by_text("Đã xếp hàng gửi lại.")).to_be_visible()
    assert Message.objects.get(about_id=sent.id, channel="mail").state == "queued"


WORKER = """async ([address, words]) => {
  const acts = {}, shown = [], opened = [];
  const self = {
    addEventListener: (name, act) => (acts[name] = act),
    registration: { showNotification: async (title, more) => shown.push({ title, ...more }) },
    clients: { openWindow: async (to) => opened.push(to) },
    location: { origin: "https://dvc.example" },
  };
  new Function("self", "SHELL", await (await fetch(address)).text())(self, []);
  const read = (text) => ({ data: { json: () => JSON.parse(text) }, waitUntil: () => undefined });
  for (const text of words) acts.push(read(text));
  for (const one of shown) {
    const notification = { close: () => undefined, data: one.data };
    acts.notificationclick({ notification, waitUntil: () => undefined });
  }
  return { shown, opened };
}"""


def test_the_service_worker_shows_what_is_pushed_and_opens_only_our_pages(
    live_site: str, open_page: OpenPage
) -> None:
    """The worker runs beside the page with a browser that writes down: headless ones show no notices."""
    page = open_page("phone", bypass_csp=True)
    page.goto(live_site)
    words = [
        '{"title":"Hồ sơ H01 có kết quả","body":"Mời xem.","link":"https://dvc.example/ho-so/H01/","tag":"a"}',
        '{"title":"Lừa","link":"https://evil.example/","tag":"b"}',
        "không phải JSON",
    ]
    found = page.evaluate(WORKER, [static("ui/dist/worker.js"), words])
    first, second, third = found["shown"]
    assert (first["title"], first["body"], first["tag"]) == ("Hồ sơ H01 có kết quả", "Mời xem.", "a")
    assert (second["title"], third["title"]) == ("Lừa", "Dịch vụ công")
    inbox = "https://dvc.example/cua-toi/tin-nhan/"
    assert found["opened"] == ["https://dvc.example/ho-so/H01/", inbox, inbox]
