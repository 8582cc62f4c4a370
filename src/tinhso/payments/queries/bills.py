"""Bills and attempts to pay them, as pages and higher rooms read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tinhso.foundation.refs import OwnerRef
from tinhso.payments import ledger
from tinhso.payments.contracts import (
    AttemptState,
    AttemptView,
    BillState,
    BillView,
    Channel,
    Charge,
    Misfit,
    NoSuchBill,
    Owed,
    Trouble,
)
from tinhso.payments.models import Attempt, Bill, Entry, Problem
from tinhso.payments.models.ledger import Why
from tinhso.payments.subjects import about_of


def bill(bill_id: UUID) -> BillView | None:
    """One bill; None when there is none. Three queries."""
    return next(iter(_views(Bill.objects.filter(id=bill_id))), None)


def bill_by_token(token: str) -> BillView:
    """The bill of a page's address. Three queries. Raises NoSuchBill."""
    found = _views(Bill.objects.filter(token=token))
    if not found:
        raise NoSuchBill(_("Không có khoản nộp này. Hãy mở lại liên kết trong tin nhắn hoặc trong hồ sơ."))
    return found[0]


def bills_about(kind: str, subject: UUID) -> tuple[BillView, ...]:
    """The bills of a subject, oldest first. Three queries."""
    return bills_among(kind, [subject])


def bills_among(kind: str, subjects: Iterable[UUID]) -> tuple[BillView, ...]:
    """The bills of several subjects, oldest first. Three queries."""
    rows = Bill.objects.filter(about_kind=kind, about_id__in=list(subjects))
    return _views(rows.order_by("issued_at", "id"))


def open_among(kind: str, subjects: Iterable[UUID], *, at: datetime) -> dict[UUID, Owed]:
    """What is left to pay of each subject that has an open bill, and where. Two queries."""
    return _owed(Bill.objects.filter(about_kind=kind, about_id__in=list(subjects)), at=at)


def open_of(owner: OwnerRef, *, at: datetime) -> tuple[Owed, ...]:
    """What an owner has to pay, oldest first. Two queries, one when nothing."""
    rows = Bill.objects.filter(owner_kind=owner.kind, owner_id=owner.id).order_by("issued_at", "id")
    return tuple(_owed(rows, at=at).values())


def _owed(rows: QuerySet[Bill], *, at: datetime) -> dict[UUID, Owed]:
    waits = Exists(_may_bring_money(at).filter(bill=OuterRef("id")))
    told = rows.filter(state=BillState.OPEN).annotate(waits=waits)
    found = list(told.values_list("id", "about_id", "token", "waits"))
    left = ledger.owed_of_all([bill for bill, *_rest in found]) if found else {}
    return {about: Owed(left.get(bill, 0), token, bool(waits)) for bill, about, token, waits in found}


def under_way(bills: Iterable[UUID], *, at: datetime) -> frozenset[UUID]:
    """Those bills of which an attempt may still bring the money. One query."""
    return frozenset(_may_bring_money(at).filter(bill__in=list(bills)).values_list("bill", flat=True))


def _may_bring_money(at: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(state=AttemptState.UNDER_WAY, expires_at__gt=at)


def attempts(bill_id: UUID) -> tuple[AttemptView, ...]:
    """Attempts to pay a bill, latest first. One query."""
    return tuple(map(attempt_view, Attempt.objects.filter(bill=bill_id).order_by("-opened_at", "-id")))


MISFIT = (Trouble.PARTIAL, Trouble.OVER, Trouble.DOUBLE, Trouble.LATE)


def misfits(bill_id: UUID) -> tuple[Misfit, ...]:
    """What came for a bill, does not fit it and waits for a decision, oldest first. One query, and one more
    for all when there are any."""
    rows = Problem.objects.filter(bill=bill_id, kind__in=MISFIT, closed_at=None).select_related("money")
    found = [(Trouble(row.kind), row.money) for row in rows.order_by("opened_at", "id") if row.money]
    spare = Entry.objects.filter(money__in=[money.id for _trouble, money in found], why=Why.HELD)
    held = dict(spare.values_list("money", "amount")) if found else {}
    return tuple(
        Misfit(trouble, money.amount, held.get(money.id, 0), money.paid_at) for trouble, money in found
    )


def attempt(reference: str) -> AttemptView | None:
    """One attempt by its reference. One query."""
    row = Attempt.objects.filter(reference=reference).first()
    return attempt_view(row) if row else None


def attempt_view(row: Attempt) -> AttemptView:
    """A row as a view."""
    return AttemptView(
        id=row.id,
        reference=row.reference,
        bill=row.bill_id,
        channel=Channel(row.channel),
        amount=row.amount,
        state=AttemptState(row.state),
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        proof=row.proof,
    )


def _views(rows: QuerySet[Bill]) -> tuple[BillView, ...]:
    found = list(rows.prefetch_related("lines"))
    stands = ledger.standing([row.id for row in found]) if found else {}
    return tuple(_view(row, stands.get(row.id, ledger.Standing())) for row in found)


def _view(row: Bill, stands: ledger.Standing) -> BillView:
    return BillView(
        id=row.id,
        reference=row.reference,
        token=row.token,
        about=about_of(row),
        agency=row.agency_id,
        unit=row.unit_id,
        payer=row.payer,
        owner_kind=row.owner_kind,
        owner=row.owner_id,
        lines=tuple(
            Charge(
                code=line.code,
                kind=line.kind,
                name=line.name,
                amount=line.amount,
                exempted=line.exempted,
                exempt_ground=line.exempt_ground,
                ground=line.ground,
            )
            for line in row.lines.all()
        ),
        total=row.total,
        left=stands.left,
        paid=stands.paid,
        waived=stands.waived,
        refunded=stands.refunded,
        state=BillState(row.state),
        issued_at=row.issued_at,
        ended_at=row.ended_at,
        occasion=row.occasion,
    )
