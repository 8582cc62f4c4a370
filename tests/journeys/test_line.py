"""The whole line: from a phone to a signed result, four people at their pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from national import serve
from tests.dossiers.public.conftest import picture
from tests.journeys.conftest import sign_in
from tests.journeys.test_citizen_files import Walk, birth
from tests.support import people
from tests.support.browser import OpenPage
from tinhso.config import demo_signing
from tinhso.dossiers.models import Dossier
from tinhso.foundation import moments, signing
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.foundation.signing import ports
from tinhso.identity import api as identity

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.fixture
def signers(
    province: None, national: serve.Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> serve.Running:
    """Signing bound to the sandbox; demo agencies have seals and demo leaders credentials."""
    given: dict[str, Any] = {
        **settings.SIGNING,
        "csc": f"{national.base}/csc/v2",
        "roots": tmp_path / "roots",
        "seals": tmp_path / "seals",
    }
    monkeypatch.setattr(settings, "SIGNING", given)
    bound = {
        "stamp_authority": signing.HttpStamps(f"{national.base}/tsa"),
        "personal_signer": signing.CscSigner(
            given["csc"],
            token=lambda: "tinhso-demo-csc",
            credential_of=lambda person: f"ky-{person}",
            confirm_at=lambda person: f"{national.base}/phone/{person}",
        ),
        "seal_signer": signing.FolderSeals(given["seals"], password=given["seals_password"].encode()),
        "trusted": signing.FolderTrust(given["roots"], revocations=signing.HttpRevocations()),
    }
    for name, port in bound.items():
        monkeypatch.setattr(getattr(ports, name), "_bound", port)
    demo_signing.prepare(base=national.base)
    demo_signing.equip(base=national.base)
    return national


def as_officer(page: Page, site: str, login: str) -> None:
    """At the desk as this demo officer, without the walk through the sign-in pages."""
    found = identity.by_login(login, moments.now())
    assert found is not None
    actor = ActorRef(ActorKind.OFFICER, found.id, found.full_name)
    cookie = people.client(actor, agent=page.evaluate("navigator.userAgent")).cookies
    value = cookie[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])


def files_and_gets_a_code(walk: Walk, site: str) -> str:
    page = walk.page
    page.goto(f"{site}/nop/1.001193/")
    sign_in(page, "Trần Thị Ngọc Hân")
    page.get_by_role("button", name="Cho tôi").click()
    page.get_by_label("Tìm xã, phường, đặc khu").fill("vinh thanh van")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("radio").first.check()
    walk.go_on()
    birth(walk)
    sends(page, "giay-chung-sinh", "white")
    walk.go_on()
    page.get_by_role("button", name="Gửi hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi hồ sơ")
    return Dossier.objects.order_by("-submitted_at").values_list("code", flat=True)[0]


def sends(page: Page, paper: str, colour: str) -> None:
    file = {"name": f"{paper}.jpg", "mimeType": "image/jpeg", "buffer": picture(colour).read()}
    page.locator(f"#tep-{paper}").set_input_files(file)
    expect(page.get_by_role("link", name=f"{paper}.jpg")).to_be_visible()


def submits(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()


def test_one_dossier_from_a_phone_to_a_signed_result(
    live_site: str, signers: serve.Running, page: Page, open_page: OpenPage
) -> None:
    page.set_default_timeout(20_000)
    size = "phone" if page.viewport_size and page.viewport_size["width"] < 500 else "desktop"
    desk = open_page(size)
    desk.set_default_timeout(20_000)
    office = Walk(desk)
    code = files_and_gets_a_code(Walk(page), live_site)
    at = f"{live_site}/can-bo/ho-so/{code}/"

    as_officer(desk, live_site, "rachgia.tiepnhan")
    desk.goto(at)
    office.looked("ho-so")
    desk.goto(f"{at}tiep-nhan/")
    office.looked("tiep-nhan")
    submits(desk)
    assert Dossier.objects.get(code=code).status == "accepted"

    desk.goto(f"{at}bo-sung/")
    office.looked("bo-sung")
    desk.locator("#xet2-giay-chung-sinh").check()
    desk.locator("#ly-do-giay-chung-sinh").fill("Ảnh mờ, không thấy dấu đỏ")
    for other in desk.locator("input[value=good]").all()[1:]:
        other.check()
    submits(desk)
    expect(desk.get_by_text("Đã gửi yêu cầu bổ sung")).to_be_visible()
    assert Dossier.objects.get(code=code).status == "supplement"

    page.goto(f"{live_site}/ho-so/{code}/bo-sung/")
    sends(page, "giay-chung-sinh", "blue")
    page.get_by_role("button", name="Gửi giấy tờ bổ sung").click()
    expect(page.get_by_text("Đã gửi giấy tờ bổ sung")).to_be_visible()

    desk.goto(f"{at}du-thao/")
    office.looked("du-thao")
    desk.locator("select").select_option(label="Phạm Thanh Tùng, Chủ tịch UBND phường")
    desk.get_by_role("button", name="Dự thảo, trình ký").click()
    expect(desk.get_by_text("Đã trình ký")).to_be_visible()

    as_officer(desk, live_site, "rachgia.lanhdao")
    desk.goto(f"{at}ky/")
    office.looked("ky")
    submits(desk)
    expect(desk.get_by_role("heading", level=1)).to_have_text("Xác nhận ký trên điện thoại")
    office.looked("cho-ky")
    phone = open_page("phone")
    phone.goto(f"{signers.base}/phone/rachgia.lanhdao")
    phone.get_by_role("button", name="Đồng ý ký").click()
    desk.goto(f"{at}ky/cho/")
    expect(desk.get_by_text("Đã ký")).to_be_visible()

    as_officer(desk, live_site, "rachgia.vanthu")
    desk.goto(f"{at}dong-dau/")
    submits(desk)
    expect(desk.get_by_text("Đã cấp số, đóng dấu")).to_be_visible()

    as_officer(desk, live_site, "rachgia.tiepnhan")
    desk.goto(f"{at}chu-ky/")
    office.looked("chu-ky")
    desk.goto(f"{at}phi/")
    office.looked("phi")
    for row in desk.get_by_role("group").filter(has=desk.get_by_label("Miễn, giảm (đồng)")).all():
        row.get_by_label("Miễn, giảm (đồng)").fill(row.get_by_label("Số tiền (đồng)").input_value())
        row.get_by_label("Căn cứ").fill("Đăng ký đúng hạn")
    submits(desk)
    desk.goto(f"{at}tra-ket-qua/")
    submits(desk)
    expect(desk.get_by_text(f"Đã trả kết quả {code}")).to_be_visible()

    page.goto(f"{live_site}/ho-so/{code}/")
    Walk(page).looked("ket-qua")
    pdf = page.request.get(f"{live_site}/ho-so/{code}/ket-qua.pdf").body()
    report = signing.verify(pdf, roots=signing.trusted().roots, at=moments.now())
    assert [one.intact and one.trusted for one in report.signatures] == [True, True]
    page.get_by_label("Rất hài lòng").check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    expect(page.get_by_text("Cảm ơn")).to_be_visible()
