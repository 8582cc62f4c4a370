"""Closing the figures of a period and opening them again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers import api as dossiers
from tinhso.foundation import jobs, transactions
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.supervision.contracts import Closed, Form, Period, Scope, TooEarly
from tinhso.supervision.models import ClosedLine, Closing
from tinhso.supervision.queries import reports
from tinhso.supervision.queries.reach import reach

LONGEST = 500
SEAL = "supervision.seal"
transactions.explain(
    "closing_stands_once", gettext_lazy("Kỳ này vừa có người chốt số liệu. Hãy tải lại trang.")
)


def close(*, form: Form, agency: UUID, period: Period, by: ActorRef, at: datetime) -> UUID:
    """Keep the figures of a period as they are now; the PDF is made after commit. Returns its id.

    Raises TooEarly while the period runs, Closed when it is closed, NotAllowed.
    """
    if by.id is None:
        raise NotAllowed(_("Chỉ cán bộ chốt được số liệu."))
    within = reach(by, at)
    if form.scope is Scope.ROLL_UP and agency not in within.own:
        raise NotAllowed(_("Chỉ cơ quan tổng hợp chốt được số liệu của biểu này."))
    days = reports.days_of(period)
    if days[1] > today(at):
        raise TooEarly(_("Kỳ báo cáo chưa hết nên chưa chốt được số liệu."))
    row = Closing(
        id=new_id(),
        form=form.word,
        agency_id=agency,
        kind=period.kind.value,
        period=period.word,
        since=days[0],
        until=days[1],
        closed_at=at,
        closed_by=by.id,
        closed_by_name=by.name,
    )
    with transactions.act(
        "supervision.close_report", by=by, at=at, on=reports.subject(row.agency_id, at=at, closing_id=row.id)
    ) as work:
        roll_up = form.scope is Scope.ROLL_UP
        among = dossiers.Among(
            agencies=tuple(within.agencies) if roll_up else (agency,),
            everywhere=roll_up and within.everywhere,
        )
        report = reports.filled(form, agency=agency, among=among, period=period, reach=within, at=at)
        if report.closing:
            raise Closed(_("Kỳ này đã chốt số liệu. Hãy tải lại trang."))
        row.lines = len(report.lines)
        row.save(force_insert=True)
        ClosedLine.objects.bulk_create(
            ClosedLine(
                closing=row,
                place=place,
                group=line.group,
                key=line.key,
                label=line.label,
                closed=line.closed,
                **asdict(line.balance),
            )
            for place, line in enumerate(report.lines)
        )
        work.defer(jobs.jobs.get(SEAL), closing_id=str(row.id))
        work.record(form=form.word, period=period.word, lines=row.lines)
    return row.id


def reopen(*, closing_id: UUID, ground: str, by: ActorRef, at: datetime) -> None:
    """Open a closed period again; its figures stay as what was once closed.

    Raises Invalid without a ground, Closed when it does not stand any more, NotAllowed, NotFound.
    """
    ground = ground.strip()[:LONGEST]
    if not ground:
        empty = _("Hãy ghi vì sao mở lại, ví dụ số và ngày của văn bản yêu cầu sửa số liệu.")
        raise Invalid(empty, faults={"can-cu": empty})
    reports.closing(closing_id)
    row = Closing.objects.get(id=closing_id)
    with transactions.act(
        "supervision.reopen_report", by=by, at=at, on=reports.subject(row.agency_id, at=at, closing_id=row.id)
    ) as work:
        changed = Closing.objects.filter(id=closing_id, reopened_at=None).update(
            reopened_at=at, reopened_by_name=by.name, ground=ground
        )
        if not changed:
            raise Closed(_("Lần chốt này đã được mở lại. Hãy tải lại trang."))
        work.record(form=row.form, period=row.period, ground=ground)
