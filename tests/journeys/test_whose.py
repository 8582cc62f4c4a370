"""A parent files for a child and the officer checks by what right; a proxy is granted, taken, taken back."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.dossiers.public import conftest
from tests.dossiers.public.conftest import Town, picture
from tests.journeys import test_citizen_files
from tests.journeys.test_citizen_files import Walk, as_person
from tests.journeys.test_line import submits
from tests.support import people
from tests.support.browser import OpenPage
from tinhso.dossiers.models import Dossier
from tinhso.foundation.refs import ActorRef

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
town, walk = conftest.town, test_citizen_files.walk
MINE = "/tai-khoan/nguoi-cua-toi/"


def at_the_desk(page: Page, site: str, officer: ActorRef) -> None:
    cookie = people.client(officer, agent=page.evaluate("navigator.userAgent")).cookies
    value = cookie[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])


def names_a_child(walk: Walk, site: str, root: str) -> None:
    page = walk.page
    page.goto(f"{site}{root}")
    walk.looked("cho-ai-dau")
    page.get_by_role("link", name="Con chưa thành niên").click()
    walk.looked("them-con")
    page.get_by_role("button", name="Lưu", exact=True).click()
    walk.looked("them-con-loi")
    page.get_by_label("Họ và tên").fill("Trần Gia Bảo")
    for part, value in (("day", "4"), ("month", "5"), ("year", "2020")):
        page.locator(f'[name="birth_date-{part}"]').fill(value)
    page.get_by_label("Giấy khai sinh của con").check()
    page.get_by_label("Số của giấy tờ").fill("12/2020")
    page.locator("#tep").set_input_files(
        {"name": "khai-sinh.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
    )
    page.get_by_role("button", name="Lưu", exact=True).click()
    walk.looked("cho-ai")
    page.get_by_role("button", name="Trần Gia Bảo").click()


def test_a_parent_files_and_an_officer_checks_by_what_right(
    live_site: str,
    town: Town,
    walk: Walk,
    open_page: OpenPage,
) -> None:
    page, office = walk.page, town.office
    page.goto(live_site)
    as_person(page, live_site, office.citizen)
    names_a_child(walk, live_site, town.root)
    page.get_by_role("radio").first.check()
    walk.go_on()
    walk.fill("con.ho_ten", "Trần Gia Bảo")
    walk.go_on()
    walk.go_on()
    walk.fill("nguoi_khai.so_dinh_danh", "091090000123")
    walk.go_on()
    page.locator("#tep-don").set_input_files(
        {"name": "don.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
    )
    expect(page.get_by_role("link", name="don.jpg")).to_be_visible()
    walk.go_on()
    walk.looked("xem-lai-nop-thay")
    page.get_by_role("button", name="Gửi hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi hồ sơ")
    walk.looked("da-gui-nop-thay")
    page.goto(f"{live_site}/ho-so/")
    walk.looked("cua-toi")
    page.goto(f"{live_site}{MINE}")
    walk.looked("nguoi-cua-toi")
    page.get_by_role("link", name="Trần Gia Bảo").click()
    walk.looked("mot-nguoi")
    page.get_by_role("link", name="Thôi nộp thay").click()
    walk.looked("thoi")

    size = "phone" if page.viewport_size and page.viewport_size["width"] < 500 else "desktop"
    desk = open_page(size)
    desk.set_default_timeout(20_000)
    seen = Walk(desk)
    code = Dossier.objects.get().code
    at_the_desk(desk, live_site, office.intake)
    desk.goto(f"{live_site}/can-bo/ho-so/{code}/")
    expect(desk.get_by_label("Người nộp và tư cách")).to_contain_text("Cha, mẹ nộp cho con")
    seen.looked("quay-tu-cach")
    desk.goto(f"{live_site}/can-bo/ho-so/{code}/tiep-nhan/")
    submits(desk)
    expect(desk.get_by_text("Chưa đối chiếu giấy tờ").first).to_be_visible()
    seen.looked("quay-chua-doi-chieu")
    desk.goto(f"{live_site}/can-bo/ho-so/{code}/bo-sung/")
    seen.looked("quay-bo-sung")
    desk.goto(f"{live_site}/can-bo/ho-so/{code}/")
    desk.locator("#giay-to button[value=good]").first.click()
    expect(desk.locator("#giay-to").get_by_text("đạt", exact=True).first).to_be_visible()
    desk.goto(f"{live_site}/can-bo/ho-so/{code}/tiep-nhan/")
    submits(desk)
    assert Dossier.objects.get().status == "accepted"
    desk.goto(f"{live_site}/can-bo/tiep-nhan/{town.code}/")
    desk.get_by_label("Người đứng trước quầy nộp cho ai?").select_option("proxy")
    desk.get_by_text("Người nộp thay và giấy tờ chứng minh").click()
    seen.looked("quay-nop-thay")


def test_a_proxy_is_granted_on_one_phone_and_taken_on_another(
    live_site: str,
    town: Town,
    walk: Walk,
    open_page: OpenPage,
) -> None:
    page, agent = walk.page, people.person("Trần Thị Hân", personal_id="091090000321")
    page.goto(live_site)
    as_person(page, live_site, town.office.citizen)
    page.goto(f"{live_site}{MINE}")
    page.get_by_role("link", name="Ủy quyền cho người khác").click()
    walk.looked("uy-quyen")
    page.get_by_label("Họ và tên người được ủy quyền").fill("Trần Thị Hân")
    page.get_by_label("Số căn cước của người đó").fill("091 090 000 321")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("button", name="Xác nhận ủy quyền")).to_be_visible()
    walk.looked("uy-quyen-xac-nhan")
    page.get_by_role("button", name="Xác nhận ủy quyền").click()
    expect(page.get_by_role("button", name="Xác nhận ủy quyền")).to_have_count(0)
    walk.looked("uy-quyen-xong")

    size = "phone" if page.viewport_size and page.viewport_size["width"] < 500 else "desktop"
    other = Walk(open_page(size))
    other.page.goto(live_site)
    as_person(other.page, live_site, agent)
    other.page.goto(f"{live_site}{MINE}")
    other.looked("duoc-uy-quyen")
    with other.page.expect_response(lambda answer: answer.request.method == "POST"):
        other.page.get_by_role("button", name="Nhận").click()
    other.page.goto(f"{live_site}{town.root}cung-dung-ten/")
    other.looked("cung-dung-ten")
    other.page.goto(f"{live_site}{town.root}cho-ai/")
    other.page.get_by_role("button", name=town.office.citizen.name).click()
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Nộp hồ sơ ở đâu?")

    page.get_by_role("link", name="Trần Thị Hân").click()
    page.get_by_role("link", name="Thu hồi quyền nộp thay").click()
    page.get_by_role("button", name="Chấm dứt ngay").click()
    other.page.reload()
    other.page.goto(f"{live_site}{town.root}xem-lai/")
    expect(other.page.get_by_text("đã hết hoặc đã bị thu hồi")).to_be_visible()
    other.looked("da-thu-hoi")
