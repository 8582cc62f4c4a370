"""A source's day held against its list: what is the same, what only one side has, what does not fit.

Bulk statements do the day; only what nobody told of is received one by one. Every step may be repeated: a
reconciliation that was cut off goes on where it stood.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.text import format_money
from tinhso.payments import caretakers, ledger, payouts, subjects, trouble
from tinhso.payments.channels import vnpay
from tinhso.payments.contracts import Channel, Finding, Told, Trouble
from tinhso.payments.models import Money, ReconciledDay, Statement, StatementLine
from tinhso.payments.models.reconciling import How
from tinhso.payments.operations import going_out
from tinhso.payments.operations.receiving import receive
from tinhso.payments.operations.suggesting import suggest

UNHEARD = """
SELECT l.id FROM payments_statementline l
LEFT JOIN payments_money m ON m.source = l.source AND m.transaction = l.reference
WHERE l.source = %s AND l.day = %s AND l.amount > 0 AND m.id IS NULL ORDER BY l.at, l.id
"""
MATCHED = """
WITH fresh AS (
    INSERT INTO payments_match (line_id, money_id, how, at)
    SELECT l.id, m.id,
           CASE WHEN m.id IS NULL THEN 'outgoing' WHEN m.amount <> l.amount THEN 'differs'
                WHEN m.heard_at >= s.taken_at THEN 'healed' ELSE 'told' END,
           %(at)s
    FROM payments_statementline l
    JOIN payments_statement s ON s.id = l.statement_id
    LEFT JOIN payments_money m ON m.source = l.source AND m.transaction = l.reference AND l.amount > 0
    LEFT JOIN payments_match x ON x.line_id = l.id
    WHERE l.source = %(source)s AND l.day = %(day)s AND x.id IS NULL AND (m.id IS NOT NULL OR l.amount < 0)
    RETURNING line_id, money_id, how
), arrived AS (
    INSERT INTO payments_entry (debit_id, credit_id, amount, why, booked_on, at, by, money_id)
    SELECT %(bank)s, %(clearing)s, l.amount, 'arrived', %(on)s, %(at)s, %(source)s, f.money_id
    FROM fresh f JOIN payments_statementline l ON l.id = f.line_id
    WHERE %(bank)s::bigint IS NOT NULL AND f.money_id IS NOT NULL
)
SELECT line_id, money_id, how FROM fresh
"""


def reconcile(day: date, source: str, *, at: datetime) -> ReconciledDay:
    """Reconcile a legal day of a source with the rows of its lists taken so far; the day as it stands then.

    Money nobody told of is received, money that lies at the bank is booked there, what does not fit becomes
    somebody's work. Joins no transaction of the caller's: call it with none open. A closed day stays.
    """
    known = ReconciledDay.objects.filter(source=source, day=day).first()
    if known is not None and known.closed_at:
        return known
    for line in StatementLine.objects.filter(id__in=_unheard(day, source)).order_by("at", "id"):
        receive(_told(line), at=at)
    with transactions.act("payments.reconcile", by=SYSTEM, at=at) as work:
        row = _held(day, source, at=at)
        work.on = subjects.of_day(row)
        if row.closed_at is None:
            going_out.match_refunds(day, source, at=at)
            fresh = _matched(day, source, at=at)
            trouble.lay_missing([money for _line, money, _how in fresh if money], at=at)
            _raise_differing([line for line, _money, how in fresh if how == How.DIFFERS], at=at)
            going_out.raise_unknown([line for line, _money, how in fresh if how == How.OUTGOING], at=at)
            _raise_missing(day, source, at=at)
            _raise_payouts(day, source, at=at)
            suggest(source, at=at)
            _count(row, at=at)
        work.record(source=source, day=str(day), stated=row.stated_count, healed=row.healed)
    return row


def complete(day: date, source: str) -> bool:
    """Whether a list was taken that covers the day and was made when it was over. One query."""
    rows = Statement.objects.filter(source=source, first_day__lte=day, last_day__gte=day)
    return rows.filter(Q(final=True) | Q(last_day__gt=day)).exists()


def _unheard(day: date, source: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(UNHEARD, [source, day])
        return [id for (id,) in cursor.fetchall()]


def _told(line: StatementLine) -> Told:
    return Told(
        source=line.source,
        channel=Channel.VNPAY if line.source == vnpay.SOURCE else Channel.VIETQR,
        transaction=line.reference,
        amount=line.amount,
        paid_at=line.at,
        reference=line.order,
        content=line.content,
        payer=line.payer,
    )


def _held(day: date, source: str, *, at: datetime) -> ReconciledDay:
    """The day's row, held until the act ends."""
    unit = caretakers.unit_for(caretakers.agencies_of(source, at=at), at=at)
    ReconciledDay.objects.get_or_create(
        source=source, day=day, defaults={"unit_id": unit, "reconciled_at": at}
    )
    row = ReconciledDay.objects.select_for_update().get(source=source, day=day)
    row.unit_id = row.unit_id or unit
    return row


