"""Money that came in: kept once, booked, and judged against the bill it is for, in one transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict
from tinhso.foundation.ids import new_id
from tinhso.foundation.statements import Rows, Statement, as_one, together
from tinhso.foundation.text import format_money
from tinhso.payments import codes, ledger, payouts, subjects, trouble
from tinhso.payments.contracts import (
    BillState,
    Channel,
    Contradicted,
    Effect,
    Finding,
    PaymentHeld,
    Told,
    Trouble,
)
from tinhso.payments.models import Attempt, Bill, Money
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations import depositing
from tinhso.payments.operations.billing import has_settled, settling

LONGEST = 500
ONCE = "money_told_once"
KNOWN = "SELECT amount FROM payments_money WHERE source = %s AND transaction = %s"
OF_REFERENCE = Rows(Attempt, "WHERE reference = %s")
NAMED = """
(SELECT coalesce(
    (SELECT bill_id FROM payments_attempt WHERE reference = %s AND reference <> ''),
    (SELECT id FROM payments_bill bill WHERE reference = ANY(%s) AND (%s = '' OR EXISTS (
        SELECT FROM payments_beneficiary b WHERE b.agency_id = bill.agency_id AND b.account = %s))
     ORDER BY issued_at LIMIT 1)))
"""
"""The bill that money names: by our reference, else by a code in the payer's words. What came to an account
that never was the agency's own pays no bill of it: somebody must look. At the till nothing but the reference
counts: the content there is the approval code of a card, typed by the cashier."""
HELD = Rows(Bill, f"WHERE id = {NAMED} AND NOT EXISTS ({KNOWN}) FOR UPDATE")
"""That bill, held until the act ends; nothing is held for money that is known."""
STANDS = f"SELECT ({KNOWN}), ({ledger.OWED_OF.format(NAMED)})"
_FIELDS = [field.column for field in Money._meta.concrete_fields]
KEEP = (
    f"INSERT INTO payments_money ({', '.join(_FIELDS)})"  # noqa: S608 - our own columns
    f" VALUES ({', '.join(['%s'] * len(_FIELDS))})"
)
PAID = (
    "UPDATE payments_attempt SET state = 'paid', ended_at = %s WHERE bill_id = %s AND state <> 'paid'"
    " AND CASE WHEN %s::uuid IS NULL THEN channel = %s AND state = 'under_way' ELSE id = %s END"
)
ON_THE_WAY = (Finding.PAYOUT, Finding.DEPOSIT)
BANK, TILL, CARDS = "bank:", "till:", "card:"
"""Sources of money taken at the counter name its drawer; cards are laid down by the terminals' bank."""


def receive(told: Told, *, at: datetime) -> Effect:
    """Book money that a source tells of. Whatever it is for, it is kept: what fits no bill waits in suspense.

    The same transaction of the same source again changes nothing. Raises Contradicted when it names another
    sum than before.
    """
    try:
        with transactions.act("payments.receive", by=subjects.source(told.source), at=at) as work:
            known, attempt, bill, left = _asked(told)
            if _repeats(told, known):
                work.leave_no_entry()
                return Effect.DUPLICATE
            finding = _finding(told, bill, left=left)
            deposits = depositing.awaited(told) if finding is Finding.ORPHAN else []
            money = _row(told, bill, attempt, Finding.DEPOSIT if deposits else finding, at=at)
            used = min(told.amount, left)
            statements = [_kept(money), *_booked(money, bill, used=used, at=at)]
            closing: list[Statement] = []
            if bill is not None:
                work.on = subjects.of_bill(bill)
                closing = settling(bill, at=at) if used == left else []
                statements += [_attempt_paid(told, bill, attempt, at=at), *closing]
            (found,) = together([as_one(statements)])
            depositing.came(deposits, money, at=at)
            if bill is not None and closing:
                has_settled(bill, work, found, online=told.channel.online, at=at)
            _raise_about(money, bill, work, left=left, at=at)
            work.record(source=told.source, transaction=told.transaction, finding=money.finding)
    except Conflict as twin:
        if twin.facts.get("constraint") == ONCE and _repeats(told, _asked(told)[0]):
            return Effect.DUPLICATE
        raise
    return Effect.BOOKED


