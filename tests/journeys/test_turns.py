"""Turns of a dossier in a real browser: asked, promised later, and what the applicant reads and sends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.dossiers.public.conftest import picture
from tests.journeys.test_officer_day import sign_in, status
from tests.support import people
from tests.support.browser import OpenPage, axe, fits
from tests.support.days import working_day
from tests.support.office import Office, filed, office, paper
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, Extension, Supplement
from tinhso.dossiers.operations import endings, extensions, intake, supplements
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOTH = [PaperFault("don", "Ảnh mờ, không thấy dấu đỏ"), PaperFault("uy-quyen", "Chưa có trong hồ sơ")]


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office, *, days: int = 1) -> Dossier:
    sent = moments.now() - days * DAY
    dossier = filed(place, at=sent)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=sent + HOUR)
    return Dossier.objects.get(id=dossier.id)


def as_citizen(page: Page, site: str, actor: ActorRef) -> None:
    cookie = people.client(actor, agent=page.evaluate("navigator.userAgent")).cookies
    value = cookie[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])


def test_a_later_promise_goes_from_the_officer_to_the_leader_to_the_applicant(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    dossier = accepted(place, days=30)
    until = working_day(moments.today(moments.now()) + 5 * DAY)
    officer = open_page("desktop")
    sign_in(officer, live_site, place.specialist)
    officer.goto(f"{live_site}/can-bo/ho-so/{dossier.code}/")
    officer.wait_for_load_state("networkidle")
    officer.keyboard.press("l")
    form = officer.locator("#viec")
    form.get_by_label("Ngày", exact=True).fill(f"{until:%d/%m/%Y}")
    form.get_by_label("Lý do chưa trả đúng hẹn").fill("Chờ kết quả đo đạc thực địa")
    officer.keyboard.press("Control+Enter")
    expect(officer.locator(".dk-done")).to_contain_text(f"Đã đề nghị hẹn lại {dossier.code}.")

    leader = open_page("desktop")
    sign_in(leader, live_site, place.leader)
    leader.goto(f"{live_site}/can-bo/cho-quyet-dinh/")
    expect(leader.locator("main")).to_contain_text("Chờ kết quả đo đạc thực địa")
    leader.get_by_role("link", name="Đồng ý", exact=True).click()
    expect(leader.locator("main")).to_contain_text(f"xin hẹn lại ngày {until:%d/%m/%Y}")
    leader.locator("main").get_by_role("button", name="Đồng ý hẹn lại").click()
    leader.wait_for_load_state("networkidle")
    assert Extension.objects.get().granted is True

    citizen = open_page("phone")
    as_citizen(citizen, live_site, place.citizen)
    citizen.goto(f"{live_site}/ho-so/{dossier.code}/")
    expect(citizen.locator("main")).to_contain_text("Xin lỗi ông/bà vì chưa trả được kết quả đúng hẹn")
    expect(citizen.get_by_role("link", name="Văn bản xin lỗi")).to_be_visible()


def test_the_applicant_sends_what_is_there_and_the_rest_later(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    dossier = accepted(place)
    supplements.ask(dossier_id=dossier.id, faults=BOTH, by=place.specialist, at=moments.now())
    page = open_page("phone")
    as_citizen(page, live_site, place.citizen)
    page.goto(f"{live_site}/ho-so/{dossier.code}/bo-sung/")
    assert axe(page) == []
    page.locator("#tep-don").set_input_files(
        {"name": "đơn.jpg", "mimeType": "image/jpeg", "buffer": picture("blue").read()}
    )
    expect(page.get_by_role("link", name="đơn.jpg")).to_be_visible()
    page.get_by_role("button", name="Gửi trước phần đã có").click()
    expect(page.locator("main")).to_contain_text("gửi thêm 1 giấy tờ")

    page.goto(f"{live_site}/ho-so/{dossier.code}/bo-sung/")
    expect(page.locator("#giay-don")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Đã nhận")
    assert status(dossier.code) == "supplement"
    faults = Supplement.objects.get().faults.order_by("code")
    assert [fault.answered_at is not None for fault in faults] == [True, False]


def test_many_late_dossiers_are_apologised_for_in_one_act(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    late = [accepted(place, days=30 + number) for number in range(3)]
    until = working_day(moments.today(moments.now()) + 5 * DAY)
    page = open_page("desktop")
    sign_in(page, live_site, place.leader)
    page.goto(f"{live_site}/can-bo/ho-so/?xem=co-quan&han=tre")
    for box in page.locator("tbody .ui-list__check").all():
        box.check()
    page.get_by_role("button", name="Xin lỗi, hẹn lại các hồ sơ đã chọn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xin lỗi, hẹn lại 3 hồ sơ quá hạn")
    assert axe(page) == []
    page.get_by_label("Ngày", exact=True).fill(f"{until:%d/%m/%Y}")
    page.locator("main").get_by_role("button", name="Xin lỗi, hẹn lại", exact=True).click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Hãy ghi vì sao phải hẹn lại.")
    page.get_by_label("Lý do chưa trả đúng hẹn").fill("Máy chủ đo đạc ngừng")
    page.locator("main").get_by_role("button", name="Xin lỗi, hẹn lại", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xin lỗi, hẹn lại hàng loạt")
    expect(page.locator("#tien-do")).to_contain_text("0/3")
    assert len(late) == 3


def test_every_page_of_the_turns_is_clean_and_fits(page: Page, live_site: str, place: Office) -> None:
    now = moments.now()
    asked, late, again, ended = (accepted(place, days=days) for days in (2, 30, 3, 2))
    supplements.ask(dossier_id=asked.id, faults=BOTH, by=place.specialist, at=now - DAY)
    supplements.ask(dossier_id=again.id, faults=BOTH[:1], by=place.specialist, at=now - DAY)
    supplements.answer(dossier_id=again.id, papers=[paper()], by=place.citizen, at=now - HOUR)
    endings.stop(dossier_id=ended.id, reason="Tranh chấp", ground="Điều 7", by=place.specialist, at=now)
    until = working_day(moments.today(now) + 5 * DAY)
    extensions.ask(dossier_id=late.id, until=until, reason="Chờ đo đạc", by=place.specialist, at=now)
    ways = (
        (place.leader, ("cho-quyet-dinh/", f"ho-so/{late.code}/", f"ho-so/{late.code}/dong-y-hen-lai/",
                        "ho-so/?xem=co-quan&han=tre")),
        (place.intake, ("so-theo-doi/", f"ho-so/{asked.code}/nhan-bo-sung/",
                        f"ho-so/{asked.code}/tra-ban-chinh/")),
        (place.specialist, (f"ho-so/{again.code}/bo-sung/", f"ho-so/{asked.code}/", f"ho-so/{ended.code}/",
                            f"ho-so/{again.code}/de-nghi-hen-lai/", f"ho-so/{asked.code}/dung/")),
    )  # fmt: skip
    for officer, addresses in ways:
        sign_in(page, live_site, officer)
        for address in addresses:
            page.goto(f"{live_site}/can-bo/{address}")
            look(page, address)
    page.context.clear_cookies()
    as_citizen(page, live_site, place.citizen)
    extensions.grant(dossier_id=late.id, by=place.leader, at=now)
    for dossier in (late, asked, ended):
        page.goto(f"{live_site}/ho-so/{dossier.code}/")
        look(page, "citizen" + dossier.code)


def look(page: Page, address: str) -> None:
    page.wait_for_load_state("networkidle")
    assert axe(page) == [], address
    assert fits(page), address
