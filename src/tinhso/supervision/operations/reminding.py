"""Reminding agencies that have not closed the figures of a period that is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import transactions
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.supervision import notices
from tinhso.supervision.contracts import Form, Period, PeriodKind, Scope, TooEarly, period_of
from tinhso.supervision.models import Reminder
from tinhso.supervision.queries import reports


def remind(
    *, form: Form, period: Period, agencies: Collection[UUID], by: ActorRef, at: datetime
) -> tuple[UUID, ...]:
    """Tell the heads of those of the agencies that have not closed a form for a period; which these were.

    An agency is told once a day, whoever asks. Raises TooEarly while the period runs, NotAllowed.
    """
    if reports.days_of(period)[1] > today(at):
        raise TooEarly(_("Kỳ báo cáo chưa hết nên chưa cần nhắc."))
    with transactions.act("supervision.remind", by=by, at=at) as work:
        closed = reports.standing(agencies, form=form.word, period=period)
        told = reports.reminded(agencies, form=form.word, period=period, day=today(at))
        missing = [id_ for id_ in agencies if id_ not in closed and id_ not in told]
        Reminder.objects.bulk_create(
            Reminder(agency_id=id_, form=form.word, period=period.word, day=today(at), by_name=by.name)
            for id_ in missing
        )
        notices.remind(missing, form, period, due=reports.due_on(form, period), by=by, at=at)
        work.record(form=form.word, period=period.word, agencies=[str(id_) for id_ in missing])
    return tuple(missing)


def remind_all(*, at: datetime) -> None:
    """Remind every agency of the reports that are due today."""
    day = today(at)
    kind = directory.UnitKind.ONE_STOP
    owing = tuple({unit.agency_id for unit in directory.units_of_kind(kind, day)})
    for length in PeriodKind:
        now = period_of(length, day)
        for period in (now, now.before):
            for form in reports.forms(period).values():
                if form.scope is Scope.AGENCY and reports.due_on(form, period) == day:
                    remind(form=form, period=period, agencies=owing, by=SYSTEM, at=at)
