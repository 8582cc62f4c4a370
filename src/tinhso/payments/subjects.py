"""A bill as identity judges it, and who speaks for a provider."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import SYSTEM, ActorRef, OwnerRef, SubjectRef
from tinhso.payments import caretakers
from tinhso.payments.contracts import About
from tinhso.payments.models import (
    Bill,
    Drawer,
    Problem,
    Receipt,
    ReceiptSeries,
    ReconciledDay,
    Refund,
)

BILL, DRAWER, PROBLEM, DAY = "bill", "drawer", "payment_problem", "reconciled_day"
REFUND, RECEIPT, RECEIPTS = "payment_refund", "receipt", "receipt_series"


def of_bill(bill: Bill) -> SubjectRef:
    """A bill belongs to the unit that asked for it, and to who owes it."""
    owner = OwnerRef(kind=bill.owner_kind, id=bill.owner_id) if bill.owner_id else None
    return SubjectRef(kind=BILL, id=bill.id, units=(bill.unit_id,), owner=owner)


def about_of(bill: Bill) -> About:
    """What a bill is for."""
    return About(
        kind=bill.about_kind,
        id=bill.about_id,
        code=bill.about_code,
        title=bill.title,
        link=bill.link,
        service=bill.service,
    )


def of_drawer(drawer: Drawer) -> SubjectRef:
    """A session at the till belongs to the cashier's unit."""
    return SubjectRef(kind=DRAWER, id=drawer.id, units=(drawer.unit_id,), handlers=(drawer.cashier_id,))


def payer(address: str) -> ActorRef:
    """Who acts when somebody pays by the address of a bill."""
    return replace(SYSTEM, name=_("Người nộp tiền"), address=address)


def source(name: str) -> ActorRef:
    """Who acts when a provider or a bank tells of money."""
    return replace(SYSTEM, name=name)


def of_problem(problem: Problem) -> SubjectRef:
    """A difference belongs to the accountants who have the work."""
    return SubjectRef(kind=PROBLEM, id=problem.id, units=(problem.unit_id,) if problem.unit_id else ())


def of_day(day: ReconciledDay) -> SubjectRef:
    """A day belongs to the accountants who look after its source."""
    return SubjectRef(kind=DAY, id=day.id, units=(day.unit_id,) if day.unit_id else ())


def of_receipt(receipt: Receipt) -> SubjectRef:
    """A receipt belongs to the unit whose bill it is of, and to who owed it."""
    return replace(of_bill(receipt.bill), kind=RECEIPT, id=receipt.id)


def of_receipts_of(agency: UUID, *, at: datetime) -> SubjectRef:
    """All receipts of an agency belong to the accountants who look after its money."""
    unit = caretakers.unit_for([agency], at=at)
    return SubjectRef(kind=RECEIPTS, id=agency, units=(unit,) if unit else ())


def of_series(series: ReceiptSeries) -> SubjectRef:
    """A series, as those who look into its numbers ask for it."""
    return SubjectRef(kind=RECEIPTS, id=series.agency_id)


def somebody(actor: ActorRef) -> UUID:
    """The account of an officer. Raises Invalid for an act of nobody."""
    if actor.id is None:
        raise Invalid(_("Việc này phải do một cán bộ làm."))
    return actor.id


def of_refund(refund: Refund) -> SubjectRef:
    """A refund or waiver belongs to the accountants who have the work, and to the unit of its bill."""
    units = {refund.unit_id} | ({refund.bill.unit_id} if refund.bill else set())
    return SubjectRef(kind=REFUND, id=refund.id, units=tuple(sorted(units)))
