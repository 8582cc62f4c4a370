"""What a dossier costs is a bill from the moment it is filed, told on it when paid, dropped when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.payments.laid import told
from tests.support.office import SENT, Office, filed, office, published_anew
from tinhso.dossiers import marks
from tinhso.dossiers.models import Dossier, HistoryEntry
from tinhso.dossiers.operations import endings
from tinhso.notify import api as notify
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments.models import Beneficiary
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


def messages(about: Dossier, template: str) -> dict[str, str]:
    rows = Message.objects.filter(about_id=about.id, template=template)
    return {row.channel: row.body for row in rows}


def test_who_paid_is_told_in_the_application_and_outside_of_it_once(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    for _again in range(2):
        payments.receive(told(50_000, content=bill.reference, at=LATER), at=LATER)
    said = messages(dossier, "dossiers.paid")
    assert len(said) >= 2
    assert notify.Channel.IN_APP in said
    body = said[notify.Channel.IN_APP]
    for fact in ("50.000 đồng", bill.reference, "UBND phuong Thu", "OTP"):
        assert fact in body
    assert Message.objects.filter(about_id=dossier.id, template="dossiers.paid").count() == len(said)


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        ((20_000,), "Còn thiếu 30.000 đồng"),
        ((70_000,), "thừa 20.000 đồng"),
        ((50_000, 50_000), "nộp đủ từ trước"),
    ],
)
def test_who_paid_another_sum_is_told_what_becomes_of_it(
    place: Office, sums: tuple[int, ...], words: str
) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    for number, amount in enumerate(sums):
        payments.receive(told(amount, transaction=f"GD{number}", content=bill.reference, at=LATER), at=LATER)
    assert words in messages(dossier, "dossiers.money_held")[notify.Channel.IN_APP]
