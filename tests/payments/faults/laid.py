"""An office whose dossiers cost money, and what can be seen of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from tests.payments.receipted import series
from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.directory import api as directory
from tinhso.dossiers.models import Dossier, HistoryEntry
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.models import (
    Beneficiary,
)

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


def accountants(here: Office) -> tuple[ActorRef, ActorRef]:
    """Two more who keep the office's money."""
    unit = people.unit(here.agency, directory.UnitKind.SPECIALIST)
    return people.officer("accountant", unit), people.officer("accountant", unit)


def opens_series(here: Office, symbol: str) -> None:
    """The office has numbers for its receipts."""
    series(here, symbol)


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


SEEN = """
WITH money AS (SELECT id, amount FROM payments_money WHERE bill_id = %(bill)s),
     problem AS (SELECT id FROM payments_problem WHERE bill_id = %(bill)s),
     receipt AS (SELECT id FROM payments_receipt WHERE bill_id = %(bill)s)
SELECT (SELECT count(*) FROM money) AS moneys,
       (SELECT coalesce(sum(amount), 0)::bigint FROM money) AS sum,
       (SELECT coalesce(sum(e.amount), 0)::bigint FROM payments_entry e
        JOIN payments_account a ON a.id = e.credit_id
        WHERE a.purse = 'suspense' AND e.money_id IN (SELECT id FROM money)) AS held,
       (SELECT flags ? 'paid' FROM dossiers_dossier WHERE id = %(dossier)s) AS marked,
       (SELECT count(*) FROM dossiers_historyentry WHERE dossier_id = %(dossier)s AND act = 'pay') AS told,
       (SELECT count(*) FROM problem) AS problems,
       (SELECT count(*) FROM tasks_task WHERE subject_id IN (SELECT id FROM problem)) AS tasks,
       (SELECT count(*) FROM notify_message WHERE about_id IN (SELECT id FROM problem)) AS notices,
       (SELECT count(*) FROM payments_receiptdue WHERE bill_id = %(bill)s) AS due,
       (SELECT count(*) FROM receipt) AS receipts,
       (SELECT count(*) FROM payments_receiptpaper
        WHERE receipt_id IN (SELECT id FROM receipt) AND sealed_at IS NOT NULL) AS sealed
"""


def seen(bill: payments.BillView) -> Seen:
    """How it stands now, each thing read from where it is kept."""
    now = payments.bill(bill.id)
    assert now is not None
    with connection.cursor() as cursor:
        cursor.execute(SEEN, {"bill": bill.id, "dossier": bill.about.id})
        kept = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
    settled = now.state is payments.BillState.SETTLED
    return Seen(paid=ledger.paid(bill.id), left=now.left, settled=settled, **kept)
