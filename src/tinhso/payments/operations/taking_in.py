"""Taking a list in: a file that an accountant uploads, or what the source answered. Rows are kept once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.text import format_money
from tinhso.payments import caretakers, statements, subjects
from tinhso.payments.channels.lists import Answered
from tinhso.payments.contracts import Contradicted, Listed
from tinhso.payments.models import ReconciledDay, Statement, StatementLine

LIST = "list"
LONGEST = 500
MOST_DAYS = 62
KNOWN = "SELECT reference, amount FROM payments_statementline WHERE source = %s AND reference = ANY(%s)"
transactions.explain(
    "line_of_an_open_day",
    gettext_lazy("Danh sách này có dòng mới của một ngày đã khoá. Hãy báo kế toán trưởng trước khi nhận."),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a list changed: how many rows were new, and the days to reconcile."""

    source: str
    fresh: int
    days: tuple[date, ...]


def of_file(data: bytes, *, account: str, by: ActorRef, at: datetime) -> Taken:
    """Take a statement of an account in. The same file again changes nothing.

    Raises StatementFault, Invalid for another account's, NotAllowed, Contradicted, Conflict for a closed day.
    """
    found = statements.read(data)
    source = f"{caretakers.BANK}{account}"
    for one in found:
        if one.account and one.account != account:
            raise Invalid(
                _("Sao kê này của tài khoản %(said)s, không phải %(account)s. Hãy chọn đúng tài khoản.")
                % {"said": one.account, "account": account}
            )
        if (one.closed_on - one.opened_on).days > MOST_DAYS:
            raise Invalid(_("Sao kê dài hơn hai tháng. Hãy lấy sao kê từng tháng."))
        if today(at) < one.opened_on:
            raise Invalid(_("Sao kê này của ngày chưa tới. Hãy xem lại ngày trong tệp."))
    with transactions.act("payments.take_list", by=by, at=at, on=_whose(source, at=at)) as work:
        taken = [
            _take(
                source,
                _rows(one.lines),
                row=Statement(
                    format=one.format.value,
                    first_day=one.opened_on,
                    last_day=one.closed_on,
                    opening=one.opening,
                    closing=one.closing,
                    sha256=one.sha256,
                ),
                by=by,
                at=at,
            )
            for one in found
        ]
        days = tuple(sorted({day for one in taken for day in one.days}))
        work.record(source=source, sha256=found[0].sha256, fresh=sum(one.fresh for one in taken))
    return Taken(source, sum(one.fresh for one in taken), days)


def of_answer(source: str, day: date, answered: Answered, *, by: ActorRef, at: datetime) -> Taken:
    """Take in what a source answered for a day. Raises as `of_file`."""
    with transactions.act("payments.take_list", by=by, at=at, on=_whose(source, at=at)) as work:
        row = Statement(format=LIST, first_day=day, last_day=day, sha256=answered.sha256)
        taken = _take(source, answered.rows, row=row, by=by, at=at)
        work.record(source=source, sha256=answered.sha256, fresh=taken.fresh)
    return taken


def _whose(source: str, *, at: datetime) -> SubjectRef:
    unit = caretakers.unit_for(caretakers.agencies_of(source, at=at), at=at)
    return subjects.of_day(ReconciledDay(source=source, unit_id=unit))


def _rows(lines: Sequence[statements.Line]) -> list[Listed]:
    """Lines by the bank's reference; those without one, or sharing one, by what else makes them the same."""
    seen: Counter[str] = Counter()
    rows = []
    for line in lines:
        name = line.reference or _unnamed(line)
        seen[name] += 1
        rows.append(
            Listed(
                reference=name if seen[name] == 1 else f"{name}#{seen[name]}",
                amount=line.amount,
                at=line.booked_at,
                content=line.content,
                payer=line.counterparty,
                timed=line.timed,
            )
        )
    return rows


def _unnamed(line: statements.Line) -> str:
    said = f"{line.booked_at.isoformat()}\0{line.amount}\0{line.content}"
    return f"~{hashlib.sha256(said.encode()).hexdigest()[:24]}"


def _take(source: str, rows: Sequence[Listed], *, row: Statement, by: ActorRef, at: datetime) -> Taken:
    row.final = today(at) > row.last_day
    kept, _made = Statement.objects.get_or_create(
        source=source,
        first_day=row.first_day,
        sha256=row.sha256,
        final=row.final,
        defaults={
            "format": row.format,
            "last_day": row.last_day,
            "opening": row.opening,
            "closing": row.closing,
            "taken_at": at,
            "taken_by": by.name or _("Hệ thống"),
        },
    )
    known = _known(source, rows)
    fresh = [one for one in rows if one.reference not in known and one.amount]
    StatementLine.objects.bulk_create(
        [
            StatementLine(
                statement=kept,
                source=source,
                reference=one.reference,
                amount=one.amount,
                at=one.at,
                timed=one.timed,
                day=today(one.at),
                content=one.content[:LONGEST],
                payer=one.payer[:LONGEST],
                order=one.order[:LONGEST],
                account=one.account[:LONGEST],
            )
            for one in fresh
        ],
        batch_size=5000,
    )
    span = (row.last_day - row.first_day).days + 1
    days = {row.first_day + timedelta(days=n) for n in range(span)} | {today(one.at) for one in rows}
    return Taken(source, len(fresh), tuple(sorted(day for day in days if day <= today(at))))


def _known(source: str, rows: Sequence[Listed]) -> frozenset[str]:
    """The rows kept before. Raises Contradicted when one says another sum now."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [source, [one.reference for one in rows]])
        known: dict[str, int] = dict(cursor.fetchall())
    for one in rows:
        if known.get(one.reference, one.amount) != one.amount:
            raise Contradicted(
                _(
                    "Giao dịch %(reference)s trước đây ghi %(before)s, nay ghi %(now)s."
                    " Chưa nhận danh sách này: hãy hỏi lại ngân hàng."
                )
                % {
                    "reference": one.reference,
                    "before": format_money(known[one.reference]),
                    "now": format_money(one.amount),
                }
            )
    return frozenset(known)
