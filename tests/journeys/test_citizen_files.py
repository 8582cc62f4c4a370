"""A person finds a procedure on a phone, signs in, files it and reads where it stands."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.dossiers.public.conftest import picture
from tests.journeys.conftest import sign_in
from tests.support import people
from tests.support.browser import OpenPage, axe, fits
from tests.support.office import filed, office
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, Draft, SubmittedPaper, SupplementFile
from tinhso.dossiers.operations import intake, supplements
from tinhso.foundation import files, legal, moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.procedures import api as procedures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
PICTURES = os.environ.get("TINHSO_JOURNEY_PICTURES", "")


class Walk:
    """Looks at every page on the way: clean for readers, no sideways scroll."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen = 0

    def looked(self, name: str) -> None:
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        if PICTURES:
            self.seen += 1
            path = Path(PICTURES) / f"{width}-{self.seen:02d}-{name}.png"
            self.page.screenshot(path=str(path), full_page=True)
        assert axe(self.page) == [], name
        assert fits(self.page), name

    def go_on(self) -> None:
        self.page.get_by_role("button", name="Tiếp tục", exact=True).last.click()

    def fill(self, name: str, value: str) -> None:
        self.page.locator(f'[name="{name}"]').fill(value)

    def pick(self, name: str, value: str) -> None:
        self.page.locator(f'[name="{name}"][value="{value}"]').check()


@pytest.fixture
def walk(page: Page) -> Walk:
    page.set_default_timeout(20_000)
    return Walk(page)


def address(walk: Walk, name: str) -> None:
    walk.fill(f"{name}.chi_tiet", "Tổ 3, khu phố 2")
    walk.fill(f"{name}.xa", "Rạch Giá")


def birth(walk: Walk) -> None:
    """The pages of the birth registration, answered."""
    page = walk.page
    walk.fill("con.ho_ten", "Trần Gia Bảo")
    walk.pick("con.gioi_tinh", "nam")
    walk.looked("ten-con")
    walk.go_on()
    born = moments.today(moments.now()) - timedelta(days=246)
    walk.fill("con.ngay_sinh.ngay", str(born.day))
    walk.fill("con.ngay_sinh.thang", str(born.month))
    walk.fill("con.ngay_sinh.nam", str(born.year))
    walk.looked("ngay-sinh")
    walk.go_on()
    walk.pick("con.sinh_tai", "tai_nha")
    address(walk, "con.noi_sinh")
    walk.looked("noi-sinh")
    walk.go_on()
    if page.locator('[name="con.noi_sinh.ma_xa"]').count():
        page.locator('[name="con.noi_sinh.ma_xa"]').first.check()
        walk.looked("noi-sinh-chon")
        walk.go_on()
    walk.fill("con.dan_toc", "Kinh")
    walk.pick("con.quoc_tich", "VN")
    walk.go_on()
    address(walk, "con.que_quan")
    walk.go_on()
    if page.locator('[name="con.que_quan.ma_xa"]').count():
        page.locator('[name="con.que_quan.ma_xa"]').first.check()
        walk.go_on()
    page.get_by_label("Không", exact=True).check()
    walk.go_on()
    page.get_by_label("Không", exact=True).check()
    walk.looked("ket-hon")
    walk.go_on()
    page.get_by_label("Không", exact=True).check()
    walk.go_on()
    expect(page.locator('[name="nguoi_khai.ho_ten"]')).to_have_value("Trần Thị Ngọc Hân")
    walk.pick("nguoi_khai.quan_he", "ong_ba")
    walk.looked("nguoi-khai")
    walk.go_on()
    page.get_by_label("Không", exact=True).check()
    walk.go_on()
    page.get_by_role("checkbox").check()
    walk.looked("cam-doan")
    walk.go_on()


