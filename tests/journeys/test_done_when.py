"""One filing for several procedures, from a proxy at a foreign counter to results and a certified copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from national import serve
from tests.certification.place import commune_office
from tests.dossiers.public.conftest import picture
from tests.dossiers.test_bundles import bundled
from tests.journeys.test_citizen_files import Walk, as_person
from tests.journeys.test_officer_day import sign_in
from tests.journeys.test_people_change import day
from tests.support import people
from tests.support.browser import OpenPage
from tests.support.days import working_day
from tests.support.office import Office
from tests.support.signing import can_sign, equip, sandbox
from tinhso.directory import api as directory
from tinhso.dossiers import jobs
from tinhso.dossiers.models import Bundle, Dossier
from tinhso.foundation import moments, paper
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

__all__ = ["can_sign", "sandbox"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Province:
    """The centre where it is filed, the agency that registers, the one after it, and the person."""

    there: Office
    first: Office
    second: Office
    deputy: ActorRef
    mother: ActorRef
    number: str


@pytest.fixture
def places(can_sign: serve.Running) -> Province:
    group, there = bundled(), commune_office()
    for office in (there, group.xa, group.police):
        equip(office, can_sign)
    mother = group.xa.citizen
    assert mother.id is not None
    return Province(
        there=there,
        first=group.xa,
        second=group.police,
        deputy=people.officer("specialist", group.xa.specialist_unit, name="Võ Văn Cảnh"),
        mother=mother,
        number=identity.personal_id(mother.id),
    )


class Desk(Walk):
    """A desk at which one officer after another sits down."""

    def __init__(self, page: Page, site: str) -> None:
        super().__init__(page)
        self.site = site
        page.set_default_timeout(30_000)

    def sits(self, officer: ActorRef, path: str, name: str = "") -> None:
        """This officer opens a page of the desk."""
        self.page.context.clear_cookies()
        sign_in(self.page, self.site, officer)
        self.page.goto(f"{self.site}/can-bo/{path}")
        if name:
            self.looked(name)

    def submits(self) -> None:
        """The form's own button."""
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()


def files_for_her_at_another_centre(desk: Desk, places: Province) -> str:
    """A proxy brings a power of attorney; the counter takes it in for an agency elsewhere."""
    page, procedure = desk.page, "9.nhom"
    agency = directory.agency(places.first.agency, moments.today(moments.now()))
    desk.sits(places.there.intake, f"tiep-nhan/{procedure}/")
    page.get_by_label("Người đứng trước quầy nộp cho ai?").select_option("proxy")
    page.get_by_label("Số căn cước", exact=True).fill(places.number)
    page.get_by_label("Họ và tên", exact=True).fill("Danh Sóc Kha")
    page.locator("[name='phone']").fill("0912345678")
    page.get_by_text("Người nộp thay và giấy tờ chứng minh").click()
    page.locator("[name='filer_name']").fill("Trần Thị Hân")
    page.locator("[name='filer_number']").fill("091 090 000 321")
    page.locator("[name='proof_kind']").select_option(
        label="Người được ủy quyền: Văn bản ủy quyền có công chứng, chứng thực"
    )
    page.locator("[name='proof_number']").fill("17/UQ")
    day(page, "Hiệu lực đến hết ngày", 31, 12, moments.today(moments.now()).year + 1)
    page.locator("[name='seen']").check()
    page.locator("[name='tim-co-quan']").fill(agency.name)
    page.locator("button[name=viec][value=co-quan]").click()
    page.get_by_label(agency.name, exact=True).check()
    page.locator("[name='goc-don']").fill("1")
    desk.looked("quay")
    page.get_by_role("button", name="Tiếp nhận").last.click()
    expect(page.locator(".dk-done")).to_contain_text("Đã tiếp nhận")
    desk.looked("da-nhan")
    return Dossier.objects.values_list("code", flat=True).get()


def is_done(desk: Desk, office: Office, code: str, *, by: ActorRef) -> None:
    """Drafted, signed on the leader's own device, numbered and sealed."""
    page = desk.page
    desk.sits(by, f"ho-so/{code}/du-thao/", "du-thao")
    page.get_by_role("button", name="Dự thảo, trình ký").click()
    expect(page.get_by_text("Đã trình ký")).to_be_visible()
    desk.sits(office.leader, f"ho-so/{code}/ky/", "ky")
    desk.submits()
    page.goto(f"{desk.site}/can-bo/ho-so/{code}/ky/cho/")
    expect(page.get_by_text("Đã ký").first).to_be_visible()
    desk.sits(office.clerk, f"ho-so/{code}/dong-dau/", "dong-dau")
    desk.submits()
    expect(page.get_by_text("Đã cấp số, đóng dấu")).to_be_visible()


