"""Reconciled days and differences as the desk lists them: keyset pages, a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from tinhso.directory import api as directory
from tinhso.foundation.ids import read
from tinhso.foundation.moments import midnight
from tinhso.payments import closing_paper, ledger
from tinhso.payments.channels import vnpay
from tinhso.payments.contracts import Channel, Finding, Trouble
from tinhso.payments.models import Money, Problem, ReconciledDay, Statement, StatementLine

PAGE = 50
BANK = "bank:"


def listed(agencies: Iterable[UUID], *, after: str = "") -> tuple[list[ReconciledDay], str]:
    """Days of these agencies' accountants, the latest first, and the cursor of the next page. Two queries."""
    rows = ReconciledDay.objects.filter(unit_id__in=_units(agencies))
    last = rows.filter(id=cursor).first() if (cursor := read(after)) else None
    if last is not None:
        rows = rows.filter(Q(day__lt=last.day) | Q(day=last.day, id__lt=last.id))
    found = list(rows.order_by("-day", "-id")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""


def problems(
    agencies: Iterable[UUID], *, kind: str = "", closed: bool = False, after: str = ""
) -> tuple[list[Problem], str]:
    """Differences, the latest first, and the cursor of the next page. Two queries."""
    rows = Problem.objects.filter(unit_id__in=_units(agencies), closed_at__isnull=not closed)
    if kind in set(Trouble):
        rows = rows.filter(kind=kind)
    last = rows.filter(id=cursor).first() if (cursor := read(after)) else None
    if last is not None:
        rows = rows.filter(Q(opened_at__lt=last.opened_at) | Q(opened_at=last.opened_at, id__lt=last.id))
    found = list(
        rows.select_related("money", "bill", "suggested", "line").order_by("-opened_at", "-id")[: PAGE + 1]
    )
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""


def counted(agencies: Iterable[UUID]) -> int:
    """How many differences wait. One query."""
    return Problem.objects.filter(unit_id__in=_units(agencies), closed_at=None).count()


def of_day(row: ReconciledDay) -> QuerySet[Problem]:
    """The differences about money, and about rows that are none, of a day and source."""
    begin, end = midnight(row.day), midnight(row.day + timedelta(days=1))
    of_money = Q(money__source=row.source, money__paid_at__gte=begin, money__paid_at__lt=end)
    of_line = Q(money=None, line__source=row.source, line__day=row.day)
    return (
        Problem.objects.filter(of_money | of_line)
        .select_related("money", "bill", "suggested", "line")
        .order_by("opened_at", "id")
    )


def name_of(source: str) -> str:
    """A source as people call it."""
    return Channel.VNPAY.label if source == vnpay.SOURCE else source.removeprefix(BANK)


def sheet(row: ReconciledDay, unit: directory.UnitView) -> closing_paper.DaySheet:
    """The facts of the closing of a day that some unit looks after. A constant number of queries."""
    begin, end = midnight(row.day), midnight(row.day + timedelta(days=1))
    moneys = Money.objects.filter(source=row.source, paid_at__gte=begin, paid_at__lt=end)
    lines = StatementLine.objects.filter(source=row.source, day=row.day, amount__gt=0)
    payout = Finding.PAYOUT.value
    channel = Channel.VNPAY.label if row.source == vnpay.SOURCE else Channel.VIETQR.label
    parts = [(channel, moneys.exclude(finding=payout), lines.exclude(match__money__finding=payout))]
    if row.source.startswith(BANK):
        came = lines.filter(match__money__finding=payout)
        parts.append(("Trung gian thanh toán chuyển về", moneys.filter(finding=payout), came))
    statement = Statement.objects.filter(source=row.source, first_day=row.day, last_day=row.day)
    told = statement.exclude(opening=None).order_by("-taken_at").first()
    found = list(of_day(row))
    return closing_paper.DaySheet(
        agency=directory.names([unit.agency_id])[unit.agency_id],
        unit=unit.name,
        day=row.day,
        number=f"DS-{row.day:%Y%m%d}-{row.source.removeprefix(BANK)}",
        account=name_of(row.source),
        opening=told.opening or 0 if told else 0,
        closing=(told.closing or 0) if told else ledger.balance(ledger.clearing(row.source)),
        channels=tuple(
            closing_paper.ChannelTotal(
                name=name,
                count=stated.count(),
                ledger=_sum(ours),
                stated=_sum(stated),
            )
            for name, ours, stated in parts
        ),
        matched=row.matched,
        unmatched=row.stated_count - row.matched + row.missing,
        resolved=sum(one.closed_at is not None for one in found),
        open=tuple(
            closing_paper.Discrepancy(
                kind=Trouble(one.kind).label,
                at=one.money.paid_at if one.money else one.line.at if one.line else one.opened_at,
                reference=one.money.transaction if one.money else one.line.reference if one.line else "",
                amount=one.money.amount if one.money else one.line.amount if one.line else 0,
                why=one.why,
            )
            for one in found
            if one.closed_at is None
        ),
        accountant=row.closed_name,
    )


def _units(agencies: Iterable[UUID]) -> list[UUID]:
    """Every unit that these agencies ever had. A query an agency."""
    return [unit.id for agency in agencies for unit in directory.units_ever(agency)]


def _sum(rows: QuerySet[Money] | QuerySet[StatementLine]) -> int:
    return int(rows.aggregate(all=Sum("amount"))["all"] or 0)
