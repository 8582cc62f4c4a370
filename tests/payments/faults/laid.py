"""An office whose dossiers cost money, and what can be seen of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.models import Dossier, HistoryEntry
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.models import (
    Beneficiary,
    Entry,
    Money,
    Problem,
    Receipt,
    ReceiptDue,
    ReceiptPaper,
    ReceiptSeries,
)
from tinhso.payments.models.ledger import Purse
from tinhso.tasks.models import Task

DUE = 50_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen of one bill: its money, what of it lies where, and who was told."""

    moneys: int
    sum: int
    paid: int
    held: int
    left: int
    settled: bool
    marked: bool
    told: int
    problems: int
    tasks: int
    notices: int
    due: int
    receipts: int
    sealed: int


def office_with_account(*, bank: str, account: str, name: str) -> Office:
    """A new office with that account and an accountant."""
    found = office()
    people.officer("accountant", people.unit(found.agency, directory.UnitKind.SPECIALIST))
    Beneficiary.objects.create(
        agency_id=found.agency,
        name=name,
        bank=bank,
        account=account,
        tax_code="1700100100",
        chapter="860",
        basis="Quyết định thử",
        valid_from=date(2025, 7, 1),
    )
    return found


def opens_series(here: Office) -> None:
    """The office has numbers for its receipts."""
    ReceiptSeries.objects.create(
        agency_id=here.agency,
        form="01BLP0-001",
        symbol="AG-26E",
        address="Số 1 đường Thử",
        basis="Thông báo phát hành thử",
        valid_from=date(2026, 1, 1),
        opened_by="Kế toán",
        opened_at=moments.now(),
    )


def owing(here: Office) -> payments.BillView:
    """A bill of the office's one dossier, which bears no mark of an earlier one."""
    dossier = Dossier.objects.filter(agency=here.agency).first()
    if dossier is None:
        dossier = Dossier.objects.get(id=filed(here).id)
    HistoryEntry.objects.filter(dossier=dossier, act="pay").delete()
    Dossier.objects.filter(id=dossier.id).update(flags=[])
    charge = payments.Charge(code="cap-giay", kind="charge", name="Lệ phí cấp giấy", amount=DUE)
    bill = payments.issue(
        payments.About(kind="dossier", id=dossier.id, code=dossier.code, title="Cấp giấy"),
        [charge],
        agency=here.agency,
        unit=here.one_stop,
        payer=payments.Payer(name="Danh Sóc Kha", owner_kind="person", owner=here.citizen.id),
        occasion="intake",
        by=SYSTEM,
        at=moments.now() - timedelta(hours=1),
    )
    assert bill is not None
    found = payments.bill(bill)
    assert found is not None
    return found


def seen(bill: payments.BillView) -> Seen:
    """How it stands now, each thing read from where it is kept."""
    now = payments.bill(bill.id)
    assert now is not None
    moneys = Money.objects.filter(bill=bill.id)
    entries = Entry.objects.filter(money__in=moneys)
    held = entries.filter(credit__purse=Purse.SUSPENSE).values_list("amount", flat=True)
    problems = Problem.objects.filter(bill=bill.id)
    return Seen(
        moneys=moneys.count(),
        sum=sum(moneys.values_list("amount", flat=True)),
        paid=ledger.paid(bill.id),
        held=sum(held),
        left=now.left,
        settled=now.state is payments.BillState.SETTLED,
        marked=marks.PAID in Dossier.objects.get(id=bill.about.id).flags,
        told=HistoryEntry.objects.filter(dossier=bill.about.id, act="pay").count(),
        problems=problems.count(),
        tasks=Task.objects.filter(subject_id__in=problems.values("id")).count(),
        due=ReceiptDue.objects.filter(bill=bill.id).count(),
        receipts=Receipt.objects.filter(bill=bill.id).count(),
        sealed=ReceiptPaper.objects.filter(receipt__bill=bill.id, sealed_at__isnull=False).count(),
        notices=Message.objects.filter(about_id__in=problems.values("id")).count(),
    )
