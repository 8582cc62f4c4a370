"""Pages of refunds and bills: asked as nobody, a person, another agency's, and the right officers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.payments.laid import AT, Collecting, bill, charge, stands, told
from tests.payments.test_refunds import GROUND, LATER, asked, paid_bill, prepared
from tests.support import people
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.payments.models import Payout, Problem, Refund
from tinhso.payments.operations import deciding, paying_out, refunds, taking, tills
from tinhso.payments.queries import refunds as queries

pytestmark = pytest.mark.django_db
HOME, BILLS = "/can-bo/hoan-mien/", "/can-bo/khoan-thu/"
TO = {"cach": "bank", "nguoi-nhan": "Kha", "ngan-hang": "970436", "tai-khoan": "0011 0044", "can-cu": GROUND}


def words(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_every_address_is_the_agencys(place: Collecting, first: ActorRef, second: ActorRef) -> None:
    owed = paid_bill(place)
    id = asked(owed, 10_000)
    seen = prepared(id, first)
    known = (f"{HOME}{id}/", f"{BILLS}{owed.reference}/")
    acts = [f"{HOME}{id}/{act}/" for act in ("lap", "duyet", "tu-choi", "chi")]
    acts += [f"{BILLS}{owed.reference}/{act}/" for act in ("hoan", "mien")]
    sent = TO | {"da-xem": seen, "loi": "Không đúng", "so-tien": "1000", "ly-do": "Thu nhầm"}
    for right in (first, second):
        assert {people.client(right).get(page).status_code for page in (HOME, *known)} == {200}
    elsewhere = people.client(people.officer(identity.Role.ACCOUNTANT))
    assert {elsewhere.get(page).status_code for page in known} == {404}
    assert {elsewhere.post(page, sent).status_code for page in acts} == {404}
    assert owed.about.code not in words(elsewhere.get(f"{HOME}?tat-ca=1"))
    for stranger in (Client(), people.client(people.person())):
        assert {stranger.get(page).status_code for page in (HOME, *known)} <= {302, 403}
        assert {stranger.post(page, sent).status_code for page in acts} <= {302, 403}
    clerk = people.client(people.officer(identity.Role.CLERK, place.unit))
    assert clerk.get(HOME).status_code == 403
    assert {clerk.post(page, sent).status_code for page in acts} == {403}
    cashier = people.client(people.officer(identity.Role.CASHIER, place.unit))
    assert cashier.post(acts[1], sent).status_code == 403
    assert (Refund.objects.get().state, Payout.objects.get().preparer) == ("asked", first.id)


def test_a_refund_goes_through_the_desk_and_its_payer_reads_of_it(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    owed = paid_bill(place)
    one, two, anybody = people.client(first), people.client(second), Client()
    pay = f"/thanh-toan/{owed.token}/"
    found = one.get(HOME, {"q": owed.about.code})
    assert found["Location"] == f"{BILLS}{owed.reference}/"
    address = f"{BILLS}{owed.reference}/hoan/"
    wrong = one.post(address, {"so-tien": "50.001", "ly-do": "Thu nhầm mức"})
    assert wrong.status_code == 422
    assert "chỉ còn 50.000 đồng đã nộp" in words(wrong)
    assert one.post(address, {"so-tien": "abc", "ly-do": "Thu nhầm mức"}).status_code == 422
    page = one.post(address, {"so-tien": "20.000", "ly-do": "Thu nhầm mức"})["Location"]
    assert "Đang xem xét hoàn 20.000 đồng" in words(anybody.get(pay))
    assert "Mã ngân hàng (BIN) có 6" in words(one.post(f"{page}lap/", TO | {"ngan-hang": "x"}))
    assert one.post(f"{page}lap/", TO)["Location"] == page
    assert "Người khác (kế toán hoặc lãnh đạo) xem rồi duyệt" in words(one.get(page))
    assert page in words(two.get(HOME))
    assert page not in words(one.get(HOME))
    seen = refunds.mark(Payout.objects.get())
    shown = two.get(page)
    assert seen in words(shown)
    assert 'Vietcombank <span class="ui-code">970436' in words(shown)
    stale = two.post(f"{page}duyet/", {"da-xem": "1-0"})
    assert (stale.status_code, "vừa được sửa" in words(stale)) == (409, True)
    assert one.post(f"{page}duyet/", {"da-xem": seen}).status_code == 403
    assert two.post(f"{page}duyet/", {"da-xem": seen})["Location"] == page
    assert "Được hoàn 20.000 đồng" in words(anybody.get(pay))
    paying_out.paid(Payout.objects.get().id, transaction="FT1", at=LATER)
    assert "Đã hoàn 20.000 đồng ngày" in words(anybody.get(pay))
    book = words(one.get(f"{BILLS}{owed.reference}/"))
    for said in ("Lập khoản thu", "Nộp tiền", "Quyết định hoàn", "Đã hoàn", "20.000 đồng"):
        assert said in book


def test_a_waiver_is_asked_and_decided_and_nothing_was_paid(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    owed = bill(place)
    address = f"{BILLS}{owed.reference}/mien/"
    one, two = people.client(first), people.client(second)
    assert one.post(address, {"so-tien": "50000", "ly-do": "Hộ nghèo"}).status_code == 422
    page = one.post(address, {"so-tien": "50000", "ly-do": "Hộ nghèo", "can-cu": GROUND})["Location"]
    refusal = two.post(f"{page}tu-choi/", {"loi": " "})
    assert (refusal.status_code, "Hãy ghi lý do" in words(refusal)) == (422, True)
    two.post(f"{page}duyet/")
    public = words(Client().get(f"/thanh-toan/{owed.token}/"))
    assert "Không phải nộp" in public
    assert "Được miễn nộp 50.000 đồng" in public
    assert "Đã nộp đủ" not in public
    assert stands(owed.id).state is payments.BillState.SETTLED


def test_a_cashier_hands_out_and_a_difference_shows_its_refund(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    id = asked(paid_bill(place), 50_000)
    prepared(id, first)
    people.client(first).post(f"{HOME}{id}/lap/", TO | {"cach": "cash"})
    refunds.approve(id, seen=refunds.mark(Payout.objects.get()), by=second, at=moments.now())
    cashier = people.officer(identity.Role.CASHIER, place.unit)
    till = people.client(cashier)
    assert "Đã chi tiền" in words(till.get(f"{HOME}{id}/"))
    assert till.post(f"{HOME}{id}/chi/").status_code == 409
    drawer = tills.open_drawer(till="1", float_in=0, unit=place.unit, by=cashier, at=AT)
    taking.take(drawer, bill(place).id, given=None, approval="", knowing=False, by=cashier, at=AT)
    assert till.post(f"{HOME}{id}/chi/")["Location"] == f"{HOME}{id}/"
    assert "đã hoàn" in words(till.get(f"{HOME}{id}/"))
    assert "Đã chi hoàn 50.000 đồng" in words(till.get(f"/can-bo/thu-ngan/ca/{drawer}/"))
    double = paid_bill(place)
    payments.receive(told(50_000, content=double.reference), at=AT)
    problem = Problem.objects.get()
    deciding.ask_refund(problem.id, reason="Nộp hai lần", by=first, at=AT)
    page = words(people.client(first).get(f"/can-bo/doi-soat/sai-lech/{problem.id}/"))
    assert "chờ lập nơi nhận" in page
    assert "Gán cho một khoản thu" not in page


def test_lists_ask_as_much_for_many_as_for_one_and_go_on(
    place: Collecting, first: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, counts = people.client(first), []
    for many in (1, 4):
        for _n in range(many):
            asked(paid_bill(place, charge(1_000)), 500)
        for address in (HOME, f"{HOME}?tat-ca=1"):
            with CaptureQueriesContext(connection) as queries_made:
                desk.get(address)
            counts.append(len(queries_made))
    assert counts[2] <= counts[0]
    assert counts[3] <= counts[1]
    monkeypatch.setattr(queries, "PAGE", 2)
    seen, after = [], ""
    for _page in range(3):
        found, after = queries.listed([place.agency], after=after)
        seen += [one.id for one in found]
    assert (len(set(seen)), after) == (5, "")
