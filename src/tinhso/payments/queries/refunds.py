"""Refunds and waivers as pages and higher rooms read them: keyset pages, a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tinhso.directory import api as directory
from tinhso.foundation.ids import read
from tinhso.identity import api as identity
from tinhso.payments.contracts import BillView
from tinhso.payments.models import Payout, Refund
from tinhso.payments.refund_contracts import PayoutWay, RefundKind, RefundState, RefundView

PAGE = 50
_ROLE = identity.Role


def of_bill(bill_id: UUID) -> tuple[RefundView, ...]:
    """Refunds and waivers of a bill, oldest first. Two queries."""
    rows = Refund.objects.filter(bill=bill_id).order_by("asked_at", "id").prefetch_related("payouts")
    return tuple(
        RefundView(
            id=row.id,
            reference=row.reference,
            kind=RefundKind(row.kind),
            state=RefundState(row.state),
            amount=row.amount,
            reason=row.reason,
            asked_at=row.asked_at,
            decided_at=row.decided_at,
            paid_at=row.paid_at,
            way=next((one.way for one in row.payouts.all() if one.outcome != "failed"), ""),
        )
        for row in rows
    )


def given_back(bill: BillView) -> int:
    """What of the money of a bill goes back: decided on, or asked and not decided yet. One query."""
    asked = Refund.objects.filter(bill=bill.id, kind=RefundKind.REFUND, state=RefundState.ASKED)
    return bill.refunded + int(asked.aggregate(all=Coalesce(Sum("amount"), 0))["all"])


def listed(
    agencies: Iterable[UUID],
    *,
    officer: UUID | None = None,
    roles: Iterable[identity.Role] = (),
    after: str = "",
) -> tuple[list[Refund], str]:
    """Refunds and waivers of these agencies, the latest first, and the cursor of the next page; with
    `officer` only what waits for them in these `roles`. Two queries, and one an agency."""
    rows = _of(agencies)
    if officer is not None:
        rows = rows.filter(_waits_for(officer, set(roles)))
    last = rows.filter(id=cursor).first() if (cursor := read(after)) else None
    if last is not None:
        rows = rows.filter(Q(asked_at__lt=last.asked_at) | Q(asked_at=last.asked_at, id__lt=last.id))
    found = list(rows.select_related("bill", "problem").order_by("-asked_at", "-id")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""


def counted(agencies: Iterable[UUID], *, officer: UUID, roles: Iterable[identity.Role]) -> int:
    """How many wait for an officer. One query, and one an agency."""
    return _of(agencies).filter(_waits_for(officer, set(roles))).count()


def _of(agencies: Iterable[UUID]) -> QuerySet[Refund]:
    served = list(agencies)
    units = [unit.id for agency in served for unit in directory.units_ever(agency)]
    return Refund.objects.filter(Q(agency__in=served) | Q(unit__in=units))


def _waits_for(officer: UUID, roles: set[identity.Role]) -> Q:
    payouts = Payout.objects.filter(refund=OuterRef("pk"))
    under_way = Q(state__in=[RefundState.ASKED.value, RefundState.APPROVED.value])
    nothing = Q(pk=None)
    prepare = decide = hand_out = nothing
    if _ROLE.ACCOUNTANT in roles:
        named = Exists(payouts.exclude(outcome="failed"))
        prepare = Q(kind=RefundKind.REFUND.value) & ~Q(named)
    if roles & {_ROLE.ACCOUNTANT, _ROLE.LEADER}:
        prepared = Exists(payouts.filter(outcome="", agreed_at=None).exclude(preparer=officer))
        asked = Q(kind=RefundKind.WAIVER.value, state=RefundState.ASKED.value)
        decide = (asked | Q(prepared)) & (Q(asked_by=None) | ~Q(asked_by=officer))
    if _ROLE.CASHIER in roles:
        cash = payouts.filter(outcome="", way=PayoutWay.CASH.value, agreed_at__isnull=False)
        hand_out = Q(Exists(cash))
    return under_way & (prepare | decide | hand_out)
