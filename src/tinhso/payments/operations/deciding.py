"""What an accountant decides: give the money to a bill, ask that it be given back, remind who paid too
little, say that it is cash or cards of a till, or let it be."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.foundation import legal, transactions
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.text import format_money
from tinhso.notify import api as notify
from tinhso.payments import caretakers, ledger, subjects, trouble
from tinhso.payments.contracts import BillClosed, BillState, Channel, NoSuchProblem, Trouble, page_of
from tinhso.payments.models import Bill, Problem, Refund
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations import depositing, holding, refunds
from tinhso.payments.operations.billing import locked_with_rest, settled
from tinhso.payments.operations.four_eyes import apart
from tinhso.payments.refund_contracts import RefundState

AGAIN = timedelta(days=1)
ALONE, DECIDE = "payment_assign_alone_most", "payments.decide"
SHORT = notify.declare(
    "payments.short",
    subject=gettext_noop("Hồ sơ %(code)s còn thiếu %(left)s"),
    body=gettext_noop("Đã nhận một phần tiền nộp. Bấm vào liên kết để nộp phần còn lại."),
    kind=notify.ASKS,
)


def assign(problem_id: UUID, *, reference: str, by: ActorRef, at: datetime) -> None:
    """Give what waits of the money to an open bill; what is more than it wants goes on waiting, and the
    difference stays open. What is more than the legal value `payment_assign_alone_most` takes two: the first
    who asks for a bill puts it forward, another who asks for the same gives it.

    Raises NoSuchProblem, Invalid, BillClosed, NotAllowed (one's own, asked again), Conflict."""
    with transactions.act(DECIDE, by=by, at=at, on=_on(problem_id)) as work:
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
        if used > legal.integer(ALONE, on=today(at)) and not _agreed(problem, bill, by=by, at=at):
            work.record(problem=str(problem.id), proposed=bill.reference, amount=used)
            return
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
        if problem.proposed is not None:
            problem.proposed, problem.proposed_by, problem.proposed_name = None, None, ""
            problem.save(update_fields=["proposed", "proposed_by", "proposed_name"])
        if used == waiting:
            how = _("Gán %(amount)s cho khoản %(code)s (%(about)s).") % {
                "amount": format_money(used),
                "code": bill.reference,
                "about": bill.about_code,
            }
            trouble.lay(problem, how, by=by, at=at)
        work.record(problem=str(problem.id), bill=bill.reference, amount=used)


def _agreed(problem: Problem, bill: Bill, *, by: ActorRef, at: datetime) -> bool:
    """Whether another put this bill forward; else it is put forward now. Raises NotAllowed for one's own."""
    if problem.proposed_id != bill.id:
        problem.proposed, problem.proposed_by, problem.proposed_name = bill, refunds.officer(by), by.name
        problem.save(update_fields=["proposed", "proposed_by", "proposed_name"])
        return False
    if not apart(by, DECIDE, subjects.of_problem(problem), [problem.proposed_by], at=at):
        raise NotAllowed(_("Người đề nghị gán không tự duyệt. Hãy nhờ kế toán khác xem và gán."))
    return True


def ask_refund(problem_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Ask that what waits be given back. It stays open until that is decided. Raises as `assign`."""
    with transactions.act(DECIDE, by=by, at=at, on=_on(problem_id)) as work:
        problem = _free(problem_id)
        waiting = holding.held(problem.money_id)
        if not waiting:
            raise Invalid(_("Khoản tiền này không còn phần nào đang chờ để hoàn."))
        refund = refunds.ask_refund_of_problem(problem, amount=waiting, reason=reason, by=by, at=at)
        problem.refund_asked = refund.reason
        problem.save(update_fields=["refund_asked"])
        work.record(problem=str(problem.id), refund=refund.reference, amount=waiting)


def accept(problem_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Let it be as it is, with a reason. Money that waits goes on waiting; what left, was lost on its way or
    was told with another sum is a difference of the agency. Raises as `assign`."""
    with transactions.act(DECIDE, by=by, at=at, on=_on(problem_id)) as work:
        problem = _free(problem_id)
        ledger.write(_written_off(problem), by=by.name, at=at)
        trouble.lay(problem, _("Chấp nhận: %(why)s") % {"why": refunds.worded(reason)}, by=by, at=at)
        work.record(problem=str(problem.id))


def remind(problem_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Tell who paid too little what is missing, and where; it closes by itself once all is paid.

    Raises Invalid when nothing is missing or nobody can be told, Conflict within a day of the last time.
    """
    with transactions.act(DECIDE, by=by, at=at, on=_on(problem_id)) as work:
        problem = _free(problem_id)
        bill = problem.bill
        left = ledger.owed(bill.id) if bill else 0
        if bill is None or not left or problem.kind != Trouble.PARTIAL:
            raise Invalid(_("Khoản này không còn thiếu tiền. Hãy tải lại trang."))
        if bill.owner_id is None:
            raise Invalid(_("Cổng không biết người nộp là ai. Hãy gọi theo số điện thoại trong hồ sơ."))
        if problem.reminded_at and at - problem.reminded_at < AGAIN:
            raise Conflict(_("Đã nhắc trong 24 giờ qua. Hãy đợi người nộp trả lời, hoặc gọi điện."))
        notify.send(
            to=notify.Recipient(name=bill.payer, kind=bill.owner_kind, id=bill.owner_id),
            template=SHORT,
            facts={"code": bill.about_code, "left": format_money(left)},
            about=subjects.of_bill(bill),
            link=page_of(bill.token),
            at=at,
        )
        problem.reminded_at = at
        problem.save(update_fields=["reminded_at"])
        work.record(problem=str(problem.id), left=left)


def as_deposit(problem_id: UUID, *, slip: str, reason: str, by: ActorRef, at: datetime) -> None:
    """Say that money at an account is what went there on a slip; another sum needs a reason and is booked as
    the agency's difference. Raises NoSuchProblem, Invalid, NotAllowed, Conflict."""
    with transactions.act(DECIDE, by=by, at=at, on=_on(problem_id)) as work:
        problem = _free(problem_id)
        money, account = problem.money, ""
        if money is not None and money.source.startswith(caretakers.BANK):
            account = money.source.removeprefix(caretakers.BANK)
        if money is None or not account or holding.held(money.id) != money.amount:
            raise Invalid(_("Khoản tiền này không phải tiền quầy thu nộp quỹ. Hãy chọn cách xử lý khác."))
        sent = depositing.waiting_at(account, slip=slip.strip(), lock=True)
        if not sent:
            raise Invalid(_("Không có giấy nộp quỹ nào mang số này đang chờ. Hãy xem lại số giấy nộp."))
        how = depositing.said(sent)
        if sum(one.amount for one in sent) != money.amount:
            how = f"{how} {refunds.worded(reason)}"
        depositing.take_for(sent, money, by=by, at=at)
        trouble.lay(problem, how, by=by, at=at)
        work.record(problem=str(problem.id), slip=sent[0].slip, amount=money.amount)


def as_cards(
    problem_id: UUID, *, agency: UUID, gross: int | None, reason: str, by: ActorRef, at: datetime
) -> None:
    """Say that money at an account is what an agency's card terminals took, `gross` đồng before the bank's
    fee (None: without any); the fee needs a reason and is the agency's difference. Raises as `as_deposit`."""
    with transactions.act(DECIDE, by=by, at=at, on=_on(problem_id)) as work:
        problem = _free(problem_id)
        money = problem.money
        if (
            money is None
            or holding.held(money.id) != money.amount
            or agency not in caretakers.agencies_of(money.source, at=at)
        ):
            raise Invalid(_("Khoản tiền này không phải tiền quẹt thẻ của cơ quan. Hãy chọn cách xử lý khác."))
        taken, cards = gross or money.amount, ledger.clearing(f"card:{agency.hex}")
        if not money.amount <= taken <= ledger.balance(cards):
            raise Invalid(
                _("Tổng quẹt thẻ phải từ số tiền về và không quá %(most)s đang chờ về. Hãy xem lại bảng kê.")
                % {"most": format_money(max(ledger.balance(cards), 0))}
            )
        how = _("Là tiền quẹt thẻ tại quầy, %(sum)s.") % {"sum": format_money(taken)}
        if taken != money.amount:
            how = f"{how} {refunds.worded(reason)}"
        moves = [(ledger.suspense(), money.amount), (ledger.difference(agency), taken - money.amount)]
        ledger.write(
            (
                ledger.Move(debit=debit, credit=cards, amount=amount, why=Why.ARRIVED, money=money.id)
                for debit, amount in moves
            ),
            by=by.name,
            at=at,
        )
        trouble.lay(problem, how, by=by, at=at)
        work.record(problem=str(problem.id), cards=taken, amount=money.amount)


def _written_off(problem: Problem) -> list[ledger.Move]:
    """What is to be booked for a difference that is let be, against the agency's own."""
    if problem.unit_id is None:
        return []
    line, deposit, money = problem.line, problem.deposit, problem.money
    off = ledger.difference(directory.unit(problem.unit_id).agency_id)
    if problem.kind == Trouble.OUTGOING and line and line.source.startswith(caretakers.BANK):
        place = ledger.bank(line.source.removeprefix(caretakers.BANK))
        return [ledger.Move(debit=off, credit=place, amount=-line.amount, why=Why.COUNTED)]
    if problem.kind == Trouble.DEPOSIT and deposit and deposit.money_id is None:
        way = depositing.on_the_way(deposit.account)
        return [ledger.Move(debit=off, credit=way, amount=deposit.amount, why=Why.COUNTED)]
    if problem.kind == Trouble.DIFFERS and line and money:
        clearing, more = ledger.clearing(money.source), line.amount > money.amount
        return [
            ledger.Move(
                debit=clearing if more else off,
                credit=off if more else clearing,
                amount=abs(line.amount - money.amount),
                why=Why.COUNTED,
                money=money.id,
            )
        ]
    return []


def _on(problem_id: UUID) -> SubjectRef:
    problem = Problem.objects.filter(id=problem_id).first()
    if problem is None:
        raise NoSuchProblem(_("Không có sai lệch này."))
    return subjects.of_problem(problem)


def _free(problem_id: UUID) -> Problem:
    """The difference and its money, held until the act ends. Raises Conflict when it is decided, or when a
    refund of the money is asked and not decided."""
    holding.locked(Problem.objects.values_list("money_id", flat=True).get(id=problem_id))
    rows = Problem.objects.select_for_update(of=("self",))
    problem = rows.select_related("money", "bill", "line", "deposit", "proposed").get(id=problem_id)
    if problem.closed_at is not None:
        raise Conflict(_("%(who)s đã xử lý sai lệch này. Hãy tải lại trang.") % {"who": problem.closed_by})
    asked = Refund.objects.filter(problem__money=problem.money_id, state=RefundState.ASKED)
    if problem.money_id and asked.exists():
        raise Conflict(_("Đã đề nghị hoàn khoản này. Hãy đợi người có thẩm quyền quyết định."))
    return problem
