"""What a dossier costs is a bill from the moment it is filed, told on it when paid, dropped when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.payments.laid import told
from tests.support import people
from tests.support.office import SENT, Office, filed, office, published_anew
from tinhso.dossiers import marks
from tinhso.dossiers.models import Dossier, HistoryEntry
from tinhso.dossiers.operations import endings
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.payments.models import Beneficiary
from tinhso.payments.operations import refunds
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
FEE = procedures.Fee(
    code="cap-giay",
    kind=procedures.FeeKind.CHARGE,
    name="Lệ phí cấp giấy",
    amount=50_000,
    ground="Nghị quyết",
)
LATER = SENT + timedelta(hours=1)


@pytest.fixture
def place() -> Office:
    """An office whose procedure costs 50,000 đồng and whose account is known."""
    found = office()
    Beneficiary.objects.create(
        agency_id=found.agency, name="UBND phuong Thu", bank="970499", account="8600100002",
        tax_code="1700100100", chapter="860", basis="Quyết định thử", valid_from=date(2025, 7, 1),
    )  # fmt: skip
    return replace(found, version=published_anew(found.version, since=date(2026, 1, 1), fees=(FEE,)))


def bills(dossier: Dossier) -> tuple[payments.BillView, ...]:
    return payments.bills_about("dossier", dossier.id)


def test_a_dossier_whose_charge_is_let_go_is_marked_and_says_that_nothing_was_paid(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    first, second = (people.officer(identity.Role.ACCOUNTANT, dossier.unit_id) for _n in range(2))
    waiver = refunds.ask_waiver(
        bill.id, amount=50_000, reason="Hộ nghèo", ground="Điều 10 Nghị định thử", by=first, at=LATER
    )
    refunds.approve(waiver, by=second, at=LATER)
    dossier.refresh_from_db()
    assert marks.PAID in dossier.flags
    assert HistoryEntry.objects.get(dossier=dossier, act="pay").note == "Được miễn, không phải nộp."
    assert payments.refunds_of(bill.id)[0].state is payments.RefundState.APPROVED


def test_a_filed_dossier_has_its_bill_and_is_marked_when_it_is_paid(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    assert (bill.total, bill.left, bill.about.code) == (50_000, 50_000, dossier.code)
    payments.receive(told(50_000, content=bill.reference, at=LATER), at=LATER)
    before = dossier.version
    dossier.refresh_from_db()
    assert marks.PAID in dossier.flags
    assert dossier.version == before
    line = HistoryEntry.objects.get(dossier=dossier, act="pay")
    assert (line.note, line.public) == ("Đã nộp đủ 50.000 đồng.", True)


def test_a_dossier_that_ends_unpaid_asks_for_nothing_more(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    endings.withdraw(dossier_id=dossier.id, reason="Nộp nhầm", by=place.citizen, at=LATER)
    (bill,) = bills(dossier)
    assert bill.state is payments.BillState.CANCELLED


def test_what_was_paid_in_part_stays_until_somebody_decides(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    payments.receive(told(20_000, content=bill.reference, at=LATER), at=LATER)
    endings.withdraw(dossier_id=dossier.id, reason="Nộp nhầm", by=place.citizen, at=LATER)
    (bill,) = bills(dossier)
    assert (bill.state, bill.left) == (payments.BillState.OPEN, 30_000)


def test_an_agency_without_an_account_issues_no_bill(place: Office) -> None:
    Beneficiary.objects.all().delete()
    assert bills(Dossier.objects.get(id=filed(place).id)) == ()
