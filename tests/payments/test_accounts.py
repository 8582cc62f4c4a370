"""Accounts that take money: one puts forward, another says yes; the pay page names the one of its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.payments.laid import ACCOUNT, Collecting, bill, charge
from tests.support import people
from tests.support.constraints import refused
from tinhso.foundation import moments
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments.models import AccountProposal, Beneficiary, BillLine, RevenueCode
from tinhso.payments.operations import naming

pytestmark = pytest.mark.django_db
HOME = "/can-bo/tai-khoan-thu/"
ASKED: dict[str, Any] = {
    "name": "UBND phuong Thu",
    "bank": "970436",
    "account": "2222 333 444",
    "tax_code": "1700100100",
    "chapter": "860",
    "basis": "Công văn 12/KBNN ngày 2/11/2026",
}


@pytest.fixture
def accountant(place: Collecting) -> ActorRef:
    return people.officer("accountant", place.unit, name="Quách Thu Cúc")


@pytest.fixture
def chief(place: Collecting) -> ActorRef:
    return people.officer("leader", place.unit, name="Lê Văn Lãnh")


def in_days(number: int) -> date:
    return today(moments.now()) + timedelta(days=number)


def test_another_says_yes_and_the_new_account_holds_from_its_day(
    place: Collecting, accountant: ActorRef, chief: ActorRef
) -> None:
    desk, boss = people.client(accountant), people.client(chief)
    form = f"{HOME}{place.agency}/de-nghi/"
    assert ACCOUNT in desk.get(form).content.decode()
    wrong = desk.post(form, ASKED | {"bank": "VCB", "valid_from": f"{in_days(1):%d %m %Y}"})
    assert (wrong.status_code, "6 chữ số" in wrong.content.decode()) == (422, True)
    assert desk.post(form, ASKED | {"valid_from": "mai"}).status_code == 422
    late = desk.post(form, ASKED | {"valid_from": f"{in_days(0):%d %m %Y}"})
    assert "vẫn ghi tài khoản cũ" in late.content.decode()
    assert desk.post(form, ASKED | {"valid_from": f"{in_days(1):%d %m %Y}"})["Location"] == HOME
    assert desk.post(form, ASKED | {"valid_from": f"{in_days(2):%d %m %Y}"}).status_code == 409
    assert Message.objects.filter(recipient_id=chief.id, template="payments.account_proposed").exists()
    row = AccountProposal.objects.get()
    act = f"{HOME}{row.id}/quyet-dinh/"
    assert "không tự duyệt" in desk.get(HOME).content.decode()
    own = desk.post(act, {"viec": "duyet"})
    assert (own.status_code, Beneficiary.objects.count()) == (403, 1)
    page = boss.get(HOME).content.decode()
    for words in ("2222333444", "theo số điện thoại đã biết", "Quách Thu Cúc đề nghị"):
        assert words in page
    assert boss.post(act, {"viec": "duyet"})["Location"] == HOME
    before, after = (payments.beneficiary(place.agency, on=in_days(n)) for n in (0, 1))
    assert before
    assert after
    assert (before.account, after.account) == (ACCOUNT, "2222333444")
    owed = bill(place, at=moments.now())
    assert ACCOUNT in Client().get(f"/thanh-toan/{owed.token}/").content.decode()
    assert boss.post(act, {"viec": "duyet"}).status_code == 409


def test_a_refusal_says_why_and_lets_another_be_put_forward(
    place: Collecting, accountant: ActorRef, chief: ActorRef
) -> None:
    at, asked = moments.now(), naming.Asked(**ASKED, valid_from=in_days(3))
    id = naming.propose(place.agency, asked, by=accountant, at=at)
    boss = people.client(chief)
    assert boss.post(f"{HOME}{id}/quyet-dinh/", {"viec": "tu-choi", "chu": " "}).status_code == 422
    boss.post(f"{HOME}{id}/quyet-dinh/", {"viec": "tu-choi", "chu": "Kho bạc không xác nhận"})
    assert "Kho bạc không xác nhận" in people.client(accountant).get(HOME).content.decode()
    again = naming.propose(place.agency, asked, by=accountant, at=at)
    with pytest.raises(Invalid, match="phải sau"):
        naming.accept(again, by=chief, at=at + timedelta(days=4))
    with pytest.raises(NotAllowed):
        naming.accept(again, by=people.officer("leader"), at=at)


def test_every_address_is_the_agencys_own(place: Collecting, accountant: ActorRef, chief: ActorRef) -> None:
    asked = naming.Asked(**ASKED, valid_from=in_days(1))
    id = naming.propose(place.agency, asked, by=accountant, at=moments.now())
    form, act = f"{HOME}{place.agency}/de-nghi/", f"{HOME}{id}/quyet-dinh/"
    for nobody in (
        Client(),
        people.client(people.person()),
        people.client(people.officer("cashier", place.unit)),
    ):
        assert all(nobody.get(path).status_code in (302, 403) for path in (HOME, form, f"{HOME}tieu-muc/"))
        assert nobody.post(act, {"viec": "duyet"}).status_code in (302, 403)
    other = people.client(people.officer("accountant"))
    assert ACCOUNT not in other.get(HOME).content.decode()
    assert (other.get(form).status_code, other.post(act, {"viec": "duyet"}).status_code) == (404, 404)
    assert people.client(accountant).get(f"{HOME}tieu-muc/").status_code == 403
    assert people.client(chief).get(form).status_code == 403
    assert AccountProposal.objects.get().accepted is None


def test_a_sub_item_holds_from_its_day(place: Collecting) -> None:
    boss = people.client(people.officer("administrator"))
    path, good = (
        f"{HOME}tieu-muc/",
        {"khoan": "cap-giay", "loai": "charge", "tieu-muc": "2852", "can-cu": "TT"},
    )
    assert boss.post(path, good | {"tu-ngay": f"{in_days(1):%d/%m/%Y}"})["Location"] == HOME
    for wrong in (
        {"tieu-muc": "28"},
        {"loai": "x"},
        {"can-cu": ""},
        {"tu-ngay": "1 1 2020"},
        {"tu-ngay": "x"},
    ):
        sent = good | {"tu-ngay": f"{in_days(2):%d/%m/%Y}"} | wrong
        assert boss.post(path, sent).status_code == 422, wrong
    assert boss.post(path, good | {"tu-ngay": f"{in_days(1):%d/%m/%Y}"}).status_code == 409
    assert "2852" in boss.get(HOME).content.decode()
    bill(place, charge(), at=moments.now())
    bill(place, charge(), at=moments.now() + timedelta(days=1))
    assert list(BillLine.objects.order_by("id").values_list("revenue", flat=True)) == ["2849", "2852"]
    assert RevenueCode.objects.filter(charge="cap-giay", valid_to=None).count() == 1


def test_the_list_asks_as_much_for_a_long_past(place: Collecting, accountant: ActorRef) -> None:
    desk = people.client(accountant)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(HOME)
        return len(queries)

    asked()
    few = asked()
    Beneficiary.objects.update(valid_to=date(2025, 8, 1))
    for month in range(8, 12):
        Beneficiary.objects.create(
            agency_id=place.agency, **ASKED | {"account": f"99{month}00"},
            valid_from=date(2025, month, 1), valid_to=date(2025, month + 1, 1),
        )  # fmt: skip
    assert asked() == few


def test_proposals_that_cannot_be(place: Collecting, accountant: ActorRef, chief: ActorRef) -> None:
    at = moments.now()
    id = naming.propose(place.agency, naming.Asked(**ASKED, valid_from=in_days(1)), by=accountant, at=at)
    rows = AccountProposal.objects.filter(id=id)
    done = {"accepted": True, "decided_name": "x", "decided_at": at}
    for constraint, change in (
        ("account_proposal_stays", {"account": "111122223333"}),
        ("account_proposal_decided_by_somebody", {"accepted": True}),
        ("account_proposal_four_eyes", done | {"decided_by": accountant.id}),
        ("account_proposal_refused_with_reason", done | {"accepted": False, "decided_by": new_id()}),
    ):
        refused(constraint, lambda c=change: rows.update(**c))  # type: ignore[misc]
    row = rows.get()
    row.pk, row.account = new_id(), "x"
    refused("account_proposal_whole", lambda: row.save(force_insert=True))
    row.account = "11112222"
    refused("account_proposal_one_open_of_an_agency", lambda: row.save(force_insert=True))
    with pytest.raises(Conflict):
        naming.propose(place.agency, naming.Asked(**ASKED, valid_from=in_days(2)), by=accountant, at=at)
    naming.accept(id, by=chief, at=at)
    refused("account_proposal_stays", lambda: rows.update(reason="x"))
