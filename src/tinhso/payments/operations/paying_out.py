"""Money that goes back: asked of the bank with no transaction open, or handed out at the till."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from tinhso.foundation import legal, transactions
from tinhso.foundation.errors import Conflict, Invalid, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import fold, format_money
from tinhso.payments import ledger, refund_work, subjects
from tinhso.payments.channels import standing, transfers
from tinhso.payments.contracts import Contradicted, DrawerClosed
from tinhso.payments.models import Drawer, Payout, Refund
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations import tills
from tinhso.payments.queries.tills import open_of
from tinhso.payments.refund_contracts import NoSuchRefund, PayoutWay, RefundPaid, RefundState

logger = logging.getLogger(__name__)
PROVIDER = "bank-transfers"
ACT = "payments.pay_out"
MOST = 100


def send(payout_id: UUID, *, at: datetime) -> bool:
    """Ask the bank to transfer an agreed payout, and do as it answers; whether it answered.

    Asked again it is the same transfer: the bank knows its key. Call with no transaction open.
    """
    rows = Payout.objects.filter(id=payout_id, way=PayoutWay.BANK, outcome="", agreed_at__isnull=False)
    payout = rows.select_related("refund__bill").first()
    if payout is None:
        return True
    rows.update(asked_at=at)
    try:
        booked = transfers.transfer(_order(payout))
    except transfers.NotTransferred as refused:
        standing.worked(PROVIDER)
        failed(payout.id, said=refused.message, at=at)
        return True
    except Unable as fault:
        logger.warning("the bank gave no answer about refund %s: %s", payout.refund.reference, fault.code)
        standing.failed(PROVIDER, at=at)
        return False
    standing.worked(PROVIDER)
    paid(payout.id, transaction=booked.transaction, at=at)
    return True


def send_silent(*, at: datetime) -> int:
    """Ask again about agreed payouts that the bank has not answered for `payment_ask_minutes`, or was never
    asked about; how many. After one that gets no answer the rest wait."""
    if PROVIDER in standing.shut(at=at):
        return 0
    minutes = timedelta(minutes=legal.integer("payment_ask_minutes", on=today(at)))
    silent = Q(asked_at__lte=at - minutes) | Q(asked_at=None, agreed_at__lte=at - minutes)
    rows = Payout.objects.filter(silent, way=PayoutWay.BANK, outcome="", agreed_at__isnull=False)
    asked = 0
    for payout in rows.order_by(F("asked_at").asc(nulls_first=True)).values_list("id", flat=True)[:MOST]:
        asked += 1
        if not send(payout, at=at):
            break
    return asked


def told(booked: transfers.Booked, *, at: datetime) -> bool:
    """The bank tells by a signed notice that a transfer was booked; False when that was known.

    Raises NoSuchRefund for one we did not agree to, Contradicted for another sum or account than ours.
    """
    reference, _dash, number = booked.key.rpartition("-")
    rows = Payout.objects.filter(refund__reference=reference, agreed_at__isnull=False, way=PayoutWay.BANK)
    named = number.isascii() and number.isdigit() and len(number) < 4
    payout = rows.filter(number=int(number)).select_related("refund").first() if named else None
    if payout is None:
        raise NoSuchRefund(_("Không có lệnh hoàn mang khoá này."))
    if (payout.refund.amount, payout.from_account) != (booked.amount, booked.account):
        raise Contradicted(_("Ngân hàng báo lệnh hoàn với số tiền hoặc tài khoản khác."), told=booked.amount)
    return paid(payout.id, transaction=booked.transaction, at=at)


def paid(payout_id: UUID, *, transaction: str, at: datetime) -> bool:
    """The bank has transferred it: the ledger says so, and the payer is told; False when that was known."""
    on = subjects.of_refund(Payout.objects.select_related("refund__bill").get(id=payout_id).refund)
    with transactions.act(ACT, by=subjects.source("bank"), at=at, on=on) as work:
        refund, payout = _locked(payout_id)
        if payout.outcome:
            work.leave_no_entry()
            return False
        payout.transaction = transaction
        _gone(refund, payout, ledger.bank(payout.from_account), work, by=subjects.source("bank"), at=at)
    return True


def failed(payout_id: UUID, *, said: str, at: datetime) -> None:
    """The bank will not: an accountant is to name another payee. The money stays owed."""
    on = subjects.of_refund(Payout.objects.select_related("refund__bill").get(id=payout_id).refund)
    with transactions.act(ACT, by=subjects.source("bank"), at=at, on=on) as work:
        refund, payout = _locked(payout_id)
        if payout.outcome:
            work.leave_no_entry()
            return
        payout.outcome, payout.said, payout.ended_at = "failed", said[:300], _after(payout, at)
        payout.save(update_fields=["outcome", "said", "ended_at"])
        refund_work.to_prepare(refund, at=at)
        work.record(refund=refund.reference, said=payout.said)


def hand_out(refund_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Hand an agreed sum out of one's own open drawer, of the cash that people paid in this session.

    Raises NotAllowed, DrawerClosed without an open session, Invalid for too little cash, Conflict.
    """
    found = Refund.objects.select_related("bill").get(id=refund_id)
    with transactions.act("payments.hand_out_refund", by=by, at=at, on=subjects.of_refund(found)) as work:
        drawer = _drawer(by, found)
        refund = Refund.objects.select_for_update(of=("self",)).select_related("bill").get(id=refund_id)
        payout = refund.payouts.filter(outcome="", way=PayoutWay.CASH, agreed_at__isnull=False).first()
        if payout is None:
            raise Conflict(_("Khoản này không còn chờ chi tại quầy. Hãy tải lại trang."))
        lies = ledger.till(drawer.id, drawer.agency_id)
        there = ledger.balance(lies)
        if there < refund.amount:
            raise Invalid(
                _(
                    "Ca thu này mới có %(there)s tiền mặt đã thu, chưa đủ chi %(amount)s. Hãy chi sau, hoặc"
                    " nhờ quầy khác."
                )
                % {"there": format_money(max(there, 0)), "amount": format_money(refund.amount)}
            )
        payout.drawer = drawer
        _gone(refund, payout, lies, work, by=by, at=at)


