"""Money that came in: kept once, booked, and judged against the bill it is for, in one transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict
from tinhso.foundation.text import format_money
from tinhso.payments import codes, ledger, subjects
from tinhso.payments.contracts import (
    AttemptState,
    BillState,
    Channel,
    Contradicted,
    Effect,
    Finding,
    Told,
)
from tinhso.payments.models import Attempt, Bill, Money, Problem
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations.billing import locked, settled_when_nothing_left

LONGEST = 500
ONCE = "money_told_once"
TILL, CARDS = "till:", "card:"
"""Sources of money taken at the counter name its drawer; cards are laid down by the terminals' bank."""


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
        return Finding.ORPHAN
    if bill.state == BillState.SETTLED:
        return Finding.DOUBLE
    if bill.state == BillState.CANCELLED:
        return Finding.LATE
    if told.amount < left:
        return Finding.PARTIAL
    return Finding.OVER if told.amount > left else Finding.EXACT


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
    """What the bill still wants goes to it, the rest into suspense."""
    place = _lies(money, bill)
    used = min(money.amount, left)
    moves = []
    if bill is not None and used:
        moves.append(
            ledger.Move(
                debit=place,
                credit=ledger.receivable(bill.agency_id),
                amount=used,
                why=Why.PAID,
                bill=bill.id,
                money=money.id,
            )
        )
    moves.append(
        ledger.Move(
            debit=place,
            credit=ledger.suspense(),
            amount=money.amount - used,
            why=Why.HELD,
            money=money.id,
        )
    )
    ledger.write(moves, by=money.source, at=at)


def _lies(money: Money, bill: Bill | None) -> int:
    """Where the money lies: cash in the drawer that took it, all else with whoever lays it down later."""
    if bill is not None and money.channel == Channel.CASH:
        return ledger.till(UUID(money.source.removeprefix(TILL)), bill.agency_id)
    if bill is not None and money.channel == Channel.CARD:
        return ledger.clearing(f"{CARDS}{bill.agency_id.hex}")
    return ledger.clearing(money.source)


def _attempt_paid(told: Told, bill: Bill, attempt: Attempt | None, *, at: datetime) -> None:
    """The attempt that the money names has brought it; a QR carries only the bill's own code.

    What was paid at the till ends no attempt: each may still bring its own.
    """
    rows = (
        Attempt.objects.filter(id=attempt.id)
        if attempt is not None
        else bill.attempts.filter(channel=told.channel.value, state=AttemptState.UNDER_WAY)
    )
    rows.exclude(state=AttemptState.PAID).update(state=AttemptState.PAID.value, ended_at=at)


def _raise_about(money: Money, bill: Bill | None, *, left: int, at: datetime) -> None:
    """What is not exact needs somebody to look."""
    finding = Finding(money.finding)
    if finding is Finding.EXACT:
        return
    Problem.objects.create(
        kind=finding.value,
        agency_id=bill.agency_id if bill else None,
        money=money,
        bill=bill,
        why=_why(finding, money, bill, left=left),
        opened_at=at,
    )


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
