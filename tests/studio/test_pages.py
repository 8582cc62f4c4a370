"""The studio's pages in a browser: clean, fitting, and kept as they are typed."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.journeys.test_officer_day import sign_in
from tests.journeys.test_parcels import look
from tests.studio.test_drafts import NAME, fresh
from tests.studio.test_examples import bodies
from tests.studio.test_words import import_record
from tests.support import people
from tests.support.browser import OpenPage
from tests.support.people import AT
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.studio import api as studio

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def filled() -> tuple[str, ActorRef]:
    """The address of a draft with form, cases and a national record, and its author."""
    draft, author = fresh()
    import_record(studio.draft(draft).code)
    for name in (NAME.FORM, NAME.EXAMPLES):
        body = bodies("1.004873")[name]
        studio.save(draft_id=draft, part=name, body=body, seen=0, by=author, at=AT)
    return f"/can-bo/xuong/{draft}/", author


def test_a_description_is_typed_and_kept(open_page: OpenPage, live_site: str) -> None:
    base, author = filled()
    page = open_page("desktop")
    page.goto(live_site)
    sign_in(page, live_site, author)
    page.goto(f"{live_site}{base}mo-ta/")
    mark = page.locator(".st-seven li", has_text="Trình tự thực hiện")
    expect(mark.get_by_text("đủ")).to_be_visible()
    page.get_by_label("Tên ngắn").fill("Bán rượu lẻ")
    for _row in range(3):
        page.get_by_role("button", name="Xoá dòng này").first.click()
    expect(mark.get_by_text("còn thiếu")).to_be_visible()
    page.get_by_role("button", name="Thêm bước").click()
    page.keyboard.type("Nộp hồ sơ")
    page.get_by_label("Bưu chính").uncheck()
    page.locator('[id="term-amount"]').fill("7")
    page.locator("[data-take=decision_number]").click()
    expect(page.get_by_label("Số quyết định công bố")).to_have_value("12/QĐ-BCT")
    expect(page.locator("[data-when=saved]")).to_be_visible()
    expect(page.get_by_text("Trường hợp thử nay ra khác:")).to_be_visible()
    body = studio.draft(UUID(base.split("/")[3])).body(NAME.DESCRIPTION)
    assert (body["short_name"], body["steps"], body["term"]["amount"]) == ("Bán rượu lẻ", ["Nộp hồ sơ"], 7)
    assert [one["kind"] for one in body["channels"]] == ["counter", "online"]
    look(page, "mo-ta")
    for name, word in (("xuong-ban", ""), ("truong-hop", "truong-hop/"), ("truong-hop-mot", "truong-hop/0/")):
        page.goto(f"{live_site}{base}{word}")
        look(page, name)
    page.goto(f"{live_site}{base}cac-lan-luu/")
    look(page, "cac-lan-luu")
    page.goto(f"{live_site}/can-bo/xuong/?q=ruou")
    look(page, "xuong")


def test_a_clash_is_chosen_by_hand_on_a_phone(open_page: OpenPage, live_site: str) -> None:
    base, author = filled()
    page = open_page("phone")
    page.goto(live_site)
    draft = UUID(base.split("/")[3])
    sign_in(page, live_site, author)
    page.goto(f"{live_site}{base}mo-ta/")
    now = studio.draft(draft).parts[NAME.DESCRIPTION]
    other = people.officer(identity.Role.CLERK)
    theirs = {**now.body, "summary": "Của người khác"}
    studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=theirs, seen=now.revision, by=other, at=AT)
    page.get_by_label("Tóm tắt bằng lời thường").fill("Của tôi")
    page.get_by_role("link", name="Xem và chọn giữ bản nào").click()
    look(page, "chon")
    page.get_by_role("button", name="Lấy hết lần lưu này").click()
    expect(page.get_by_label("Tóm tắt bằng lời thường")).to_have_value("Của tôi")
    for name, word in (("mo-ta", "mo-ta/"), ("xuong-ban", ""), ("truong-hop", "truong-hop/0/")):
        page.goto(f"{live_site}{base}{word}")
        look(page, name)
