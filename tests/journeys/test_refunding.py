"""A refund on the desk's screens: asked from the bill, prepared, agreed by another, read by its payer."""

from __future__ import annotations

import pytest

from tests.journeys.test_citizen_files import Walk, walk
from tests.journeys.test_officer_day import sign_in
from tests.payments.laid import bill, charge, collecting, stands, told
from tests.support import people
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.payments.models import Payout, Refund
from tinhso.payments.operations import paying_out

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
__all__ = ["walk"]


def test_two_people_give_a_sum_back_and_the_payer_reads_it(walk: Walk, live_site: str) -> None:
    place, now = collecting(), moments.now()
    first = people.officer(identity.Role.ACCOUNTANT, place.unit, name="Quách Thu Cúc")
    second = people.officer(identity.Role.LEADER, place.unit, name="Mạc Văn Sáng")
    owed = bill(place, charge(50_000), charge(8_000, code="ban-sao", name="Phí cấp bản sao"), at=now)
    payments.receive(told(58_000, content=owed.reference, at=now), at=now)
    page = walk.page

    sign_in(page, live_site, first)
    page.goto(f"{live_site}/can-bo/hoan-mien/")
    walk.looked("viec-cua-toi")
    page.get_by_label("Mã khoản thu, mã hồ sơ hoặc tên người nộp").fill(owed.about.code)
    page.get_by_role("button", name="Tìm khoản thu").click()
    page.get_by_label("Số tiền hoàn (đồng)").fill("8000")
    page.get_by_label("Lý do hoàn").fill("Không cấp bản sao")
    walk.looked("khoan-thu")
    page.get_by_role("button", name="Đề nghị hoàn").click()
    page.get_by_label("Ngân hàng (mã BIN)").fill("970436")
    page.get_by_label("Số tài khoản").fill("0011004455")
    page.get_by_role("button", name="Trình duyệt").click()
    walk.looked("thieu-can-cu")
    page.get_by_label("Căn cứ").fill("Khoản 2 Điều 5 Thông tư thử")
    page.get_by_role("button", name="Trình duyệt").click()
    walk.looked("da-trinh")
    page.context.clear_cookies()
    sign_in(page, live_site, second)
    page.goto(f"{live_site}/can-bo/hoan-mien/")
    walk.looked("viec-cua-lanh-dao")
    page.get_by_role("link", name="Hoàn tiền").click()
    walk.looked("duyet")
    page.get_by_role("button", name="Duyệt").click()
    page.get_by_text("đang chuyển khoản").wait_for()
    walk.looked("da-duyet")
    paying_out.paid(Payout.objects.get().id, transaction="FT261129", at=moments.now())
    page.goto(f"{live_site}/can-bo/khoan-thu/{owed.reference}/")
    walk.looked("khoan-thu-sau")
    page.goto(f"{live_site}/thanh-toan/{owed.token}/")
    page.get_by_text("Đã hoàn 8.000").wait_for()
    walk.looked("nguoi-nop")
    assert (Refund.objects.get().state, stands(owed.id).refunded) == ("paid", 8_000)
