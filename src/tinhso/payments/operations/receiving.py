"""Money that came in: kept once, booked, and judged against the bill it is for, in one transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict
from tinhso.foundation.text import format_money
from tinhso.payments import codes, ledger, payouts, subjects, trouble
from tinhso.payments.contracts import (
    AttemptState,
    BillState,
    Channel,
    Contradicted,
    Effect,
    Finding,
    Told,
    Trouble,
)
from tinhso.payments.models import Attempt, Bill, Money
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations.billing import locked, settled_when_nothing_left

LONGEST = 500
ONCE = "money_told_once"


def receive(told: Told, *, at: datetime) -> Effect:
    """Book money that a source tells of. Whatever it is for, it is kept: what fits no bill waits in suspense.

    The same transaction of the same source again changes nothing. Raises Contradicted when it names another
    sum than before.
    """
    if _known(told):
        return Effect.DUPLICATE
    attempt, bill_id = _meant(told)
    try:
        with transactions.act("payments.receive", by=subjects.source(told.source), at=at) as work:
            bill = locked(bill_id) if bill_id else None
            left = ledger.owed(bill.id) if bill is not None else 0
            money = _kept(told, bill, attempt, _finding(told, bill, left=left), at=at)
            _book(money, bill, left=left, at=at)
            if bill is not None:
                work.on = subjects.of_bill(bill)
                _attempt_paid(told, bill, attempt, at=at)
                settled_when_nothing_left(bill, work, online=told.channel.online, at=at)
            _raise_about(money, bill, left=left, at=at)
            work.record(source=told.source, transaction=told.transaction, finding=money.finding)
    except Conflict as twin:
        if twin.facts.get("constraint") == ONCE and _known(told):
            return Effect.DUPLICATE
        raise
    return Effect.BOOKED


def _known(told: Told) -> bool:
    """Whether it was booked before. Raises Contradicted."""
    amount = (
        Money.objects.filter(source=told.source, transaction=told.transaction)
        .values_list("amount", flat=True)
        .first()
    )
    if amount is not None and amount != told.amount:
        raise Contradicted(
            _("Giao dịch %(transaction)s đã được báo với số tiền khác. Hãy đối chiếu với bên báo.")
            % {"transaction": told.transaction},
            booked=amount,
            told=told.amount,
        )
    return amount is not None


def _meant(told: Told) -> tuple[Attempt | None, UUID | None]:
    """The attempt and the bill that the money names: by our reference, else a code in the payer's words."""
    if told.reference:
        attempt = Attempt.objects.filter(reference=told.reference).first()
        if attempt is not None:
            return attempt, attempt.bill_id
    named = codes.find(f"{told.reference} {told.content}")
    found = Bill.objects.filter(reference__in=named).order_by("issued_at").values_list("id", flat=True)
    return None, found.first() if named else None


def _finding(told: Told, bill: Bill | None, *, left: int) -> Finding:
    if bill is None:
        return Finding.PAYOUT if _payout(told.source, told.content) else Finding.ORPHAN
    if bill.state == BillState.SETTLED:
        return Finding.DOUBLE
    if bill.state == BillState.CANCELLED:
        return Finding.LATE
    if told.amount < left:
        return Finding.PARTIAL
    return Finding.OVER if told.amount > left else Finding.EXACT


def _payout(source: str, content: str) -> str:
    """The provider whose transfer to the bank this is; empty for any other money."""
    said = payouts.read(content) if source.startswith("bank:") else None
    return said[0] if said else ""


def _kept(told: Told, bill: Bill | None, attempt: Attempt | None, finding: Finding, *, at: datetime) -> Money:
    return Money.objects.create(
        source=told.source,
        transaction=told.transaction,
        channel=told.channel.value,
        amount=told.amount,
        paid_at=min(told.paid_at, at),
        heard_at=at,
        reference=told.reference[:LONGEST],
        content=told.content[:LONGEST],
        payer=told.payer[:LONGEST],
        attempt=attempt,
        bill=bill,
        finding=finding.value,
    )


def _book(money: Money, bill: Bill | None, *, left: int, at: datetime) -> None:
    """What the bill still wants goes to it, the rest into suspense; a payout is a provider's clearing emptied."""
    clearing = ledger.clearing(money.source)
    if money.finding == Finding.PAYOUT:
        provider = ledger.clearing(_payout(money.source, money.content))
        arrived = ledger.Move(
            debit=clearing, credit=provider, amount=money.amount, why=Why.ARRIVED, money=money.id
        )
        ledger.write([arrived], by=money.source, at=at)
        return
    used = min(money.amount, left)
    moves = []
    if bill is not None and used:
        moves.append(
            ledger.Move(
                debit=clearing,
                credit=ledger.receivable(bill.agency_id),
                amount=used,
                why=Why.PAID,
                bill=bill.id,
                money=money.id,
            )
        )
    moves.append(
        ledger.Move(
            debit=clearing,
            credit=ledger.suspense(),
            amount=money.amount - used,
            why=Why.HELD,
            money=money.id,
        )
    )
    ledger.write(moves, by=money.source, at=at)


def _attempt_paid(told: Told, bill: Bill, attempt: Attempt | None, *, at: datetime) -> None:
    """The attempt that the money names has brought it; a QR carries only the bill's own code."""
    rows = (
        Attempt.objects.filter(id=attempt.id)
        if attempt is not None
        else bill.attempts.filter(channel=Channel.VIETQR, state=AttemptState.UNDER_WAY)
    )
    rows.exclude(state=AttemptState.PAID).update(state=AttemptState.PAID.value, ended_at=at)


def _raise_about(money: Money, bill: Bill | None, *, left: int, at: datetime) -> None:
    """What is not exact needs somebody to look."""
    finding = Finding(money.finding)
    if finding in (Finding.EXACT, Finding.PAYOUT):
        return
    why = _why(finding, money, bill, left=left)
    trouble.raise_about(Trouble(finding.value), why, money=money, bill=bill, at=at)


def _why(finding: Finding, money: Money, bill: Bill | None, *, left: int) -> str:
    facts = {
        "amount": format_money(money.amount),
        "left": format_money(left),
        "rest": format_money(abs(money.amount - left)),
        "code": bill.about_code if bill else "",
        "content": money.content[:120],
    }
    sentences = {
        Finding.PARTIAL: _("Hồ sơ %(code)s: nộp %(amount)s, còn thiếu %(rest)s."),
        Finding.OVER: _("Hồ sơ %(code)s: nộp %(amount)s, thừa %(rest)s."),
        Finding.DOUBLE: _("Hồ sơ %(code)s đã nộp đủ, lại nhận thêm %(amount)s."),
        Finding.LATE: _("Khoản thu của hồ sơ %(code)s đã huỷ, nay nhận %(amount)s."),
        Finding.ORPHAN: _("Nhận %(amount)s không rõ của khoản nào. Nội dung: «%(content)s»."),
    }
    return sentences[finding] % facts
