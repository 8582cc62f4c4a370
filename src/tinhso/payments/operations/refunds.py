"""Refunds and waivers asked, prepared, and decided by a second person.

Locks are taken in one order: the bill (or the money in suspense), then the refund.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation import jobs, transactions
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.foundation.text import format_money
from tinhso.payments import caretakers, codes, ledger, refund_work, subjects, trouble
from tinhso.payments.contracts import BillClosed, BillState, Channel, NoBeneficiary
from tinhso.payments.models import Bill, Entry, Money, Payout, Problem, Refund
from tinhso.payments.models.ledger import Purse, Why
from tinhso.payments.operations import billing, holding
from tinhso.payments.operations.four_eyes import apart
from tinhso.payments.operations.payees import Payee, checked
from tinhso.payments.queries.beneficiaries import beneficiary
from tinhso.payments.refund_contracts import NoSuchRefund, PayoutWay, RefundDecided, RefundKind, RefundState
from tinhso.payments.sharing import shared

SHORTEST, LONGEST = 5, 500
SEND = "payments.send_refund"
DECIDE = "payments.decide_refund"
transactions.explain(
    "refund_one_asked_of_a_problem",
    gettext_lazy("Đã đề nghị hoàn khoản này. Hãy đợi người có thẩm quyền quyết định."),
)
transactions.explain(
    "payout_one_that_counts",
    gettext_lazy("Vừa có người lập nơi nhận tiền. Hãy tải lại trang để xem."),
)


def ask_refund_of_bill(bill_id: UUID, *, amount: int, reason: str, by: ActorRef, at: datetime) -> UUID:
    """Ask that money of a bill be given back; joins the caller's act; the refund's id.

    An accountant then says where it goes, and another person decides. Raises NoSuchBill, NotAllowed, Invalid
    for more than came in less what is given back or asked already.
    """
    on = subjects.of_bill(billing.known(bill_id))
    with transactions.act("payments.ask_refund", by=by, at=at, on=on) as work:
        bill = billing.locked(bill_id)
        most = ledger.paid(bill.id) - _asked_already(bill, RefundKind.REFUND)
        _within(amount, most, _("Khoản này chỉ còn %(most)s đã nộp mà chưa hoàn."))
        refund = _new(bill=bill, amount=amount, reason=reason, by=by, at=at)
        refund.save(force_insert=True)
        refund_work.to_prepare(refund, at=at)
        work.record(refund=refund.reference, bill=bill.reference, amount=amount, reason=refund.reason)
    return refund.id


def ask_refund_of_problem(
    problem: Problem, *, amount: int, reason: str, by: ActorRef, at: datetime
) -> Refund:
    """Ask that money of a locked difference be given back, within the act that decides about it."""
    refund = _new(problem=problem, amount=amount, reason=reason, by=by, at=at)
    refund.save(force_insert=True)
    refund_work.to_prepare(refund, at=at)
    return refund


def ask_waiver(bill_id: UUID, *, amount: int, reason: str, ground: str, by: ActorRef, at: datetime) -> UUID:
    """Ask that what is left of an open bill, or part of it, be let go on a legal ground; the waiver's id.

    Raises NoSuchBill, BillClosed, NotAllowed, Invalid for more than is left and not asked for already.
    """
    on = subjects.of_bill(billing.known(bill_id))
    with transactions.act("payments.ask_waiver", by=by, at=at, on=on) as work:
        bill = billing.locked(bill_id)
        _still_open(bill)
        most = ledger.owed(bill.id) - _asked_already(bill, RefundKind.WAIVER)
        _within(amount, most, _("Khoản này chỉ còn %(most)s phải nộp mà chưa ai đề nghị miễn."))
        refund = _new(bill=bill, amount=amount, reason=reason, by=by, at=at)
        refund.kind, refund.ground = RefundKind.WAIVER.value, grounded(ground)
        refund.save(force_insert=True)
        refund_work.to_decide(refund, besides={by.id}, at=at)
        work.record(refund=refund.reference, bill=bill.reference, amount=amount, ground=refund.ground)
    return refund.id


def prepare(refund_id: UUID, *, payee: Payee, ground: str, by: ActorRef, at: datetime) -> Payout:
    """Say where the money goes and on what legal ground; again while nobody has agreed, or when the bank
    would not. Raises NoSuchRefund, NotAllowed, Invalid, Conflict."""
    on = subjects.of_refund(known(refund_id))
    with transactions.act("payments.prepare_refund", by=by, at=at, on=on) as work:
        refund = locked(refund_id)
        if refund.kind != RefundKind.REFUND or refund.state not in (RefundState.ASKED, RefundState.APPROVED):
            raise Conflict(_("Đề nghị này đã xong, không lập nơi nhận tiền nữa. Hãy tải lại trang."))
        to, words = checked(payee), grounded(ground)
        payout = waiting(refund)
        if payout is not None and payout.agreed_at is not None:
            raise Conflict(_("Nơi nhận tiền đã được duyệt, không sửa được nữa."))
        if payout is None:
            payout = Payout(refund=refund, number=refund.payouts.count() + 1)
        payout.way, payout.payee, payout.bank, payout.account = to.way.value, to.name, to.bank, to.account
        payout.preparer, payout.prepared_name, payout.prepared_at = officer(by), by.name, at
        payout.save()
        if refund.state == RefundState.ASKED:
            refund.ground = words
            refund.save(update_fields=["ground"])
        refund_work.to_decide(refund, besides={refund.asked_by, payout.preparer}, at=at)
        work.record(refund=refund.reference, way=payout.way, number=payout.number)
    return payout


def approve(refund_id: UUID, *, seen: str = "", by: ActorRef, at: datetime) -> None:
    """Agree, as the second person: the ledger says what is owed back (or let go), a bank transfer is queued.

    `seen` is `mark` of what was shown: nobody agrees to a payee they did not see. After the bank would not,
    it agrees to the new payee alone. Raises NoSuchRefund, NotAllowed, Conflict, NoBeneficiary.
    """
    on = subjects.of_refund(known(refund_id))
    with transactions.act(DECIDE, by=by, at=at, on=on) as work:
        bill, money = _held(refund_id)
        refund = locked(refund_id)
        if refund.kind == RefundKind.WAIVER:
            _still_asked(refund)
            _second(refund, None, by=by, at=at)
            _decided(refund, RefundState.APPROVED, "", by=by, at=at)
            _let_go(refund, bill, work, by=by, at=at)
        else:
            payout = _to_agree(refund, seen=seen)
            _second(refund, payout, by=by, at=at)
            if refund.state == RefundState.ASKED:
                _decided(refund, RefundState.APPROVED, "", by=by, at=at)
                _owed_back(refund, bill, money, by=by, at=at)
                refund_work.tell_payer(refund, refund_work.APPROVED, how=PayoutWay(payout.way).label, at=at)
            _agreed(refund, payout, work, by=by, at=at)
        _emit(refund, work, approved=True, at=at)
        work.record(refund=refund.reference, amount=refund.amount)


def refuse(refund_id: UUID, *, words: str, by: ActorRef, at: datetime) -> None:
    """Refuse, as the second person, in words. Money in suspense goes on waiting, its difference open.

    What no officer asked for is prepared by one before another refuses. Raises as `approve`.
    """
    on = subjects.of_refund(known(refund_id))
    with transactions.act(DECIDE, by=by, at=at, on=on) as work:
        _held(refund_id)
        refund = locked(refund_id)
        _still_asked(refund)
        payout = waiting(refund)
        if refund.asked_by is None and payout is None:
            raise Conflict(_("Chưa ai lập đề nghị này. Hãy nhờ kế toán lập nơi nhận tiền trước."))
        _second(refund, payout, by=by, at=at)
        _decided(refund, RefundState.REFUSED, worded(words), by=by, at=at)
        if refund.problem is not None:
            refund.problem.refund_asked = ""
            refund.problem.save(update_fields=["refund_asked"])
        refund_work.done(refund, by=by, at=at)
        _emit(refund, work, approved=False, at=at)
        work.record(refund=refund.reference, words=refund.words)


def mark(payout: Payout | None) -> str:
    """What a page shows of a payee, so that the decision is about that and nothing newer."""
    return f"{payout.number}-{payout.prepared_at.timestamp():.6f}" if payout else ""


def waiting(refund: Refund) -> Payout | None:
    """The payee that counts and is not paid yet. One query."""
    return refund.payouts.filter(outcome="").first()


def known(refund_id: UUID) -> Refund:
    """The refund with its bill and difference. Raises NoSuchRefund."""
    found = Refund.objects.select_related("bill", "problem__money").filter(id=refund_id).first()
    if found is None:
        raise NoSuchRefund(_("Không có đề nghị hoàn, miễn này."))
    return found


def locked(refund_id: UUID) -> Refund:
    """The refund, held until the act ends."""
    rows = Refund.objects.select_for_update(of=("self",)).select_related("bill", "problem__money")
    return rows.get(id=refund_id)


def officer(by: ActorRef) -> UUID:
    """The officer who acts. Raises NotAllowed: nobody else is one of two people."""
    if by.kind is not ActorKind.OFFICER or by.id is None:
        raise NotAllowed(_("Việc này phải do cán bộ làm."))
    return by.id


def worded(reason: str) -> str:
    """Words that the next reader understands. Raises Invalid."""
    words = " ".join(reason.split())
    if len(words) < SHORTEST:
        fault = _("Hãy ghi lý do, để người sau đọc lại hiểu vì sao.")
        raise Invalid(fault, faults={"ly-do": fault})
    return words[:LONGEST]


def grounded(ground: str) -> str:
    """A legal ground as it was typed. Raises Invalid."""
    words = " ".join(ground.split())
    if len(words) < SHORTEST:
        fault = _("Hãy ghi căn cứ: văn bản, điều khoản hoặc quyết định cho hoàn, miễn.")
        raise Invalid(fault, faults={"can-cu": fault})
    return words[:LONGEST]


def _new(
    *,
    bill: Bill | None = None,
    problem: Problem | None = None,
    amount: int,
    reason: str,
    by: ActorRef,
    at: datetime,
) -> Refund:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('payments_refund_number')")
        number = int(cursor.fetchone()[0])
    agency = bill.agency_id if bill else problem.agency_id if problem else None
    unit = caretakers.unit_for([agency] if agency else [], at=at)
    if bill is None:
        unit = (problem.unit_id if problem else None) or unit
    unit = unit or (bill.unit_id if bill else None)
    if unit is None:
        raise Conflict(_("Chưa có kế toán nào để giao việc hoàn tiền. Hãy nhờ quản trị phân công."))
    return Refund(
        id=new_id(),
        number=number,
        reference=codes.make(number, prefix=codes.REFUND),
        kind=RefundKind.REFUND.value,
        agency_id=agency or caretakers.agency_of(unit),
        unit_id=unit,
        bill=bill,
        problem=problem,
        amount=amount,
        reason=worded(reason),
        asked_by=by.id if by.kind is ActorKind.OFFICER else None,
        asked_name=by.name or _("Hệ thống"),
        asked_at=at,
    )


def _asked_already(bill: Bill, kind: RefundKind) -> int:
    rows = Refund.objects.filter(bill=bill, kind=kind, state=RefundState.ASKED)
    return int(rows.aggregate(all=Coalesce(Sum("amount"), 0))["all"])


def _within(amount: int, most: int, sentence: str) -> None:
    if amount <= 0 or amount > most:
        fault = sentence % {"most": format_money(max(most, 0))}
        raise Invalid(fault, faults={"so-tien": fault})


def _still_open(bill: Bill) -> None:
    if bill.state != BillState.OPEN:
        raise BillClosed(_("Khoản này đã nộp đủ hoặc đã huỷ, không còn gì để miễn."))


def _still_asked(refund: Refund) -> None:
    if refund.state != RefundState.ASKED:
        raise Conflict(
            _("%(who)s đã quyết định đề nghị này. Hãy tải lại trang.") % {"who": refund.decided_name}
        )


def _second(refund: Refund, payout: Payout | None, *, by: ActorRef, at: datetime) -> None:
    officer(by)
    first = (refund.asked_by, payout.preparer if payout else None)
    if not apart(by, DECIDE, subjects.of_refund(refund), first, at=at):
        raise NotAllowed(_("Người đề nghị hoặc lập nơi nhận không tự duyệt. Hãy nhờ người khác duyệt."))


def _to_agree(refund: Refund, *, seen: str) -> Payout:
    if refund.state not in (RefundState.ASKED, RefundState.APPROVED):
        _still_asked(refund)
    payout = waiting(refund)
    if payout is None:
        raise Conflict(_("Chưa có nơi nhận tiền. Hãy nhờ kế toán lập trước khi duyệt."))
    if payout.agreed_at is not None:
        raise Conflict(_("%(who)s đã duyệt rồi. Hãy tải lại trang.") % {"who": payout.agreed_name})
    if seen != mark(payout):
        raise Conflict(_("Nơi nhận tiền vừa được sửa. Hãy xem lại rồi duyệt."))
    return payout


def _held(refund_id: UUID) -> tuple[Bill | None, Money | None]:
    """The bill or the money in suspense that it is about, locked before the refund itself."""
    refund = known(refund_id)
    if refund.bill_id is not None:
        return billing.locked(refund.bill_id), None
    problem = refund.problem
    return None, holding.locked(problem.money_id) if problem else None


def _decided(refund: Refund, state: RefundState, words: str, *, by: ActorRef, at: datetime) -> None:
    refund.state, refund.words = state.value, words
    refund.decided_by, refund.decided_name = officer(by), by.name
    refund.decided_at = max(at, refund.asked_at)
    refund.save(update_fields=["state", "words", "decided_by", "decided_name", "decided_at"])


def _let_go(
    refund: Refund, bill: Bill | None, work: transactions.Work, *, by: ActorRef, at: datetime
) -> None:
    if bill is None:
        raise NoSuchRefund(_("Không có đề nghị hoàn, miễn này."))
    _still_open(bill)
    left = ledger.owed(bill.id)
    if refund.amount > left:
        raise Conflict(
            _("Khoản này chỉ còn %(left)s phải nộp. Hãy từ chối, rồi đề nghị miễn lại số đúng.")
            % {"left": format_money(left)}
        )
    billing.waive(bill, amount=refund.amount, refund=refund.id, by=by, at=at)
    billing.settled_when_nothing_left(bill, work, online=_came_online(bill), at=at)
    refund_work.done(refund, by=by, at=at)
    refund_work.tell_payer(refund, refund_work.WAIVED, at=at)


def _came_online(bill: Bill) -> bool:
    ways = Money.objects.filter(bill=bill).values_list("channel", flat=True)
    return any(Channel(way).online for way in ways)


def _owed_back(refund: Refund, bill: Bill | None, money: Money | None, *, by: ActorRef, at: datetime) -> None:
    """Of a bill's money: each sub-item's revenue gives its share of what is not given back yet. Of money in
    suspense: suspense gives it, and the difference is laid to rest."""
    most = ledger.paid(bill.id) if bill else holding.held(money.id if money else None)
    if refund.amount > most:
        raise Conflict(
            _("Chỉ còn %(most)s có thể hoàn. Hãy từ chối, rồi đề nghị lại số đúng.")
            % {"most": format_money(most)}
        )
    back = ledger.refunds()
    if bill is not None:
        sources = {
            ledger.revenue(bill.agency_id, code): part
            for code, part in shared(refund.amount, _not_given_back(bill)).items()
        }
    else:
        sources = {ledger.suspense(): refund.amount}
    ledger.write(
        (
            ledger.Move(
                debit=source,
                credit=back,
                amount=part,
                why=Why.REFUND_OWED,
                bill=refund.bill_id,
                money=money.id if money else None,
                refund=refund.id,
            )
            for source, part in sources.items()
        ),
        by=by.name,
        at=at,
    )
    problem = refund.problem
    if problem is not None and problem.closed_at is None:
        how = _("Hoàn %(amount)s, đề nghị %(code)s.")
        words = how % {"amount": format_money(refund.amount), "code": refund.reference}
        trouble.lay(problem, words, by=by, at=at)


def _not_given_back(bill: Bill) -> dict[str, int]:
    """What each sub-item of a bill was charged and did not give back. Two queries."""
    rests: dict[str, int] = {}
    for line in bill.lines.all():
        rests[line.revenue] = rests.get(line.revenue, 0) + line.amount - line.exempted
    given = Entry.objects.filter(bill=bill, why=Why.REFUND_OWED, debit__purse=Purse.REVENUE)
    for key, amount in given.values_list("debit__key", "amount"):
        rests[key.rpartition(":")[2]] -= amount
    return rests


def _agreed(refund: Refund, payout: Payout, work: transactions.Work, *, by: ActorRef, at: datetime) -> None:
    payout.agreed_by, payout.agreed_name = officer(by), by.name
    payout.agreed_at = max(at, payout.prepared_at)
    if payout.way == PayoutWay.CASH:
        payout.save(update_fields=["agreed_by", "agreed_name", "agreed_at"])
        refund_work.to_hand_out(refund, at=at)
        return
    ours = beneficiary(refund.agency_id, on=today(at))
    if ours is None:
        raise NoBeneficiary(
            _("Cơ quan này chưa khai tài khoản để chuyển tiền hoàn. Hãy báo kế toán khai trước.")
        )
    payout.from_account = ours.account
    payout.save(update_fields=["agreed_by", "agreed_name", "agreed_at", "from_account"])
    refund_work.done(refund, by=by, at=at)
    work.defer(jobs.jobs.get(SEND), payout_id=str(payout.id))


def _emit(refund: Refund, work: transactions.Work, *, approved: bool, at: datetime) -> None:
    if refund.bill is not None:
        work.emit(
            RefundDecided(
                refund=refund.id,
                kind=RefundKind(refund.kind),
                bill=refund.bill.id,
                about=subjects.about_of(refund.bill),
                amount=refund.amount,
                approved=approved,
                words=refund.words,
                at=at,
            )
        )