def test_one_filing_goes_its_whole_way(live_site: str, places: Province, open_page: OpenPage) -> None:
    """The mother's pages on a phone, the offices' on a desktop, as they sit there."""
    page = open_page("phone")
    desk, hers = Desk(open_page("desktop"), live_site), Walk(page)
    page.set_default_timeout(30_000)
    as_person(page, live_site, places.mother)
    code = files_for_her_at_another_centre(desk, places)
    bundle = Bundle.objects.get()
    assert bundle.collect_id == places.there.agency

    office = desk.page
    desk.sits(places.first.leader, "vang-mat/")
    office.get_by_label("Người vắng").select_option(label="Trần Văn Bình")
    office.get_by_label("Người thay").select_option(label="Võ Văn Cảnh")
    today = moments.today(moments.now())
    day(office, "Vắng từ ngày", today.day, today.month, today.year)
    day(office, "Đến hết ngày", today.day, today.month, today.year)
    office.get_by_label("Lý do").fill("Ốm")
    office.get_by_role("button", name="Ghi vắng mặt").click()
    expect(office.get_by_role("status").filter(has_text="Đã ghi vắng mặt")).to_be_visible()
    desk.looked("vang-mat")

    desk.sits(places.deputy, f"ho-so/{code}/nhan-ban-giao/", "nhan-ban-giao")
    desk.submits()
    office.goto(f"{live_site}/can-bo/ho-so/{code}/bo-sung/")
    office.locator("input[name='xet-don'][value=faulty]").check()
    office.locator("#ly-do-don").fill("Ảnh mờ, không thấy dấu đỏ")
    desk.looked("bo-sung")
    desk.submits()
    assert Dossier.objects.get(code=code).status == "supplement"

    page.goto(f"{live_site}/ho-so/{code}/bo-sung/")
    page.locator("#tep-don").set_input_files(
        {"name": "don.jpg", "mimeType": "image/jpeg", "buffer": picture("blue").read()}
    )
    expect(page.get_by_role("link", name="don.jpg")).to_be_visible()
    hers.looked("bo-sung-cua-toi")
    page.get_by_role("button", name="Gửi giấy tờ bổ sung").click()
    expect(page.get_by_text("Đã gửi giấy tờ bổ sung")).to_be_visible()

    until = working_day(today + 20 * DAY)
    desk.sits(places.first.leader, f"ho-so/{code}/hen-lai/")
    office.get_by_label("Ngày", exact=True).fill(f"{until:%d/%m/%Y}")
    office.get_by_label("Lý do chưa trả đúng hẹn").fill("Chờ xác minh ở nơi sinh")
    desk.looked("hen-lai")
    desk.submits()
    page.goto(f"{live_site}/ho-so/{code}/")
    expect(page.locator("main")).to_contain_text("Xin lỗi ông/bà")
    hers.looked("xin-loi")

    is_done(desk, places.first, code, by=places.deputy)
    jobs.start_bundle.function(bundle_id=str(bundle.id))
    page.goto(f"{live_site}/nhom-ho-so/{bundle.code}/")
    hers.looked("nhom")

    next_one = Dossier.objects.get(bundle_part__bundle=bundle, bundle_part__position=1)
    assert next_one.agency_id == places.second.agency
    desk.sits(places.second.intake, f"ho-so/{next_one.code}/tiep-nhan/", "tiep-nhan-hai")
    desk.submits()
    is_done(desk, places.second, next_one.code, by=places.second.specialist)

    desk.sits(places.there.intake, "chung-thuc/moi/")
    office.locator("[name='can-cuoc']").fill(places.number)
    office.locator("[name='ho-ten']").fill("Danh Sóc Kha")
    office.locator("[name='loai']").select_option("giay-khai-sinh")
    office.locator("[name='ten']").fill("Giấy khai sinh")
    scan = paper.render(template="letter", data={"agency": "UBND", "body": ["Giấy khai sinh"]})
    office.locator("[name='tep']").set_input_files(
        {"name": "quet.pdf", "mimeType": "application/pdf", "buffer": scan}
    )
    office.locator("[name='da-xem']").check()
    office.locator("[name='nguoi-ky']").select_option(str(places.there.leader.id))
    desk.looked("chung-thuc")
    office.get_by_role("button", name="Lập bản sao").last.click()
    expect(office.get_by_text("chờ người ký").first).to_be_visible()
    address = office.url.removeprefix(f"{live_site}/can-bo/").partition("?")[0]
    desk.sits(places.there.leader, address, "chung-thuc-ky")
    office.get_by_role("button", name="Ký chứng thực").click()
    # The page asks by itself whether the leader's device has confirmed.
    expect(office.get_by_text("Đã chứng thực").first).to_be_visible(timeout=60_000)

    page.goto(f"{live_site}/cua-toi/giay-to/")
    expect(page.get_by_role("link", name="Giấy khai sinh").first).to_be_visible()
    hers.looked("kho")
    page.goto(f"{live_site}/nhom-ho-so/{bundle.code}/")
    states = Dossier.objects.filter(bundle_part__bundle=bundle).values_list("status", flat=True)
    assert sorted(states)[:2] == ["done", "done"]
    hers.looked("nhom-cuoi")
