"""Around the acts in a real browser: one box for everything, the way back, words kept, two at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.dossiers.public.conftest import a_procedure
from tests.journeys.test_officer_day import sign_in
from tests.support import people
from tests.support.browser import OpenPage, axe, fits
from tests.support.office import Office, accepted, filed, office
from tinhso.dossiers.models import Dossier, Note
from tinhso.forms import api as forms
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
FORM: dict[str, Any] = {
    "title": "Tờ khai ở quầy",
    "parts": [{"name": "khai", "title": "Người khai"}],
    "pages": [
        {
            "name": "cho-ai",
            "part": "khai",
            "question": "Khai cho ai?",
            "fields": [
                {
                    "name": "cho_ai",
                    "kind": "choice",
                    "label": "Khai cho",
                    "options": [
                        {"value": "minh", "label": "Bản thân"},
                        {"value": "khac", "label": "Người khác"},
                    ],
                }
            ],
        },
        {
            "name": "nguoi-khac",
            "part": "khai",
            "question": "Người được khai thay là ai?",
            "show_if": {"==": [{"var": "cho_ai"}, "khac"]},
            "fields": [{"name": "khac.ten", "kind": "text", "label": "Họ và tên người đó"}],
        },
    ],
}


@pytest.fixture
def place() -> Office:
    return office()


def test_one_box_opens_what_is_typed_by_keys_alone(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    filed(place)
    code = filed(place).code
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/ho-so/{code}/?xem=gio")
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog")
    expect(box.locator("input[type=search]")).to_be_focused()
    expect(box).to_contain_text(f"Việc trên hồ sơ {code}")
    assert axe(page) == []

    page.keyboard.type("ghi chu")
    expect(box.locator(".dk-command__line").first).to_contain_text("Ghi chú")
    page.keyboard.press("ArrowDown")
    expect(box.locator(".dk-command__line").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    assert code in page.url, "Esc closes the box, not the dossier"

    page.keyboard.press("Control+k")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/can-bo/ho-so/{code}/")


def test_the_box_is_a_page_without_a_script(open_page: OpenPage, live_site: str, place: Office) -> None:
    code = filed(place).code
    signed_in = open_page("phone")
    sign_in(signed_in, live_site, place.intake)
    page = open_page("phone", javascript=False)
    page.context.add_cookies(signed_in.context.cookies())  # type: ignore[arg-type]  # what cookies() gave
    page.goto(f"{live_site}/can-bo/lenh/?tu=/can-bo/ho-so/{code}/")
    page.get_by_role("searchbox", name="Gõ tên việc").fill("soc kha")
    page.locator("main").get_by_role("button", name="Tìm").click()
    page.locator("main").get_by_role("link", name=code).click()
    expect(page.locator(".ui-identity__code")).to_have_text(code)


def test_a_note_is_taken_back_with_one_key(open_page: OpenPage, live_site: str, place: Office) -> None:
    code = accepted(place).code
    page = open_page("desktop")
    sign_in(page, live_site, place.specialist)
    page.goto(f"{live_site}/can-bo/ho-so/{code}/")
    page.keyboard.press("g")
    expect(page.locator("#viec textarea")).to_be_focused()
    page.keyboard.type("Nham ho so")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".dk-done")).to_contain_text(f"Đã lưu ghi chú của {code}.")
    assert axe(page) == []

    page.keyboard.press("h")

    expect(page.locator(".dk-done")).to_contain_text(f"Đã hoàn tác việc vừa làm trên {code}.")
    expect(page.locator("main")).to_contain_text("(đã thu lại)")
    assert Note.objects.get().withdrawn_at is not None


def test_words_come_back_after_the_page_was_lost(open_page: OpenPage, live_site: str, place: Office) -> None:
    code = accepted(place).code
    page = open_page("phone")
    sign_in(page, live_site, place.specialist)
    page.goto(f"{live_site}/can-bo/ho-so/{code}/nhan-tin/")
    page.get_by_label("Lời nhắn").fill("Mời ông mang bản chính")
    page.goto("about:blank")

    page.goto(f"{live_site}/can-bo/ho-so/{code}/")
    expect(page.locator(".dk-unsent")).to_contain_text("Nhắn người dân")
    assert axe(page) == []
    assert fits(page)
    page.locator(".dk-unsent a").click()
    expect(page.get_by_label("Lời nhắn")).to_have_value("Mời ông mang bản chính")
    assert fits(page)


def test_a_page_of_the_form_appears_at_the_counter_when_it_is_asked(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    form = forms.publish(code="o-quay", definition=FORM, by=SYSTEM, at=moments.now())
    code, _version = a_procedure(level=procedures.AgencyLevel.COMMUNE, form=form)
    page = open_page("phone")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/tiep-nhan/{code}/")
    asked = page.get_by_label("Họ và tên người đó")
    expect(asked).to_be_hidden()
    page.get_by_label("Người khác").check()
    expect(asked).to_be_visible()
    assert axe(page) == []
    assert fits(page)
    page.get_by_label("Bản thân").check()
    expect(asked).to_be_hidden()


def test_the_loser_of_two_at_once_reads_the_differences_on_a_phone(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    code = accepted(place).code
    page = open_page("phone")
    sign_in(page, live_site, place.specialist)
    page.goto(f"{live_site}/can-bo/ho-so/{code}/tam-dung/")
    other = people.client(place.specialist)
    other.post(
        f"/can-bo/ho-so/{code}/nghia-vu/",
        {"version": Dossier.objects.get(code=code).version, "what": "Lệ phí 12.000 đồng"},
    )
    page.get_by_label("Lý do tạm dừng").fill("Chờ ý kiến của Sở")
    page.locator(".dk-act button[type=submit]").first.click()

    expect(page.locator("h1")).to_have_text("Hồ sơ đã đổi từ lúc anh/chị mở")
    expect(page.locator("main")).to_contain_text("Lệ phí 12.000 đồng")
    expect(page.locator("ins")).to_contain_text("Chờ thực hiện nghĩa vụ tài chính")
    expect(page.locator("#mine")).to_have_value("Chờ ý kiến của Sở")
    assert axe(page) == []
    assert fits(page)


def test_a_preview_beside_leaves_the_form_open(open_page: OpenPage, live_site: str, place: Office) -> None:
    code = filed(place).code
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/ho-so/{code}/bo-sung/")
    page.locator("input[name='xet-don'][value=faulty]").check()
    page.locator("#ly-do-don").fill("Ảnh mờ")
    with page.context.expect_page():
        page.get_by_role("button", name="Xem trước mẫu 02").click()
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Bổ sung", exact=True).click()
    expect(page.locator(".dk-done")).to_contain_text("Đã gửi yêu cầu bổ sung")
