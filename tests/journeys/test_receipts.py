"""A receipt, from the payment to the person's hands, and back when its name was wrong."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.journeys.test_citizen_files import Walk, walk
from tests.payments.laid import bill, charge, collecting, told
from tests.payments.receipted import sealing, series
from tests.support import people
from tests.support.signing import can_sign, sandbox
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.payments import api as payments
from tinhso.payments import jobs
from tinhso.payments.models import Receipt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
__all__ = ["can_sign", "sandbox", "walk"]


def test_the_receipt_comes_up_by_itself_and_two_people_mend_its_name(
    walk: Walk, live_site: str, can_sign: object
) -> None:
    place = collecting()
    series(place)
    sealing(place, can_sign)  # type: ignore[arg-type]
    copies = charge(8_000, code="ban-sao", kind="fee", name="Phí cấp bản sao")
    owed = bill(place, charge(50_000), copies, at=moments.now())
    payments.receive(told(owed.total, content=owed.reference, at=moments.now()), at=moments.now())
    page = walk.page
    page.goto(f"{live_site}/thanh-toan/{owed.token}/")
    expect(page.get_by_text("Biên lai đang được lập")).to_be_visible()
    walk.looked("bien-lai-dang-lap")
    jobs.issue_receipts()
    jobs.seal_receipts()
    expect(page.get_by_role("link", name="Tải biên lai (PDF)")).to_be_visible()
    walk.looked("bien-lai-xong")
    receipt = Receipt.objects.get()
    page.goto(f"{live_site}/bien-lai/")
    page.get_by_label("Mã tra cứu").fill(receipt.code.lower())
    walk.looked("tra-cuu-bien-lai")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.get_by_text("Còn giá trị", exact=True)).to_be_visible()
    walk.looked("bien-lai-tra-cuu")

    first, second = (people.officer("accountant", place.unit) for _who in range(2))
    signed_in(page, first)
    page.goto(f"{live_site}/can-bo/bien-lai/")
    walk.looked("ds-bien-lai")
    page.get_by_role("link", name="0000001").click()
    walk.looked("mot-bien-lai")
    page.get_by_label("Họ tên người nộp").fill("Danh Sóc Khả")
    page.get_by_label("Lý do", exact=True).fill("Ghi sai tên người nộp")
    page.get_by_role("button", name="Đề nghị thay thế").click()
    expect(page.get_by_text("Chờ kế toán khác xem và duyệt.")).to_be_visible()
    signed_in(page, second)
    page.reload()
    walk.looked("duyet-bien-lai")
    page.get_by_role("button", name="Đồng ý", exact=True).click()
    jobs.issue_receipts()
    jobs.seal_receipts()
    page.reload()
    page.get_by_role("link", name="AG-26E, 0000002").click()
    expect(page.get_by_text("Danh Sóc Khả")).to_be_visible()
    page.goto(f"{live_site}/can-bo/bien-lai/dai-so/")
    walk.looked("dai-so")
    page.get_by_role("button", name="Mở dải số").click()
    expect(page.get_by_role("alert")).to_be_visible()
    walk.looked("dai-so-sai")


def signed_in(page: Page, who: ActorRef) -> None:
    session = people.client(who).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": page.url}])
