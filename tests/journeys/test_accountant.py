"""An accountant's day: a statement with all six kinds of trouble in it, decided, closed by two, sealed."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from national import serve
from tests.journeys.test_cashier import Desk, desk
from tests.journeys.test_officer_day import sign_in
from tests.journeys.test_paying import providers
from tests.payments.laid import Collecting, bill, charge, stands
from tests.payments.played import moved_to, scanned, statement, transfer
from tests.support import people
from tests.support.office import Office, office
from tests.support.signing import can_sign, equip, sandbox
from tinhso.foundation import jobs, moments, signing
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments.contracts import Trouble
from tinhso.payments.models import Beneficiary, Bill, Problem, ReconciledDay
from tinhso.tasks import api as tasks

__all__ = ["can_sign", "desk", "providers", "sandbox"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
SIX = {Trouble.LATE, Trouble.DOUBLE, Trouble.PARTIAL, Trouble.OVER, Trouble.WRONG_CODE, Trouble.ORPHAN}
AGO = timedelta(days=1)


@pytest.fixture
def place(can_sign: serve.Running) -> Office:
    """An office with a seal, whose money goes to the played bank."""
    made = office()
    equip(made, can_sign)
    account, name = can_sign.settings.bank_accounts[1]
    Beneficiary.objects.create(
        agency_id=made.agency,
        name=name,
        bank=can_sign.settings.bank_bin,
        account=account,
        tax_code="1700100100",
        chapter="860",
        basis="Quyết định thử",
        valid_from=date(2025, 7, 1),
    )
    return made


def asked(place: Collecting, *, owner: Any = None) -> tuple[payments.BillView, str]:
    """A bill and the code that its page showed."""
    at = moments.now()
    owed = bill(place, charge(50_000), subject=new_id(), at=at)
    if owner:
        Bill.objects.filter(id=owed.id).update(owner_kind="person", owner_id=owner.id)
    attempt = payments.begin(owed, payments.Channel.VIETQR, back="", knowing=False, by=SYSTEM, at=at)
    return stands(owed.id), attempt.proof


def troubled(national: serve.Running, place: Office, person: Any) -> dict[str, payments.BillView]:
    """Seven people pay at the bank's own pages, six of them not as asked."""
    there = Collecting(agency=place.agency, unit=place.one_stop)
    bills: dict[str, payments.BillView] = {}
    for name in ("exact", "late", "double", "partial", "over", "wrong_code", "instead"):
        bills[name], qr = asked(there, owner=person)
        wrong = bills[name].reference[:-1] + ("2" if bills[name].reference[-1] != "2" else "3")
        match name:
            case "late":
                payments.cancel(bills[name].id, reason="Lập nhầm mức phí", by=SYSTEM, at=moments.now())
                scanned(national, qr)
            case "double":
                scanned(national, qr)
                scanned(national, qr)
            case "partial":
                scanned(national, qr, amount=30_000)
            case "over":
                scanned(national, qr, amount=500_000)
            case "wrong_code":
                scanned(national, qr, content=f"NOP PHI {wrong}")
            case "exact":
                scanned(national, qr)
    transfer(national, national.settings.bank_accounts[1][0], 12_345, "MUNG TAN GIA", at=moments.now())
    return bills


