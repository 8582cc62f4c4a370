"""The accountant's pages: asked as nobody, a person, another agency's accountant, and the right one."""

from __future__ import annotations

import io
from datetime import date
from uuid import UUID

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.payments.laid import ACCOUNT, AT, Collecting, bill, charge, stands, told
from tests.payments.test_reconciling import NEXT, row, take
from tests.support import people
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.payments import monthly
from tinhso.payments.models import Problem, ReconciledDay, StatementLine
from tinhso.payments.operations import closing_days
from tinhso.payments.queries import days

pytestmark = pytest.mark.django_db
HOME = "/can-bo/doi-soat/"


@pytest.fixture
def accountant(place: Collecting) -> ActorRef:
    return people.officer(identity.Role.ACCOUNTANT, place.unit, name="Quách Thu Cúc")


def test_every_address_is_the_accountants_of_the_agency(place: Collecting, accountant: ActorRef) -> None:
    day = take(row("1", 1_000, "khong ro"))
    problem = Problem.objects.get()
    known = {"ngay": f"{HOME}ngay/{day.id}/", "lech": f"{HOME}sai-lech/{problem.id}/"}
    general = (
        HOME,
        f"{HOME}sai-lech/",
        f"{HOME}sai-lech/?loai=orphan",
        f"{HOME}thang/2026-03.xlsx",
        f"{HOME}thang/2026-03/",
    )
    desk = people.client(accountant)
    assert {desk.get(address).status_code for address in (*general, *known.values())} == {200}
    other = people.client(people.officer(identity.Role.ACCOUNTANT))
    assert {other.get(address).status_code for address in known.values()} == {404}
    assert other.post(f"{known['lech']}chap-nhan/", {"chu": "khong sao"}).status_code == 404
    assert "1.000" not in other.get(HOME).content.decode()
    for stranger in (Client(), people.client(people.person()), people.client(people.officer())):
        assert all(stranger.get(address).status_code in (302, 403) for address in (*general, *known.values()))
    assert Problem.objects.get().closed_at is None


def test_a_slip_in_a_code_is_suggested_and_given_with_one_press(
    place: Collecting, accountant: ActorRef
) -> None:
    owed = bill(place)
    wrong = owed.reference[:-1] + ("2" if owed.reference[-1] != "2" else "3")
    take(row("1", 50_000, f"nop phi {wrong}"))
    problem, desk = Problem.objects.get(), people.client(accountant)
    address = f"{HOME}sai-lech/{problem.id}/"
    page = desk.get(address).content.decode()
    assert f"Gán cho khoản {owed.reference}" in page
    assert "gần giống" in page
    refused = desk.post(f"{address}gan/", {"chu": "TS"})
    assert refused.status_code == 422
    assert "Hãy chép đủ mã" in refused.content.decode()
    desk.post(f"{address}gan/", {"chu": owed.reference})
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert "đã xử lý lúc" in desk.get(address).content.decode()


def test_a_statement_is_sent_and_a_bad_one_says_why(place: Collecting, accountant: ActorRef) -> None:
    desk = people.client(accountant)
    head = f"Số tài khoản,{ACCOUNT}\nNgày giao dịch,Số tham chiếu,Nội dung,Phát sinh nợ,Phát sinh có\n"
    good = io.BytesIO(f"{head}02/03/2026 09:00:00,FT1,tien,,50000\n".encode())
    good.name = "sao-ke.csv"
    sent = {"tai-khoan": ACCOUNT, "sao-ke": good}
    assert desk.post(f"{HOME}sao-ke/", sent)["Location"] == f"{HOME}?nhan=1"
    assert StatementLine.objects.get().reference == "FT1"
    bad = io.BytesIO(b"\x00\x01 rubbish")
    bad.name = "x.csv"
    answer = desk.post(f"{HOME}sao-ke/", {"tai-khoan": ACCOUNT, "sao-ke": bad})
    assert answer.status_code == 422
    assert desk.post(f"{HOME}sao-ke/", {"tai-khoan": ACCOUNT}).status_code == 422