def _matched(day: date, source: str, *, at: datetime) -> list[tuple[int, UUID | None, str]]:
    """Say of each row what it is, and book at the bank what lies there; the rows that were new."""
    at_bank = source.startswith(caretakers.BANK)
    values: dict[str, Any] = {
        "day": day,
        "source": source,
        "at": at,
        "on": today(at),
        "bank": ledger.bank(source.removeprefix(caretakers.BANK)) if at_bank else None,
        "clearing": ledger.clearing(source),
    }
    with connection.cursor() as cursor:
        cursor.execute(MATCHED, values)
        return [(line, money, how) for line, money, how in cursor.fetchall()]


def _of_day(day: date, source: str) -> QuerySet[Money]:
    begin, end = midnight(day), midnight(day + timedelta(days=1))
    return Money.objects.filter(source=source, paid_at__gte=begin, paid_at__lt=end)


def _raise_differing(lines: list[int], *, at: datetime) -> None:
    rows = StatementLine.objects.filter(id__in=lines).select_related("match__money__bill")
    for line, money in ((line, line.match.money) for line in rows):
        if money is None:
            continue
        why = _("Giao dịch %(reference)s: bên báo tin nói %(told)s, sao kê ghi %(stated)s.") % {
            "reference": line.reference,
            "told": format_money(money.amount),
            "stated": format_money(line.amount),
        }
        trouble.raise_about(Trouble.DIFFERS, why, money=money, bill=money.bill, line=line, at=at)


def _raise_missing(day: date, source: str, *, at: datetime) -> None:
    """Money told of for a day whose list is whole, and which is not on it."""
    if not complete(day, source):
        return
    for money in _of_day(day, source).filter(match=None).select_related("bill"):
        why = _("Đã được báo %(amount)s (giao dịch %(reference)s) nhưng sao kê ngày %(day)s không có.") % {
            "amount": format_money(money.amount),
            "reference": money.transaction,
            "day": f"{day:%d/%m/%Y}",
        }
        trouble.raise_about(Trouble.MISSING, why, money=money, bill=money.bill, at=at)


def _raise_payouts(day: date, source: str, *, at: datetime) -> None:
    """What a provider lays down at the bank is held against its own list of the day it names."""
    lines = StatementLine.objects.filter(source=source, day=day, match__money__finding=Finding.PAYOUT.value)
    rows = lines.select_related("match__money")
    for line, money in ((line, line.match.money) for line in rows):
        said = payouts.read(line.content)
        if money is None or said is None or not complete(said[1], said[0]):
            continue
        listed = StatementLine.objects.filter(source=said[0], day=said[1]).aggregate(all=Sum("amount"))["all"]
        came = StatementLine.objects.filter(content=line.content, match__money__finding=Finding.PAYOUT.value)
        paid = came.aggregate(all=Sum("amount"))["all"]
        if paid != (listed or 0):
            why = _(
                "%(name)s chuyển về %(paid)s cho ngày %(day)s, danh sách của họ cộng được %(listed)s."
            ) % {
                "name": said[0].upper(),
                "paid": format_money(paid),
                "day": f"{said[1]:%d/%m/%Y}",
                "listed": format_money(listed or 0),
            }
            trouble.raise_about(Trouble.PAYOUT_DIFFERS, why, money=money, line=line, at=at)


def _count(row: ReconciledDay, *, at: datetime) -> None:
    """Count the day anew; what was put forward to be closed is taken back when a figure has changed."""
    told = _of_day(row.day, row.source)
    lines = StatementLine.objects.filter(source=row.source, day=row.day)
    credits = lines.filter(amount__gt=0)
    counts = {
        "told_count": told.count(),
        "told_sum": told.aggregate(all=Sum("amount"))["all"] or 0,
        "stated_count": credits.count(),
        "stated_sum": credits.aggregate(all=Sum("amount"))["all"] or 0,
        "matched": lines.filter(match__how__in=[How.TOLD, How.HEALED]).count(),
        "healed": lines.filter(match__how=How.HEALED).count(),
        "missing": told.filter(match=None).count(),
        "outgoing": lines.filter(amount__lt=0).count(),
        "complete": complete(row.day, row.source),
    }
    if any(getattr(row, name) != value for name, value in counts.items()):
        row.prepared_by, row.prepared_name, row.prepared_at = None, "", None
    for name, value in counts.items():
        setattr(row, name, value)
    row.reconciled_at = at
    row.save()
