"""What an accountant decides: give the money to a bill, ask that it be given back, or let it be."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.text import format_money
from tinhso.payments import ledger, subjects, trouble
from tinhso.payments.contracts import BillClosed, BillState, Channel, NoSuchProblem, RefundState
from tinhso.payments.models import Bill, Problem, Refund
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations import holding, refunds
from tinhso.payments.operations.billing import locked_with_rest, settled


def assign(problem_id: UUID, *, reference: str, by: ActorRef, at: datetime) -> None:
    """Give what waits of the money to an open bill; what is more than it wants goes on waiting, and the
    difference stays open. Raises NoSuchProblem, Invalid, BillClosed, NotAllowed, Conflict."""
    with transactions.act("payments.decide", by=by, at=at, on=_on(problem_id)) as work:
        problem = _free(problem_id)
        waiting = holding.held(problem.money_id)
        if not waiting or problem.money is None:
            raise Invalid(_("Khoản tiền này không còn phần nào đang chờ để gán."))
        found = Bill.objects.filter(reference=reference.strip().upper()).values_list("id", flat=True).first()
        if found is None:
            raise Invalid(_("Không có khoản thu mang mã này. Hãy chép đủ mã 11 ký tự, bắt đầu bằng TS."))
        bill, left = locked_with_rest(found)
        if bill.state != BillState.OPEN or not left:
            raise BillClosed(_("Khoản thu này đã đủ tiền hoặc đã huỷ. Hãy chọn khoản đang chờ nộp."))
        used = min(waiting, left)
        move = ledger.Move(
            debit=ledger.suspense(),
            credit=ledger.receivable(bill.agency_id),
            amount=used,
            why=Why.ASSIGNED,
            bill=bill.id,
            money=problem.money_id,
        )
        ledger.write([move], by=by.name, at=at)
        if used == left:
            settled(bill, work, online=Channel(problem.money.channel).online, at=at)
        if used == waiting:
            how = _("Gán %(amount)s cho khoản %(code)s (%(about)s).") % {
                "amount": format_money(used),
                "code": bill.reference,
                "about": bill.about_code,
            }
            trouble.lay(problem, how, by=by, at=at)
        work.record(problem=str(problem.id), bill=bill.reference, amount=used)


def ask_refund(problem_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Ask that what waits be given back. It stays open until that is decided. Raises as `assign`."""
    with transactions.act("payments.decide", by=by, at=at, on=_on(problem_id)) as work:
        problem = _free(problem_id)
        waiting = holding.held(problem.money_id)
        if not waiting:
            raise Invalid(_("Khoản tiền này không còn phần nào đang chờ để hoàn."))
        refund = refunds.ask_refund_of_problem(problem, amount=waiting, reason=reason, by=by, at=at)
        problem.refund_asked = refund.reason
        problem.save(update_fields=["refund_asked"])
        work.record(problem=str(problem.id), refund=refund.reference, amount=waiting)


def accept(problem_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Let it be as it is, with a reason. Money that waits goes on waiting. Raises as `assign`."""
    with transactions.act("payments.decide", by=by, at=at, on=_on(problem_id)) as work:
        problem = _free(problem_id)
        trouble.lay(problem, _("Chấp nhận: %(why)s") % {"why": refunds.worded(reason)}, by=by, at=at)
        work.record(problem=str(problem.id))


def _on(problem_id: UUID) -> SubjectRef:
    problem = Problem.objects.filter(id=problem_id).first()
    if problem is None:
        raise NoSuchProblem(_("Không có sai lệch này."))
    return subjects.of_problem(problem)


def _free(problem_id: UUID) -> Problem:
    """The difference and its money, held until the act ends. Raises Conflict when it is decided, or when a
    refund of the money is asked and not decided."""
    holding.locked(Problem.objects.values_list("money_id", flat=True).get(id=problem_id))
    problem = Problem.objects.select_for_update(of=("self",)).select_related("money").get(id=problem_id)
    if problem.closed_at is not None:
        raise Conflict(_("%(who)s đã xử lý sai lệch này. Hãy tải lại trang.") % {"who": problem.closed_by})
    asked = Refund.objects.filter(problem__money=problem.money_id, state=RefundState.ASKED)
    if problem.money_id and asked.exists():
        raise Conflict(_("Đã đề nghị hoàn khoản này. Hãy đợi người có thẩm quyền quyết định."))
    return problem