def test_one_puts_a_day_forward_and_another_closes_it(place: Collecting, accountant: ActorRef) -> None:
    day = take(row("1", 1_000, "khong ro"))
    address = f"{HOME}ngay/{day.id}/"
    first, second = people.client(accountant), people.client(people.officer("accountant", place.unit))
    first.post(f"{address}lam/", {"viec": "trinh"})
    assert first.post(f"{address}lam/", {"viec": "khoa"}).status_code == 409
    assert "Khoá ngày và ký" in second.get(address).content.decode()
    second.post(f"{address}lam/", {"viec": "khoa"})
    assert ReconciledDay.objects.get().closed_at
    assert second.get(f"{address}bang.pdf").status_code == 404


def test_lists_ask_as_much_for_many_as_for_one(place: Collecting, accountant: ActorRef) -> None:
    desk, asked = people.client(accountant), []
    for many in (1, 6):
        for n in range(many):
            payments.receive(told(1_000, transaction=new_id().hex), at=AT)
            ReconciledDay.objects.create(
                source=f"s{many}-{n}", day=date(2026, 1, n + 1), unit_id=place.unit, reconciled_at=AT
            )
        for address in (HOME, f"{HOME}sai-lech/"):
            with CaptureQueriesContext(connection) as queries:
                desk.get(address)
            asked.append(len(queries))
    assert asked[2] <= asked[0]
    assert asked[3] <= asked[1]


def test_lists_go_on_page_by_page(place: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "PAGE", 2)
    for n in range(5):
        ReconciledDay.objects.create(
            source=f"s{n}", day=date(2026, 1, 1 + n // 2), unit_id=place.unit, reconciled_at=AT
        )
    seen: list[UUID] = []
    after = ""
    for _page in range(3):
        found, after = days.listed([place.agency], after=after)
        seen += [one.id for one in found]
    assert (len(set(seen)), after) == (5, "")


def test_a_month_is_added_up_by_beneficiary_chapter_and_sub_item(place: Collecting) -> None:
    both = bill(place, charge(30_000, kind="fee", code="a"), charge(20_000))
    payments.receive(told(40_000, content=both.reference), at=AT)
    payments.receive(told(10_000, content=both.reference, at=NEXT.replace(month=4)), at=NEXT.replace(month=4))
    rows = {
        first: monthly.month(first, agencies=[place.agency]) for first in (date(2026, 3, 1), date(2026, 4, 1))
    }
    assert [(one.chapter, one.item, one.amount) for one in rows[date(2026, 3, 1)]] == [
        ("860", "2749", 30_000),
        ("860", "2849", 10_000),
    ]
    assert [(one.item, one.amount) for one in rows[date(2026, 4, 1)]] == [("2849", 10_000)]
    assert monthly.month(date(2026, 3, 1), agencies=[new_id()]) == ()
    desk = people.client(people.officer(identity.Role.ACCOUNTANT, place.unit))
    assert "40.000 đồng" in desk.get(f"{HOME}thang/2026-03/").content.decode()
    assert "chưa thu khoản nào" in desk.get(f"{HOME}thang/2026-01/").content.decode()
    for word in ("2026-13", "26-1", "x", "2026-3"):
        assert (
            desk.get(f"{HOME}thang/{word}/").status_code
            == desk.get(f"{HOME}thang/{word}.xlsx").status_code
            == 404
        )
    book = openpyxl.load_workbook(io.BytesIO(monthly.xlsx(rows[date(2026, 3, 1)], first=date(2026, 3, 1))))
    assert [cell.value for cell in list(book.worksheets[0].rows)[-1]][-1] == 40_000


def test_a_closed_day_waits_for_its_sheet(place: Collecting, accountant: ActorRef) -> None:
    day = take(row("1", 1_000))
    closing_days.seal(day.id, at=NEXT)
    assert ReconciledDay.objects.get().file_id is None