def test_a_person_files_a_birth_registration(
    live_site: str, province: None, national: object, walk: Walk
) -> None:
    page = walk.page
    page.goto(live_site)
    walk.looked("trang-dau")
    page.get_by_role("link", name="Đăng ký khai sinh").first.click()
    walk.looked("thu-tuc")
    page.get_by_role("button", name="Bắt đầu nộp").first.click()
    walk.looked("dang-nhap")
    sign_in(page, "Trần Thị Ngọc Hân")
    walk.looked("cho-ai")
    page.get_by_role("button", name="Cho tôi").click()
    walk.looked("noi-nop")
    page.get_by_label("Tìm xã, phường, đặc khu").fill("vinh thanh van")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("radio").first.check()
    walk.looked("noi-nop-tim")
    walk.go_on()
    birth(walk)

    walk.looked("giay-to")
    walk.go_on()
    expect(page.get_by_role("alert")).to_contain_text("Giấy chứng sinh")
    walk.looked("giay-to-thieu")
    page.locator("#tep-giay-chung-sinh").set_input_files(
        {"name": "giấy chứng sinh.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
    )
    expect(page.get_by_role("link", name="giấy chứng sinh.jpg")).to_be_visible()
    walk.looked("giay-to-co")
    walk.go_on()

    expect(page.get_by_role("heading", level=1)).to_have_text("Xem lại rồi gửi hồ sơ")
    walk.looked("xem-lai")
    page.get_by_role("link", name="Sửa Dân tộc").click()
    walk.fill("con.dan_toc", "Khmer")
    walk.go_on()
    expect(page.get_by_text("Khmer")).to_be_visible()
    page.get_by_role("button", name="Gửi hồ sơ").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi hồ sơ")
    walk.looked("da-gui")

    draft = Draft.objects.get()
    dossier = Dossier.objects.get(id=draft.dossier_id)
    expect(page.locator(".govuk-panel__body")).to_contain_text(dossier.code)
    page.go_back()
    page.goto(f"{live_site}/nop/1.001193/xem-lai/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hồ sơ này đã gửi")
    walk.looked("da-gui-roi")
    page.goto(f"{live_site}/ho-so/")
    walk.looked("cua-toi")
    page.goto(f"{live_site}/tra-cuu/")
    page.get_by_label("Mã hồ sơ").fill(dossier.code.lower())
    page.get_by_label("4 số cuối").fill("7231")
    walk.looked("tra-cuu")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.get_by_text("T*** T*** N*** H***")).to_be_visible()
    walk.looked("tra-cuu-thay")


def as_person(page: Page, site: str, person: ActorRef) -> None:
    """Signed in without the walk through the national pages."""
    agent = page.evaluate("navigator.userAgent")
    cookie = people.client(person, agent=agent).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_person_supplements_a_paper_in_few_touches(
    live_site: str, open_page: OpenPage, script: bool
) -> None:
    at = moments.now() - timedelta(days=2)
    place = office()
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    fault = PaperFault(code="don", reason="Ảnh mờ, không thấy dấu đỏ")
    supplements.ask(dossier_id=sent.id, faults=[fault], by=place.specialist, at=at)
    page = open_page("phone", javascript=script)
    page.set_default_timeout(20_000)
    as_person(page, live_site, place.citizen)

    page.goto(f"{live_site}/ho-so/{sent.code}/")
    if script:
        Walk(page).looked("cho-bo-sung")
    page.get_by_role("button", name="Bổ sung giấy tờ").click()
    page.locator("#tep-don").set_input_files(
        {"name": "đơn.jpg", "mimeType": "image/jpeg", "buffer": picture("blue").read()}
    )
    if script:
        expect(page.get_by_role("link", name="đơn.jpg")).to_be_visible()
        Walk(page).looked("bo-sung")
    else:
        page.get_by_role("button", name="Tải lên").click()
    page.get_by_role("button", name="Gửi giấy tờ bổ sung").click()
    expect(page.get_by_text("Đã gửi giấy tờ bổ sung")).to_be_visible()

    assert Dossier.objects.get().status == "processing"
    assert SubmittedPaper.objects.get(current=True).file_id is not None


