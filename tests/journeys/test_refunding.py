"""A refund on the desk's screens: asked from the bill, prepared, agreed by another, read by its payer."""

from __future__ import annotations

import pytest

from tests.journeys.test_citizen_files import Walk, walk
from tests.payments.laid import bill, charge, collecting, stands, told
from tests.support import people
from tests.support.browser import OpenPage
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.payments.models import Payout, Refund
from tinhso.payments.operations import paying_out

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
__all__ = ["walk"]


def test_two_people_give_a_sum_back_and_the_payer_reads_it(
    walk: Walk, live_site: str, open_page: OpenPage
) -> None:
    place, now = collecting(), moments.now()
    first = people.officer(identity.Role.ACCOUNTANT, place.unit, name="Quách Thu Cúc")
    second = people.officer(identity.Role.LEADER, place.unit, name="Mạc Văn Sáng")
    owed = bill(place, charge(50_000), charge(8_000, code="ban-sao", name="Phí cấp bản sao"), at=now)
    payments.receive(told(58_000, content=owed.reference, at=now), at=now)
    page = walk.page

    def seen(name: str) -> None:
        for width, height in ((1280, 800), (360, 740)):
            page.set_viewport_size({"width": width, "height": height})
            walk.looked(name)
        page.set_viewport_size({"width": 1280, "height": 800})

    def enter(actor: object) -> None:
        cookie = people.client(actor).cookies["sessionid"].value  # type: ignore[arg-type]
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_site}])

    enter(first)
    page.goto(f"{live_site}/can-bo/hoan-mien/")
    seen("viec-cua-toi")
    page.get_by_label("Mã khoản thu, mã hồ sơ hoặc tên người nộp").fill(owed.about.code)
    page.get_by_role("button", name="Tìm khoản thu").click()
    page.get_by_label("Số tiền hoàn (đồng)").fill("8000")
    page.get_by_label("Lý do hoàn").fill("Không cấp bản sao")
    seen("khoan-thu")
    page.get_by_role("button", name="Đề nghị hoàn").click()
    page.get_by_label("Mã ngân hàng (BIN)").fill("970436")
    page.get_by_label("Số tài khoản").fill("0011004455")
    page.get_by_role("button", name="Trình duyệt").click()
    seen("thieu-can-cu")
    page.get_by_label("Căn cứ").fill("Khoản 2 Điều 5 Thông tư thử")
    page.get_by_role("button", name="Trình duyệt").click()
    seen("da-trinh")
    enter(second)
    page.goto(f"{live_site}/can-bo/hoan-mien/")
    seen("viec-cua-lanh-dao")
    page.get_by_role("link", name="Hoàn tiền").click()
    seen("duyet")
    page.get_by_role("button", name="Duyệt").click()
    page.get_by_text("đang chuyển khoản").wait_for()
    seen("da-duyet")
    paying_out.paid(Payout.objects.get().id, transaction="FT261129", at=moments.now())
    page.goto(f"{live_site}/can-bo/khoan-thu/{owed.reference}/")
    seen("khoan-thu-sau")
    page.goto(f"{live_site}/thanh-toan/{owed.token}/")
    page.get_by_text("Đã hoàn 8.000").wait_for()
    seen("nguoi-nop")
    assert (Refund.objects.get().state, stands(owed.id).refunded) == ("paid", 8_000)