def _drawer(by: ActorRef, refund: Refund) -> Drawer:
    found = open_of(by.id) if by.id else None
    if found is None or found.agency_id != refund.agency_id:
        raise DrawerClosed(_("Anh/chị chưa mở ca thu ở cơ quan này. Hãy mở ca thu rồi chi."))
    return tills.own(found.id, by=by)


def _locked(payout_id: UUID) -> tuple[Refund, Payout]:
    """The refund held until the act ends, then its payout."""
    id = Payout.objects.values_list("refund_id", flat=True).get(id=payout_id)
    refund = Refund.objects.select_for_update(of=("self",)).select_related("bill", "problem").get(id=id)
    return refund, Payout.objects.select_for_update().get(id=payout_id)


def _gone(
    refund: Refund, payout: Payout, place: int, work: transactions.Work, *, by: ActorRef, at: datetime
) -> None:
    moment = _after(payout, at)
    ledger.write(
        [
            ledger.Move(
                debit=ledger.refunds(),
                credit=place,
                amount=refund.amount,
                why=Why.REFUND_PAID,
                bill=refund.bill_id,
                money=refund.problem.money_id if refund.problem else None,
                refund=refund.id,
            )
        ],
        by=by.name,
        at=at,
    )
    payout.outcome, payout.ended_at, payout.said = "paid", moment, ""
    payout.save(update_fields=["outcome", "ended_at", "said", "transaction", "drawer"])
    refund.state, refund.paid_at = RefundState.PAID.value, moment
    refund.save(update_fields=["state", "paid_at"])
    refund_work.done(refund, by=by, at=at)
    refund_work.tell_payer(refund, refund_work.PAID, how=PayoutWay(payout.way).label, at=at)
    if refund.bill is not None:
        about = subjects.about_of(refund.bill)
        work.emit(RefundPaid(refund=refund.id, bill=refund.bill.id, about=about, amount=refund.amount, at=at))
    work.record(refund=refund.reference, amount=refund.amount, way=payout.way)


def _order(payout: Payout) -> transfers.Order:
    refund = payout.refund
    about = fold(refund.bill.about_code).upper() if refund.bill else ""
    return transfers.Order(
        key=f"{refund.reference}-{payout.number}",
        from_account=payout.from_account,
        bank=payout.bank,
        account=payout.account,
        name=payout.payee,
        amount=refund.amount,
        content=f"{refund.reference} hoan tien {about}".strip(),
    )


def _after(payout: Payout, at: datetime) -> datetime:
    return max(at, payout.agreed_at or at)
