"""A procedure from a clerk's hand to a citizen's result: made, published, filed, changed on its way."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from national import serve
from tests.dossiers.public.conftest import picture
from tests.journeys import clerk
from tests.journeys.clerk import CODE, Form, Hand
from tests.journeys.conftest import sign_in
from tests.journeys.test_citizen_files import Walk
from tests.journeys.test_line import as_officer, signers
from tests.journeys.test_people_change import day
from tests.support.browser import OpenPage
from tinhso.dossiers.models import Dossier, Rebased
from tinhso.foundation import jobs, moments, signing
from tinhso.identity.models import Post
from tinhso.procedures import api as procedures
from tinhso.studio import api as studio
from tinhso.studio.models import Draft

__all__ = ["signers"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
DAY = timedelta(days=1)
AUTHOR, PUBLISHER = "nongnghiep.thuysan", "tinh.quantri"


class Province:
    """The desk where one officer after another sits down, and the citizen's phone."""

    def __init__(self, site: str, desk: Page, phone: Page) -> None:
        self.site, self.desk, self.phone = site, desk, phone
        self.hand = Hand(desk)
        self.looks, self.his = Walk(desk), Walk(phone)
        for page in (desk, phone):
            page.set_default_timeout(20_000)

    def sits(self, login: str, path: str) -> None:
        """This officer opens a page of the desk."""
        self.desk.context.clear_cookies()
        as_officer(self.desk, self.site, login)
        self.desk.goto(f"{self.site}/can-bo/{path}")

    def does(self, agency: str, code: str, act: str, said: str) -> None:
        """The officer of that agency who has the dossier does one act by its own button; the desk says so."""
        self.sits(whose(code, agency), f"ho-so/{code}/{act}/")
        self.desk.locator("main form button[type=submit]").first.click()
        expect(self.desk.get_by_text(said).first).to_be_visible()


def whose(code: str, agency: str) -> str:
    """The login of who has a dossier, of the agency it should be with."""
    dossier = Dossier.objects.get(code=code)
    posts = Post.objects.filter(unit_id=dossier.unit_id, role=dossier.role)
    posts = posts.filter(officer__account_id=dossier.holder) if dossier.holder else posts
    login = str(posts.select_related("officer__account").first().officer.account.login)  # type: ignore[union-attr]
    assert login.startswith(agency)
    return login


def publishes(province: Province, draft: UUID, since: date) -> procedures.VersionView:
    """The author may not; another officer reads the draft and publishes it, in force from a day."""
    desk = province.desk
    desk.goto(f"{province.site}/can-bo/xuong/{draft}/")
    expect(
        desk.get_by_text("Công bố được; nên xem lại").or_(desk.get_by_text("Không còn gì phải sửa"))
    ).to_be_visible()
    expect(desk.get_by_role("button", name="Công bố", exact=True)).to_have_count(0)
    province.looks.looked("ban-soan")
    province.sits(PUBLISHER, f"xuong/{draft}/")
    day(desk, "Có hiệu lực từ ngày", since.day, since.month, since.year)
    desk.get_by_role("button", name="Công bố", exact=True).click()
    expect(desk.get_by_text("Đã công bố.")).to_be_visible()
    province.looks.looked("da-cong-bo")
    version = studio.draft(draft).version
    assert version is not None
    return procedures.version(version)


def made(province: Province) -> UUID:
    """The whole procedure, through the studio's pages; the author's draft."""
    province.sits(AUTHOR, "")
    clerk.makes(province.hand, province.site)
    draft = Draft.objects.get(code=CODE).id
    definition = studio.draft(draft).body(studio.PartName.FORM)["definition"]
    asked = [field for page in definition["pages"] for field in page["fields"]]
    assert len(asked) == 15
    assert sum("show_if" in one for one in (*asked, *definition["pages"])) == 4
    assert len(studio.draft(draft).body(studio.PartName.PAPERS)["papers"]) == 3
    return draft