def test_all_six_kinds_of_trouble_are_decided_and_two_close_the_day(
    desk: Desk, live_site: str, place: Office, providers: serve.Running
) -> None:
    page, at = desk.page, moments.now()
    providers.app.state.money.notices.callback = ""
    first = people.officer("accountant", place.one_stop, name="Quách Thu Cúc")
    second = people.officer("accountant", place.one_stop, name="Mạc Văn Sáng")
    bills = troubled(providers, place, place.citizen)
    moved_to(providers, at - AGO)
    account, day = providers.settings.bank_accounts[1][0], today(at - AGO)

    sign_in(page, live_site, first)
    page.goto(f"{live_site}/can-bo/doi-soat/")
    desk.looked("chua-co-ngay")
    file = statement(providers, account, day, "xlsx")
    page.locator("#sao-ke").set_input_files({"name": "sao-ke.xlsx", "mimeType": "", "buffer": file})
    page.get_by_role("button", name="Nhận sao kê").click()
    expect(page.locator(".dk-done")).to_contain_text("Đã nhận sao kê")
    jobs.run_until_empty()
    page.goto(f"{live_site}/can-bo/doi-soat/sai-lech/")
    desk.looked("sai-lech", clean=True)
    found = {Trouble(one.kind): one for one in Problem.objects.all()}
    assert set(found) == SIX
    assert all(
        tasks.open_on(subject="payment_problem", subject_id=one.id)[0].due_at for one in found.values()
    )

    def opens(kind: Trouble) -> None:
        page.goto(f"{live_site}/can-bo/doi-soat/sai-lech/{found[kind].id}/")
        desk.looked(kind.value, clean=kind in (Trouble.OVER, Trouble.ORPHAN))

    opens(Trouble.WRONG_CODE)
    page.get_by_role("button", name=f"Gán cho khoản {bills['wrong_code'].reference}").click()
    expect(page.locator(".dk-done")).to_contain_text("đã xử lý lúc")
    opens(Trouble.PARTIAL)
    page.get_by_role("button", name="Nhắc người nộp phần còn thiếu 20.000 đồng").click()
    expect(page.get_by_text("Đã nhắc người nộp lúc")).to_be_visible()
    opens(Trouble.OVER)
    page.locator("#gan").fill(bills["instead"].reference)
    page.get_by_role("button", name="Gán", exact=True).click()
    expect(page.get_by_text("400.000 đồng").first).to_be_visible()
    for kind in (Trouble.OVER, Trouble.LATE, Trouble.DOUBLE):
        opens(kind)
        page.locator("#hoan").fill("Người nộp xin nhận lại")
        page.get_by_role("button", name="Đề nghị hoàn").click()
        expect(page.get_by_text("Đã đề nghị hoàn: Người nộp xin nhận lại")).to_be_visible()
    opens(Trouble.ORPHAN)
    page.locator("#chap-nhan").fill("Đã hỏi ngân hàng, chưa rõ ai chuyển")
    page.get_by_role("button", name="Chấp nhận", exact=True).click()
    expect(page.locator(".dk-done")).to_contain_text("chưa rõ ai chuyển")
    assert {name: stands(owed.id).state.value for name, owed in bills.items()} == {
        **dict.fromkeys(bills, "settled"),
        "late": "cancelled",
        "partial": "open",
    }

    row = ReconciledDay.objects.get(complete=True)
    page.goto(f"{live_site}/can-bo/doi-soat/ngay/{row.id}/")
    desk.looked("ngay")
    page.get_by_role("button", name="Trình khoá ngày").click()
    expect(page.get_by_text("Kế toán khác xem rồi khoá ngày")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, live_site, second)
    page.goto(f"{live_site}/can-bo/doi-soat/ngay/{row.id}/")
    page.get_by_role("button", name="Khoá ngày và ký").click()
    jobs.run_until_empty()
    page.reload()
    desk.looked("da-khoa", clean=True)
    sheet = page.request.get(f"{live_site}/can-bo/doi-soat/ngay/{row.id}/bang.pdf").body()
    [sealed] = signing.verify(sheet, roots=signing.trusted().roots, at=moments.now()).signatures
    assert sealed.sound
    page.goto(f"{live_site}/can-bo/doi-soat/thang/{today(moments.now()):%Y-%m}/")
    desk.looked("thang", clean=True)
    form = page.request.get(f"{live_site}/can-bo/doi-soat/thang/{today(moments.now()):%Y-%m}.xlsx").body()
    rows = list(openpyxl.load_workbook(io.BytesIO(form)).worksheets[0].values)
    assert rows[-1][-1] == 50_000 * 5 + 30_000
    for address, name in (("doi-soat/", "cac-ngay"), ("tai-khoan-thu/", "tai-khoan")):
        page.goto(f"{live_site}/can-bo/{address}")
        desk.looked(name, clean=True)
