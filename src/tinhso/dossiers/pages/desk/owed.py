"""What a dossier owes, as its desk page shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers import marks
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import charging
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.payments import api as payments


def told(dossier: Dossier, *, actor: ActorRef, at: datetime) -> dict[str, Any]:
    """Bills with their lines and where they stand, and whether something is still to be judged. Four queries,
    one more for an open bill."""
    bills = payments.bills_about(SUBJECT, dossier.id)
    unbilled = marks.UNBILLED in dossier.flags
    return {
        "bills": [_drawn(bill, at=at) for bill in bills if bill.state is not payments.BillState.CANCELLED],
        "unbilled": unbilled,
        "no_account": unbilled and payments.beneficiary(dossier.agency_id, on=today(at)) is None,
        "takes_money": bool(bills) and identity.somewhere(actor, "payments.take", at),
    }


def _drawn(bill: payments.BillView, *, at: datetime) -> dict[str, Any]:
    return {
        "reference": bill.reference,
        "lines": [(line.name, format_money(line.due) if line.due else _("Được miễn")) for line in bill.lines],
        "total": format_money(bill.total),
        "stands": _stands(bill, at=at),
        "open": bill.state is payments.BillState.OPEN,
        "address": bill.href,
        "till": f"/can-bo/thu-ngan/?q={bill.about.code}",
    }


def _stands(bill: payments.BillView, *, at: datetime) -> str:
    if bill.state is payments.BillState.SETTLED:
        return _("Đã nộp đủ")
    if charging.under_way(bill, at=at):
        return _("Đang thanh toán, chờ kết quả")
    if bill.left < bill.total:
        return _("Nộp một phần, còn %(left)s") % {"left": format_money(bill.left)}
    return _("Chờ nộp")
