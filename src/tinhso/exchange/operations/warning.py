"""Both sides of an agreement hear, once a day, that four fifths of a limit are used (lessons §4.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tinhso.exchange.contracts import AgreementStatus
from tinhso.exchange.models import QuotaWarning
from tinhso.exchange.operations import agreements, parties, telling
from tinhso.foundation import transactions
from tinhso.foundation.refs import SYSTEM

AT_ONCE = 200
KEPT = timedelta(days=400)


def tell(*, at: datetime) -> int:
    """Tell of warnings that gateways left: developers of the system, the data owner, operators; how many.

    Of each limit of an agreement the first warning of a day (of Hà Nội) is told; of one that ended, none.
    """
    QuotaWarning.objects.filter(at__lt=at - KEPT).delete()
    rows = QuotaWarning.objects.filter(told_at=None).order_by("at", "id")
    told = 0
    for row in rows.select_related("agreement__plan__service", "agreement__application")[:AT_ONCE]:
        told += _told(row, at=at)
    return told


def _told(row: QuotaWarning, *, at: datetime) -> int:
    agreement = row.agreement
    with transactions.act(
        "exchange.warn_of_quota", by=SYSTEM, at=at, on=parties.agreement_ref(agreement)
    ) as work:
        if not QuotaWarning.objects.filter(id=row.id, told_at=None).update(told_at=at):
            work.leave_no_entry()
            return 0
        if agreement.status != AgreementStatus.ACCEPTED:
            work.leave_no_entry()
            return 0
        facts = {
            "number": agreement.number,
            "application": agreement.application.name,
            "service": agreement.plan.service.title,
            "taken": str(row.taken),
            "most": str(row.most),
            "span": _("một phút") if row.limit == "minute" else _("một ngày"),
            "day": f"{row.day:%d/%m/%Y}",
        }
        owners = parties.owners_of(agreement.plan.service, at=at) | parties.operators(at=at)
        developers = parties.developers_of(agreement.application)
        for link, officers in (
            (f"{agreements.HOME}{agreement.id}/", owners),
            (f"{agreements.PORTAL}{agreement.id}/", developers),
        ):
            telling.tell(officers, telling.QUOTA, facts, link=link, by=None, at=at)
        work.record(limit=row.limit, taken=row.taken, most=row.most)
    return 1