def files(province: Province) -> str:
    """A poor household with rented water and bought fish files on a phone; the code of the dossier."""
    phone, his = province.phone, province.his
    today = moments.today(moments.now())
    phone.goto(f"{province.site}/thu-tuc/{CODE}/")
    his.looked("thu-tuc")
    phone.get_by_role("button", name="Bắt đầu nộp").first.click()
    sign_in(phone, "Lê Văn Sáu")
    phone.get_by_role("button", name="Cho tôi").click()
    phone.get_by_label("Tìm xã, phường, đặc khu").fill("rach gia")
    phone.get_by_role("button", name="Tìm", exact=True).click()
    phone.get_by_role("radio", name="UBND phường Rạch Giá").check()
    his.go_on()

    expect(phone.get_by_label("Họ và tên")).to_have_value("Lê Văn Sáu")
    one(phone, "Hộ nghèo hoặc cận nghèo?").get_by_label("Có", exact=True).check()
    his.looked("ai")
    his.go_on()
    phone.get_by_label("Khúc sông, ấp").fill("Sông Cái Lớn, ấp Phước Trung")
    day(phone, "Ngày bắt đầu nuôi", today.day, today.month, today.year)
    expect(phone.get_by_role("group", name="Hợp đồng thuê đến ngày")).to_be_hidden()
    one(phone, "Có thuê mặt nước không?").get_by_label("Có", exact=True).check()
    day(phone, "Hợp đồng thuê đến ngày", 31, 12, today.year + 2)
    his.looked("o-dau")
    his.go_on()
    phone.get_by_label("Loài khác", exact=True).check()
    phone.get_by_label("Tên loài khác").fill("Cá lóc")
    phone.get_by_label("Số lồng").fill("6")
    phone.get_by_label("Thể tích mỗi lồng").fill("90,5")
    expect(phone.get_by_text("543")).to_be_visible()
    his.looked("bao-nhieu")
    his.go_on()
    phone.get_by_label("Mua của cơ sở giống").check()
    phone.get_by_label("Tên cơ sở giống").fill("Trại giống Gò Quao")
    his.go_on()
    phone.get_by_label("Bè lớn giữ sạch nước thế nào?").fill("Gom vào bao, chở lên bờ mỗi ngày.")
    his.looked("be-lon")
    his.go_on()
    phone.get_by_role("checkbox").check()
    his.go_on()

    papers = phone.locator("section.ui-paper")
    expect(papers).to_have_count(3)
    for number in range(3):
        name = papers.nth(number).get_attribute("id") or ""
        file = {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": picture("blue").read()}
        phone.locator(f"#tep-{name.removeprefix('giay-')}").set_input_files(file)  # type: ignore[arg-type]
        expect(phone.get_by_role("link", name=f"{name}.jpg")).to_be_visible()
    his.looked("giay-to")
    his.go_on()
    his.looked("xem-lai")
    phone.get_by_role("button", name="Gửi hồ sơ").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Đã gửi hồ sơ")
    expect(phone.get_by_role("main")).to_contain_text("0 đồng")
    his.looked("da-gui")
    return phone.locator(".govuk-panel__body .ui-code").inner_text()


def one(page: Page, question: str) -> Locator:
    """The group of choices of a question."""
    return page.get_by_role("group", name=question)


def changed(province: Province) -> UUID:
    """The author makes a second version: a question more, a day more time."""
    desk, hand = province.desk, province.hand
    province.sits(AUTHOR, "xuong/")
    hand.write(desk.get_by_label("Tên, mã hoặc từ thường nói"), "nuôi cá bè")
    hand.button("Tìm")
    hand.button(clerk.TITLE)
    hand.press(desk.get_by_role("link", name="Tờ khai", exact=True))
    form = Form(hand)
    hand.press(desk.locator("[data-outline='1']"))
    form.asks("Chữ ngắn", "Cá giống chở đến bằng gì?")
    hand.opens("Mô tả công bố")
    term = desk.get_by_role("group", name="Từ khi nhận đủ hồ sơ")
    hand.write(term.get_by_label("Số", exact=True), "9")
    hand.saved()
    return Draft.objects.get(code=CODE, state="open").id


def rebased(province: Province, code: str) -> None:
    """The dry run, then the dossier goes over with its promise kept; who has it sees what changed."""
    desk = province.desk
    promised = Dossier.objects.get(code=code).due_at
    province.sits("nongnghiep.lanhdao", "phien-ban-moi/")
    desk.get_by_role("link", name="Xem 1 hồ sơ trước khi chuyển").click()
    expect(desk.get_by_text("chuyển được", exact=True)).to_be_visible()
    expect(desk.get_by_role("main")).to_contain_text("Thêm “Cá giống chở đến bằng gì?”")
    province.looks.looked("xem-truoc")
    desk.get_by_role("button", name="Chạy thử tất cả, chưa đổi gì").click()
    jobs.run_until_empty()
    expect(desk.get_by_text("Đã thử 1/1 hồ sơ: 1 chuyển được")).to_be_visible()
    assert not Rebased.objects.exists()
    desk.goto(f"{province.site}/can-bo/phien-ban-moi/{CODE}/")
    desk.get_by_label("Căn cứ, lý do").fill("Quyết định 1300/QĐ-UBND")
    desk.get_by_role("button", name="Chuyển tất cả 1 hồ sơ").click()
    jobs.run_until_empty()
    expect(desk.get_by_text("Đã xét 1/1 hồ sơ: 1 đã chuyển")).to_be_visible()
    dossier = Dossier.objects.get(code=code)
    assert dossier.due_at == promised
    assert dossier.procedure_version_id == procedures.published(code=CODE, at=moments.now()).id


def test_a_clerks_procedure_goes_its_whole_way(
    live_site: str, signers: serve.Running, open_page: OpenPage
) -> None:
    province = Province(live_site, open_page("desktop"), open_page("phone"))
    desk, phone = province.desk, province.phone
    today = moments.today(moments.now())
    first = publishes(province, made(province), today - DAY)
    assert (first.number, len(first.phases), first.fee_table is not None) == (1, 2, True)

    code = files(province)
    province.does("rachgia", code, "tiep-nhan", "Đã tiếp nhận")
    province.does("rachgia", code, "chuyen-co-quan", "sang cơ quan tiếp theo")
    province.does("nongnghiep", code, "nhan-ban-giao", "Đã xác nhận nhận bàn giao")

    second = publishes(province, changed(province), today)
    assert second.number == 2
    rebased(province, code)

    province.sits(whose(code, "nongnghiep"), f"ho-so/{code}/")
    province.looks.looked("ho-so-da-chuyen")
    desk.get_by_role("button", name="Đã xem phần đổi").click()
    expect(desk.get_by_text("đã xem phần đổi.")).to_be_visible()
    desk.goto(f"{live_site}/can-bo/ho-so/{code}/")
    desk.get_by_role("link", name="Ghi theo lời người nộp").click()
    desk.get_by_label("Cá giống chở đến bằng gì?").fill("Ghe đục")
    desk.locator("[name=word]").fill("Người nộp nói qua điện thoại")
    province.looks.looked("ghi-con-thieu")
    desk.locator("main form button[type=submit]").last.click()
    expect(desk.get_by_text("Đã ghi thêm vào hồ sơ")).to_be_visible()
    desk.goto(f"{live_site}/can-bo/ho-so/{code}/du-thao/")
    desk.get_by_label("Dùng vào việc").fill("vay vốn nuôi cá")
    province.looks.looked("du-thao")
    desk.get_by_role("button", name="Dự thảo, trình ký").click()
    expect(desk.get_by_text("Đã trình ký")).to_be_visible()
    province.sits(whose(code, "nongnghiep"), f"ho-so/{code}/ky/")
    desk.locator("main form button[type=submit]").first.click()
    leader = open_page("phone")
    leader.goto(f"{signers.base}/phone/nongnghiep.lanhdao")
    leader.get_by_role("button", name="Đồng ý ký").click()
    desk.goto(f"{live_site}/can-bo/ho-so/{code}/ky/cho/")
    expect(desk.get_by_text("Đã ký").first).to_be_visible()
    province.does("nongnghiep", code, "dong-dau", "Đã cấp số, đóng dấu")
    province.does("rachgia", code, "nhan-ban-giao", "Đã xác nhận nhận bàn giao")
    province.does("rachgia", code, "tra-ket-qua", "Đã trả kết quả")

    phone.goto(f"{live_site}/ho-so/{code}/")
    province.his.looked("ket-qua")
    with phone.expect_download() as got:
        phone.get_by_role("link", name="Tải kết quả").click()
    pdf = got.value.path().read_bytes()
    report = signing.verify(pdf, roots=signing.trusted().roots, at=moments.now())
    assert [mark.intact and mark.trusted for mark in report.signatures] == [True, True]