def supplementing(page: Page, site: str) -> Page:
    """The page where a person answers a request for the paper `don`."""
    at = moments.now()
    place = office()
    sent = filed(place, at=at)
    fault = PaperFault(code="don", reason="Ảnh mờ")
    supplements.ask(dossier_id=sent.id, faults=[fault], by=place.intake, at=at)
    page.set_default_timeout(20_000)
    as_person(page, site, place.citizen)
    page.goto(f"{site}/ho-so/{sent.code}/bo-sung/")
    return page


def photo(name: str, size: tuple[int, int] = (900, 900)) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture("blue", size).read()}


def test_a_cut_network_loses_nothing_of_an_upload(live_site: str, open_page: OpenPage) -> None:
    page = supplementing(open_page("phone"), live_site)
    cut = {"left": 2}

    def breaks(route: Route) -> None:
        if cut["left"]:
            cut["left"] -= 1
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/tep/gui/**", breaks)
    page.locator("#tep-don").set_input_files(photo("đơn.jpg"))
    expect(page.get_by_role("link", name="đơn.jpg")).to_be_visible()
    assert cut["left"] == 0


def test_a_refused_file_says_why_and_harms_no_other(live_site: str, open_page: OpenPage) -> None:
    page = supplementing(open_page("phone"), live_site)
    answered: list[str] = []

    def refuses_the_first(route: Route) -> None:
        if answered:
            route.continue_()
        else:
            answered.append(route.request.url)
            route.fulfill(status=413, body='{"title": "Tệp quá lớn."}', content_type="application/json")

    page.route("**/tep/gui/", refuses_the_first)
    page.locator("#tep-don").set_input_files([photo("lớn.jpg"), photo("đơn.jpg", (40, 30))])
    expect(page.locator(".govuk-error-message")).to_have_text("lớn.jpg: Tệp quá lớn.")
    expect(page.get_by_role("link", name="đơn.jpg")).to_be_visible()
    expect(page.get_by_role("link", name="lớn.jpg")).to_have_count(0)


def test_an_upload_after_the_session_ended_says_so_and_goes_on_when_asked(
    live_site: str, open_page: OpenPage
) -> None:
    page = supplementing(open_page("phone"), live_site)
    page.route("**/tep/gui/", lambda route: route.fulfill(status=200, body="<h1>Đăng nhập</h1>"))
    page.locator("#tep-don").set_input_files(photo("đơn.jpg"))
    expect(page.locator(".govuk-error-message")).to_contain_text("Phiên đăng nhập đã hết.")

    page.unroute("**/tep/gui/")
    page.get_by_role("button", name="Thử lại").click()
    expect(page.get_by_role("link", name="đơn.jpg")).to_be_visible()


def test_where_the_national_portal_takes_dossiers_the_page_points_there(
    live_site: str, open_page: OpenPage
) -> None:
    legal.change(
        key="public_channel",
        value="national",
        effective_from=moments.today(moments.now()),
        legal_basis="TT 11/2025/TT-BKHCN",
        by=SYSTEM,
        at=moments.now(),
    )
    legal.forget()
    version = procedures.version(office().version)
    page = open_page("phone")
    page.goto(f"{live_site}/nop/{version.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nộp hồ sơ này tại Cổng Dịch vụ công quốc gia")
    Walk(page).looked("cong-quoc-gia")
    page.goto(f"{live_site}/tra-cuu/")
    expect(page.get_by_label("Mã hồ sơ")).to_be_visible()


