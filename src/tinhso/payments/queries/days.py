"""Reconciled days and differences as the desk lists them: keyset pages, a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation.ids import read
from tinhso.foundation.moments import midnight, today
from tinhso.payments import closing_paper
from tinhso.payments.channels import lists
from tinhso.payments.contracts import Finding, Trouble
from tinhso.payments.models import Deposit, Money, Problem, ReconciledDay, Statement, StatementLine

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
    rows = rows.select_related("money", "line", "deposit", "bill", "suggested").order_by("-opened_at", "-id")
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""


def waiting_by_kind(agencies: Iterable[UUID]) -> dict[str, int]:
    """How many differences of each kind wait. One query."""
    rows = Problem.objects.filter(unit_id__in=_units(agencies), closed_at=None)
    return dict(rows.order_by().values_list("kind").annotate(count=Count("id")))


def source_of(problem: Problem) -> str:
    """The source of what a difference is about; empty when it is about nothing of one."""
    if problem.deposit:
        return f"{BANK}{problem.deposit.account}"
    about = problem.money or problem.line
    return about.source if about else ""


def day_of(problem: Problem) -> ReconciledDay | None:
    """The reconciled day that a difference is of. One query."""
    about = problem.money.paid_at if problem.money else problem.line.at if problem.line else None
    if about is None and problem.deposit:
        about = problem.deposit.made_at
    rows = ReconciledDay.objects.filter(source=source_of(problem))
    return rows.filter(day=today(about)).first() if about else None


def counted(agencies: Iterable[UUID]) -> int:
    """How many differences wait. One query."""
    return Problem.objects.filter(unit_id__in=_units(agencies), closed_at=None).count()


def on_the_way(agencies: Iterable[UUID]) -> list[Deposit]:
    """Cash of tills that was sent to the bank and is not on its list yet, the oldest first. One query."""
    rows = Deposit.objects.filter(drawer__agency__in=list(agencies), money=None)
    rows = rows.exclude(problems__closed_at__isnull=False)
    return list(rows.select_related("drawer").order_by("made_at")[:PAGE])


def of_day(row: ReconciledDay) -> QuerySet[Problem]:
    """The differences about money of a day and source, rows of its list, cash sent there that day."""
    begin, end = midnight(row.day), midnight(row.day + timedelta(days=1))
    about = Q(money__source=row.source, money__paid_at__gte=begin, money__paid_at__lt=end)
    about |= Q(money=None, line__source=row.source, line__day=row.day)
    account = row.source.removeprefix(BANK)
    about |= Q(deposit__account=account, deposit__made_at__gte=begin, deposit__made_at__lt=end)
    rows = Problem.objects.filter(about).select_related("money", "line", "deposit", "bill", "suggested")
    return rows.order_by("opened_at", "id")


def name_of(source: str) -> str:
    """A source as people call it."""
    return source.removeprefix(BANK) if source.startswith(BANK) else lists.channel(source).label


def sheet(row: ReconciledDay, unit: directory.UnitView) -> closing_paper.DaySheet:
    """The facts of the closing of a day that some unit looks after. A constant number of queries."""
    begin, end = midnight(row.day), midnight(row.day + timedelta(days=1))
    moneys = Money.objects.filter(source=row.source, paid_at__gte=begin, paid_at__lt=end)
    lines = StatementLine.objects.filter(source=row.source, day=row.day, amount__gt=0)
    others = {Finding.PAYOUT: _("Trung gian thanh toán chuyển về"), Finding.DEPOSIT: _("Quầy thu nộp quỹ")}
    paid = lines.exclude(match__money__finding__in=others)
    parts = [(lists.channel(row.source).label, moneys.exclude(finding__in=others), paid)]
    if row.source.startswith(BANK):
        for kind, name in others.items():
            parts.append((name, moneys.filter(finding=kind), lines.filter(match__money__finding=kind)))
    statement = Statement.objects.filter(source=row.source, first_day=row.day, last_day=row.day)
    told = statement.exclude(opening=None).order_by("-taken_at").first()
    found = list(of_day(row))
    return closing_paper.DaySheet(
        agency=directory.names([unit.agency_id])[unit.agency_id],
        unit=unit.name,
        day=row.day,
        number=f"DS-{row.day:%Y%m%d}-{row.source.removeprefix(BANK)}",
        account=name_of(row.source),
        opening=told.opening if told else None,
        closing=told.closing if told else None,
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
        open=tuple(_discrepancy(one) for one in found if one.closed_at is None),
        accountant=row.closed_name,
        prepared=row.prepared_name,
    )


def _discrepancy(one: Problem) -> closing_paper.Discrepancy:
    at, name, amount = one.opened_at, "", 0
    if one.money:
        at, name, amount = one.money.paid_at, one.money.transaction, one.money.amount
    elif one.line:
        at, name, amount = one.line.at, one.line.reference, one.line.amount
    elif one.deposit:
        at, name, amount = one.deposit.made_at, one.deposit.slip, one.deposit.amount
    return closing_paper.Discrepancy(
        kind=Trouble(one.kind).label, at=at, reference=name, amount=amount, why=one.why
    )


def _units(agencies: Iterable[UUID]) -> list[UUID]:
    """Every unit that these agencies ever had. A query an agency."""
    return [unit.id for agency in agencies for unit in directory.units_ever(agency)]


def _sum(rows: QuerySet[Money] | QuerySet[StatementLine]) -> int:
    return int(rows.aggregate(all=Sum("amount"))["all"] or 0)
