"""The demo of supervision: last month closed by the first office, a digest chosen by its supervisor."""

from __future__ import annotations

from datetime import datetime

from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.supervision import jobs
from tinhso.supervision.contracts import Cut, PeriodKind, period_of
from tinhso.supervision.operations import closing, digesting
from tinhso.supervision.queries import digests, reports
from tinhso.supervision.queries.reach import reach

HEAD = "rachgia.giamsat"
FORM = "don-vi"
HOUR = 7


def load(*, at: datetime) -> None:
    """Choose a digest for the first office's supervisor. Safe to repeat."""
    head = _head(at)
    if head is not None and head.id is not None and digests.chosen(head.id) is None:
        digesting.choose(hour=HOUR, contents=[Cut.LATE, Cut.TODAY, Cut.AGENCY_LATE], by=head, at=at)


def finish(*, at: datetime) -> None:
    """Close the last month once its weeks of work are there, and seal it as the worker would."""
    head = _head(at)
    if head is not None:
        _close(head, at=at)
    for closing_id in reports.unsealed():
        try:
            jobs.seal(closing_id=str(closing_id))
        except Unable:
            return


def _head(at: datetime) -> ActorRef | None:
    view = identity.by_login(HEAD, at)
    return ActorRef(ActorKind.OFFICER, view.id, view.full_name) if view else None


def _close(head: ActorRef, *, at: datetime) -> None:
    period = period_of(PeriodKind.MONTH, today(at))
    if reports.days_of(period)[1] > today(at):
        period = period.before
    agency = reach(head, at).own[0]
    if agency not in reports.standing([agency], form=FORM, period=period):
        closing.close(form=reports.form_of(FORM, period), agency=agency, period=period, by=head, at=at)