def test_a_press_while_a_file_is_on_its_way_waits_and_goes_on_with_it(
    live_site: str, open_page: OpenPage
) -> None:
    page = supplementing(open_page("phone"), live_site)
    held: list[Route] = []
    open_again: list[bool] = []

    def holds(route: Route) -> None:
        if open_again:
            route.continue_()
        else:
            held.append(route)

    page.route("**/tep/gui/*/", holds)
    page.locator("#tep-don").set_input_files(photo("đơn.jpg"))
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Gửi giấy tờ bổ sung").click()
    expect(page.locator("[data-told]")).to_have_text("Đang gửi 0/1 tệp… Xong sẽ đi tiếp, không cần bấm lại.")
    Walk(page).looked("dang-gui")
    assert Dossier.objects.get().status == "pre_supplement"

    open_again.append(True)
    for route in held:
        route.continue_()
    expect(page.get_by_text("Đã gửi giấy tờ bổ sung")).to_be_visible()
    assert SubmittedPaper.objects.get(current=True).file_id is not None


def test_a_press_is_not_done_when_the_file_did_not_arrive(live_site: str, open_page: OpenPage) -> None:
    page = supplementing(open_page("phone"), live_site)
    held: list[Route] = []
    page.route("**/tep/gui/", lambda route: held.append(route))
    page.locator("#tep-don").set_input_files(photo("đơn.jpg"))
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Gửi giấy tờ bổ sung").click()
    held[0].fulfill(status=413, body='{"title": "Tệp quá lớn."}', content_type="application/json")

    expect(page.locator("[data-told]")).to_contain_text("Tệp chưa tải xong nên chưa gửi.")
    assert Dossier.objects.get().status == "pre_supplement"


def test_a_photo_is_turned_upright_and_shrunk_on_the_phone(live_site: str, open_page: OpenPage) -> None:
    page = supplementing(open_page("phone"), live_site)
    taken, told = Image.new("RGB", (4000, 3000), "white"), Image.Exif()
    taken.paste("red", (0, 0, 4000, 300))
    told[0x0112] = 6
    data = BytesIO()
    taken.save(data, "JPEG", exif=told)
    page.locator("#tep-don").set_input_files(
        {"name": "ảnh.jpeg", "mimeType": "image/jpeg", "buffer": data.getvalue()}
    )
    expect(page.get_by_role("link", name="ảnh.jpg")).to_be_visible()

    kept = Image.open(files.open(SupplementFile.objects.get().file_id))
    assert kept.size == (1860, 2480)
    assert not kept.getexif()
    right, left = kept.getpixel((1800, 1200)), kept.getpixel((60, 1200))
    assert isinstance(right, tuple)
    assert isinstance(left, tuple)
    assert right[1] < 90 < left[1]


@pytest.mark.parametrize("path", ["/", "/tra-cuu/", "/ngoai-mang/", "/thu-tuc/"])
def test_open_pages_fit_the_smallest_phone(live_site: str, open_page: OpenPage, path: str) -> None:
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{live_site}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe(page) == []


KEPT_FOR_LATER = """async (url) => {
  for (let round = 0; round < 100; round += 1) {
    if (await caches.match(url)) return true;
    await new Promise((again) => setTimeout(again, 50));
  }
  return false;
}"""


def test_what_the_worker_keeps_for_later_is_a_strangers_page(live_site: str, open_page: OpenPage) -> None:
    page = open_page("phone")
    as_person(page, live_site, office().citizen)
    page.goto(live_site)
    assert page.evaluate(KEPT_FOR_LATER, f"{live_site}/ngoai-mang/")
    kept = page.evaluate("caches.match('/ngoai-mang/').then((answer) => answer.text())")
    assert "Đang không có mạng" in kept
    assert "csrfmiddlewaretoken" not in kept


def test_without_a_net_a_page_that_was_read_opens_and_others_say_so(
    live_site: str, open_page: OpenPage
) -> None:
    version = procedures.version(office().version)
    page = open_page("phone")
    page.set_default_timeout(8_000)
    page.goto(live_site)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{live_site}/thu-tuc/{version.code}/")
    kept = page.evaluate(KEPT_FOR_LATER, f"{live_site}/thu-tuc/{version.code}/")
    assert kept
    page.context.set_offline(True)

    page.goto(f"{live_site}/thu-tuc/{version.code}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thử nghiệm")
    page.goto(f"{live_site}/tra-cuu/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đang không có mạng")
