"""Figures of online payment (QĐ 766/QĐ-TTg, items 3.5a, 3.5b, 3.6) from real bills, and who sees them."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.payments.laid import Collecting, bill, charge, collecting, told
from tests.support import people
from tests.support.office import office, published_anew
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.payments import api as payments
from tinhso.payments.models import Beneficiary, Problem
from tinhso.payments.operations import deciding
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
PLACE = "/can-bo/thanh-toan-truc-tuyen/"


@pytest.fixture
def place() -> Collecting:
    return collecting()


@pytest.fixture
def head(place: Collecting) -> ActorRef:
    return people.officer("supervisor", place.unit, name="Bùi Đức Long")


def owed(place: Collecting, *, service: str, how: str = "") -> payments.BillView:
    """A bill of a few minutes ago, paid online or not at all."""
    at = moments.now() - timedelta(minutes=5)
    found = bill(place, charge(50_000), at=at, service=service)
    if how == "online":
        payments.receive(told(50_000, content=found.reference, at=at), at=at)
    return found


def month(place: Collecting) -> payments.Asked:
    day = moments.today(moments.now())
    return payments.Asked(since=day.replace(day=1), until=day + timedelta(days=1), agencies=(place.agency,))


def test_a_subject_counts_once_online_only_when_settled_so_and_never_when_cancelled(
    place: Collecting,
) -> None:
    owed(place, service="1.1", how="online")
    owed(place, service="1.1")
    owed(place, service="1.2")
    gone = owed(place, service="1.3")
    payments.cancel(gone.id, reason="Nộp nhầm", by=SYSTEM, at=moments.now())
    twice = new_id()
    for _again in range(2):
        at = moments.now()
        one = bill(place, charge(30_000), subject=twice, at=at, service="1.4")
        payments.receive(told(30_000, content=one.reference, at=at), at=at)
    part = owed(place, service="1.5")
    payments.receive(told(20_000, content=part.reference, at=moments.now()), at=moments.now())

    found = {row.service: (row.owed, row.online) for row in payments.owed_online(month(place))}
    assert found == {"1.1": (2, 1), "1.2": (1, 0), "1.4": (1, 1), "1.5": (1, 0)}
    shares = payments.Share
    for share, services in (
        (shares.ONLINE, ["1.1", "1.4"]),
        (shares.OTHERWISE, ["1.1", "1.2", "1.5"]),
    ):
        rows = [row for part in payments.every_owed_subject(month(place), share) for row in part]
        assert sorted(row.service for row in rows) == services
    first = payments.owed_subjects(month(place), shares.ALL, limit=2)
    rest = payments.owed_subjects(month(place), shares.ALL, limit=9, after=(first[-1].since, first[-1].id))
    assert len({row.id for row in (*first, *rest)}) == 5


def test_money_that_an_accountant_gave_to_the_bill_counts_by_the_way_it_came(place: Collecting) -> None:
    accountant = people.officer("accountant", place.unit)
    found = owed(place, service="1.1")
    payments.receive(told(50_000, content="khong ro", at=moments.now()), at=moments.now())
    deciding.assign(Problem.objects.get().id, reference=found.reference, by=accountant, at=moments.now())
    (row,) = payments.owed_online(month(place))
    assert (row.owed, row.online) == (1, 1)


def shown(actor: ActorRef, address: str = PLACE) -> str:
    answer = people.client(actor).get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_only_those_who_supervise_come_in_and_see_their_own_agencies(
    place: Collecting, head: ActorRef
) -> None:
    other = collecting()
    strange = owed(other, service="9.9", how="online")
    for address in (PLACE, f"{PLACE}ho-so/", f"{PLACE}thu-tuc/", f"{PLACE}bang.xlsx"):
        for stranger in (Client(), people.client(people.person())):
            assert stranger.get(address).status_code == 302
        assert people.client(people.officer("cashier", place.unit)).get(address).status_code == 403
    own = owed(place, service="1.1", how="online")
    page = shown(head, f"{PLACE}ho-so/?muc=all&co-quan={other.agency}&sau=khong-phai")
    assert own.payer not in page
    assert len(re.findall("H01.1-260302-0001", page)) == 1, "only the own agency's"
    assert strange.payer not in shown(head)


def test_the_page_shows_three_items_that_open_and_its_sheet_says_the_same(
    place: Collecting, head: ActorRef
) -> None:
    owed(place, service="1.1", how="online")
    owed(place, service="1.2")
    page = shown(head)
    assert "50,00 %" in page
    for link in set(re.findall(rf'href="({PLACE}(?:ho-so|thu-tuc)/[^"]+)"', page)):
        shown(head, link)
    assert "1.1" in shown(head, f"{PLACE}thu-tuc/?muc=truc-tuyen&trang=x")
    sheet = people.client(head).get(f"{PLACE}bang.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    whole = next(row for row in rows if row[0] == "Tổng cộng")
    assert whole[4:10] == (1, 2, 50, 1, 2, 50)


def test_a_procedure_that_costs_is_payable_once_its_agency_has_an_account(
    place: Collecting, head: ActorRef
) -> None:
    desk = office()
    fee = procedures.Fee(
        code="cap", kind=procedures.FeeKind.CHARGE, name="Lệ phí", amount=5_000, ground="Nghị quyết"
    )
    version = procedures.version(
        published_anew(
            desk.version,
            since=moments.today(moments.now()),
            fees=(fee,),
            online_level=procedures.OnlineLevel.FULL,
        )
    )
    boss = people.officer("supervisor", desk.one_stop)
    name = version.short_name or version.name
    assert name in shown(boss, f"{PLACE}thu-tuc/?muc=chua-tren-cong")
    Beneficiary.objects.filter(agency=place.agency).update(agency=desk.agency)
    assert name in shown(boss, f"{PLACE}thu-tuc/?muc=tren-cong")


def test_the_number_of_questions_does_not_grow_with_bills(place: Collecting, head: ActorRef) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            shown(head)
        return len(seen)

    owed(place, service="1.1", how="online")
    shown(head)
    before = asked()
    for number in range(4):
        owed(place, service="1.1", how="online" if number % 2 else "")
    assert asked() == before
