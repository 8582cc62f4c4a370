"""What a dossier costs becomes a bill, and what was paid is told on the dossier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import fees, marks
from tinhso.dossiers.contracts import Via
from tinhso.dossiers.models import Dossier, HistoryEntry
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.text import format_money
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures

INTAKE = "intake"


def charge(
    dossier: Dossier, version: procedures.VersionView, answers: Mapping[str, Any], *, at: datetime
) -> None:
    """Issue the bill of a dossier that was just filed, within the running act.

    None while a person still has to judge a sum, or where nobody named the agency's account: then the
    counter takes the money.
    """
    lines = fees.charges(
        version, answers, via=Via(dossier.via), applicant=dossier.applicant_kind, at=dossier.submitted_at
    )
    if not any(line.due for line in lines) or any(line.open for line in lines):
        return
    if payments.beneficiary(dossier.agency_id, on=today(at)) is None:
        return
    payments.issue(
        payments.About(
            kind=SUBJECT,
            id=dossier.id,
            code=dossier.code,
            title=version.short_name or version.name,
            link=f"/ho-so/{dossier.code}/",
            service=version.code,
        ),
        [
            payments.Charge(
                code=line.code,
                kind=line.kind.value,
                name=line.name,
                amount=line.amount,
                exempted=line.exempted,
                exempt_ground=line.exempt_ground,
                ground=line.ground,
            )
            for line in lines
        ],
        agency=dossier.agency_id,
        unit=dossier.unit_id,
        payer=payments.Payer(
            name=dossier.applicant_name, owner_kind=dossier.owner_kind, owner=dossier.owner_id
        ),
        occasion=INTAKE,
        by=SYSTEM,
        at=at,
    )


def open_bill(dossier_id: UUID) -> payments.BillView | None:
    """The bill of a dossier that waits to be paid. At most three queries."""
    bills = payments.bills_about(SUBJECT, dossier_id)
    return next((bill for bill in bills if bill.state is payments.BillState.OPEN), None)


def receipts(dossier_id: UUID) -> tuple[payments.ReceiptView, ...]:
    """Receipts of what was paid for a dossier, oldest first. At most two queries."""
    return payments.receipts_about(SUBJECT, dossier_id)


def drop(dossier_id: UUID, *, at: datetime) -> None:
    """Take back the bill of a dossier that ended unpaid. One that was paid in part stays open until somebody
    decides about its money."""
    bill = open_bill(dossier_id)
    if bill is not None and bill.left == bill.total:
        payments.cancel(bill.id, reason=_("Hồ sơ đã kết thúc."), by=SYSTEM, at=at)


def paid(event: payments.PaymentSettled) -> None:
    """Mark the dossier as paid and tell it in its history. Its version stays: nobody's page grows stale."""
    dossier = Dossier.objects.select_for_update().get(id=event.about.id)
    marks.put(dossier, marks.PAID)
    note = _("Đã nộp đủ %(amount)s.") % {"amount": format_money(event.amount)}
    _told(dossier, "pay", note, at=event.at)


def owed_again(event: payments.PaymentUndone) -> None:
    """Take the mark off again and tell why."""
    dossier = Dossier.objects.select_for_update().get(id=event.about.id)
    marks.take(dossier, marks.PAID)
    note = _("Quầy thu đã huỷ lần nộp tiền: %(reason)s. Khoản này lại chờ nộp.") % {"reason": event.reason}
    _told(dossier, "unpay", note, at=event.at)


def _told(dossier: Dossier, act: str, note: str, *, at: datetime) -> None:
    dossier.save(update_fields=["flags"])
    HistoryEntry.objects.create(
        dossier=dossier,
        at=at,
        act=act,
        actor_name=_("Hệ thống"),
        status=dossier.status,
        note=note,
        public=True,
    )
