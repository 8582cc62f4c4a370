"""Bills and attempts to pay them, as pages and higher rooms read them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.payments import ledger
from tinhso.payments.contracts import (
    AttemptState,
    AttemptView,
    BillState,
    BillView,
    Channel,
    Charge,
    NoSuchBill,
)
from tinhso.payments.models import Attempt, Bill
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
    return _views(Bill.objects.filter(about_kind=kind, about_id=subject).order_by("issued_at", "id"))


def open_among(kind: str, subjects: Iterable[UUID]) -> dict[UUID, int]:
    """What is left to pay of each subject that has an open bill. Two queries."""
    rows = Bill.objects.filter(about_kind=kind, about_id__in=list(subjects), state=BillState.OPEN)
    found = dict(rows.values_list("id", "about_id"))
    left = ledger.owed_of_all(list(found))
    return {found[bill]: sum_left for bill, sum_left in left.items()}


def attempts(bill_id: UUID) -> tuple[AttemptView, ...]:
    """Attempts to pay a bill, latest first. One query."""
    return tuple(map(attempt_view, Attempt.objects.filter(bill=bill_id).order_by("-opened_at", "-id")))


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