def _asked(told: Told) -> tuple[int | None, Attempt | None, Bill | None, int]:
    """What was booked of this transaction before; else the attempt and the bill that the money names, that
    bill held until the act ends, and what is left to pay of it. One round trip."""
    of = [told.source, told.transaction]
    account = told.source.removeprefix(BANK) if told.source.startswith(BANK) else ""
    said = told.reference if told.source.startswith(TILL) else f"{told.reference} {told.content}"
    named = [told.reference, list(codes.find(said)), account, account]
    asked = [(HELD.text, [*named, *of]), (STANDS, [*of, *named])]
    if told.reference:
        asked.append((OF_REFERENCE.text, [told.reference]))
    bills, stands, *attempts = together(asked)
    ((known, left),) = stands
    attempt = next(iter(OF_REFERENCE.made(attempts[0])), None) if attempts else None
    bill = next(iter(HELD.made(bills)), None)
    return known, attempt, bill, int(left or 0) if bill else 0


def _repeats(told: Told, known: int | None) -> bool:
    """Whether it was booked before. Raises Contradicted."""
    if known is not None and known != told.amount:
        raise Contradicted(
            _("Giao dịch %(transaction)s đã được báo với số tiền khác. Hãy đối chiếu với bên báo.")
            % {"transaction": told.transaction},
            booked=known,
            told=told.amount,
        )
    return known is not None


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
    said = payouts.read(content) if source.startswith(BANK) else None
    return said[0] if said else ""


def _row(told: Told, bill: Bill | None, attempt: Attempt | None, finding: Finding, *, at: datetime) -> Money:
    return Money(
        id=new_id(),
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


def _kept(money: Money) -> Statement:
    names = [field.attname for field in Money._meta.concrete_fields]
    return KEEP, [getattr(money, name) for name in names]


def _booked(money: Money, bill: Bill | None, *, used: int, at: datetime) -> list[Statement]:
    """What the bill still wants goes to it, the rest into suspense; what was on its way to the bank has
    arrived."""
    place = _lies(money, bill)
    if money.finding in ON_THE_WAY:
        way = (
            ledger.clearing(_payout(money.source, money.content))
            if money.finding == Finding.PAYOUT
            else depositing.on_the_way(money.source.removeprefix(BANK))
        )
        arrived = ledger.Move(debit=place, credit=way, amount=money.amount, why=Why.ARRIVED, money=money.id)
        return ledger.entries([arrived], by=money.source, at=at)
    moves = [
        ledger.Move(
            debit=place,
            credit=ledger.suspense(),
            amount=money.amount - used,
            why=Why.HELD,
            money=money.id,
        )
    ]
    if bill is not None:
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
    return ledger.entries(moves, by=money.source, at=at)


def _lies(money: Money, bill: Bill | None) -> int:
    """Where the money lies: cash in the drawer that took it, all else with whoever lays it down later."""
    if bill is not None and money.channel == Channel.CASH:
        return ledger.till(UUID(money.source.removeprefix(TILL)), bill.agency_id)
    if bill is not None and money.channel == Channel.CARD:
        return ledger.clearing(f"{CARDS}{bill.agency_id.hex}")
    return ledger.clearing(money.source)


def _attempt_paid(told: Told, bill: Bill, attempt: Attempt | None, *, at: datetime) -> Statement:
    """The attempt that the money names has brought it; a QR carries only the bill's own code.

    What was paid at the till ends no attempt: each may still bring its own.
    """
    id = attempt.id if attempt else None
    return PAID, [at, bill.id, id, told.channel.value, id]


def _raise_about(
    money: Money, bill: Bill | None, work: transactions.Work, *, left: int, at: datetime
) -> None:
    """What is not exact needs somebody to look, and whoever paid for a bill is told what became of it."""
    finding = Finding(money.finding)
    if finding is Finding.EXACT or finding in ON_THE_WAY:
        return
    why = _why(finding, money, bill, left=left)
    trouble.raise_about(Trouble(finding.value), why, money=money, bill=bill, at=at)
    if bill is not None:
        used = min(money.amount, left)
        work.emit(
            PaymentHeld(
                bill=bill.id,
                reference=bill.reference,
                about=subjects.about_of(bill),
                trouble=Trouble(finding.value),
                amount=money.amount,
                left=left - used,
                held=money.amount - used,
                at=at,
            )
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
