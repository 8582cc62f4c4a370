"""A reconciled day is put forward by one accountant, closed by another, and its sheet sealed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import files, signing, transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.payments import closing_paper, subjects
from tinhso.payments.contracts import DayClosed, NoSuchProblem
from tinhso.payments.models import ReconciledDay
from tinhso.payments.operations.four_eyes import apart
from tinhso.payments.queries import days

CLOSE = "payments.close_day"


def prepare(day_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Put a day forward. Raises DayClosed, Invalid while its list is not whole, NotAllowed."""
    with transactions.act("payments.prepare_day", by=by, at=at, on=subjects.of_day(_row(day_id))) as work:
        row = _locked(day_id)
        if not row.complete:
            raise Invalid(_("Chưa có sao kê trọn ngày này. Hãy lấy danh sách hoặc tải sao kê lên trước."))
        row.prepared_by, row.prepared_name, row.prepared_at = by.id, by.name, at
        row.save(update_fields=["prepared_by", "prepared_name", "prepared_at"])
        work.record(source=row.source, day=str(row.day))


def close(day_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Close a day that another put forward. Raises Conflict, DayClosed, NotAllowed."""
    with transactions.act(CLOSE, by=by, at=at, on=subjects.of_day(_row(day_id))) as work:
        row = _locked(day_id)
        if row.prepared_at is None:
            raise Conflict(_("Ngày này chưa ai trình khoá, hoặc số liệu vừa đổi. Hãy trình lại."))
        if not apart(by, CLOSE, subjects.of_day(row), [row.prepared_by], at=at):
            raise Conflict(_("Người trình không khoá được ngày của mình. Hãy để kế toán khác xem và khoá."))
        row.closed_by, row.closed_name, row.closed_at = by.id, by.name, max(at, row.prepared_at)
        row.save(update_fields=["closed_by", "closed_name", "closed_at"])
        work.record(source=row.source, day=str(row.day))


def seal(day_id: UUID, *, at: datetime) -> None:
    """Make the sheet of a closed day, seal it and keep it; a repeat does nothing.

    Raises Invalid for an agency without identifier, and what signing raises. Call with no transaction open.
    """
    row = _row(day_id)
    if row.file_id is not None or row.closed_at is None or row.unit_id is None:
        return
    unit = directory.unit(row.unit_id)
    agency = directory.agency(unit.agency_id, today(at))
    identifier = directory.identifier_of(agency.id, directory.IdentifierScheme.QD_20_2020, today(at))
    if identifier is None:
        raise Invalid(_("Cơ quan chưa có mã định danh nên chưa đóng dấu được bảng đối soát."))
    sealed = signing.seal_unsigned(
        closing_paper.day_sheet_pdf(days.sheet(row, unit), at=row.closed_at),
        field=closing_paper.SIGNED_BY,
        scope=identifier.value,
        agency=agency.name,
        at=at,
    )
    kept = files.keep(sealed.pdf, name=f"doi-soat-{row.day}.pdf", by=SYSTEM, at=at)
    with transactions.act("payments.seal_day", by=SYSTEM, at=at, on=subjects.of_day(row)) as work:
        if not ReconciledDay.objects.filter(id=row.id, file_id=None).update(file_id=kept.id):
            files.loosen([kept.id], at=at)
        work.record(sha256=sealed.sha256)


def _row(day_id: UUID) -> ReconciledDay:
    row = ReconciledDay.objects.filter(id=day_id).first()
    if row is None:
        raise NoSuchProblem(_("Không có ngày đối soát này."))
    return row


def _locked(day_id: UUID) -> ReconciledDay:
    row = ReconciledDay.objects.select_for_update(of=("self",)).get(id=day_id)
    if row.closed_at is not None:
        raise DayClosed(_("%(who)s đã khoá ngày này.") % {"who": row.closed_name})
    return row
