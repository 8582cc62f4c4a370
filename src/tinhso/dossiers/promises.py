"""How a dossier's promise stands now, in words, and when each step of its process is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import MEANINGS, Clock
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import clock
from tinhso.foundation import worktime
from tinhso.foundation.moments import local
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow

MINUTES = 60


@dataclass(frozen=True, slots=True)
class Explained:
    """`standing` says how much is left, `words` how the date came about; `steps` when each step is due."""

    standing: str
    summary: str
    words: tuple[str, ...]
    steps: dict[str, datetime]


def explained(dossier: Dossier, *, at: datetime, steps: Sequence[workflow.StepView] = ()) -> Explained | None:
    """The promise as it stands at that moment; None before acceptance, after the end, and without a term.

    An open pause counts up to now. Steps get their share of the term, as drawn in the process or published
    with the procedure, and waits their time.
    """
    waits = MEANINGS[Status(dossier.status)].clock in (Clock.RUNS, Clock.STANDS)
    version = procedures.version(dossier.procedure_version_id)
    if dossier.accepted_at is None or not waits or clock.term_of(dossier) is None:
        return None
    promised = clock.promised(dossier, at=at)
    return Explained(
        standing=_said(promised, at=at),
        summary=worktime.summary(promised),
        words=tuple(worktime.explain(promised)),
        steps=_steps(promised, version, steps),
    )


def _said(promised: worktime.Promise, *, at: datetime) -> str:
    found = worktime.standing(promised, at)
    span = worktime.say_measure(found.number, found.unit)
    if found.unit is worktime.Measure.WORKING_DAY:
        span = worktime.say_term(worktime.Term(found.number, worktime.Unit.WORKING_DAY))
    if found.kind is worktime.Standing.LATE:
        return _("Đã quá hạn %(span)s.") % {"span": span}
    if found.kind is worktime.Standing.TODAY:
        return _("Đến hạn hôm nay lúc %(clock)s.") % {"clock": f"{local(found.due_at):%H:%M}"}
    if found.kind is worktime.Standing.LEFT:
        return _("Còn %(span)s.") % {"span": span}
    then = in_words(worktime.as_if_answered(promised, at).due_at)
    if found.kind is worktime.Standing.PAUSED_LATE:
        return _("Đã quá hạn từ trước khi dừng; đã dừng %(span)s, thời gian dừng không tính thêm.") % {
            "span": span
        }
    if not found.number:
        return _("Đang dừng. Nếu tiếp tục ngay bây giờ thì hẹn %(then)s.") % {"then": then}
    return _("Đang dừng, đã %(span)s. Nếu tiếp tục ngay bây giờ thì hẹn %(then)s.") % {
        "span": span,
        "then": then,
    }


def _steps(
    promised: worktime.Promise, version: procedures.VersionView, steps: Sequence[workflow.StepView]
) -> dict[str, datetime]:
    """When each step is due, by its id; none for a term that is not counted in working time."""
    published = {one.step: one.term for one in version.step_allotments}
    allotments = [
        worktime.Allotment(step=step.step, term=term)
        for step in steps
        if (term := _waits(step) or published.get(step.step) or _share(promised, step.share)) is not None
    ]
    return {phase.step: phase.due_at for phase in worktime.phases(promised, allotments)}


def _waits(step: workflow.StepView) -> worktime.Term | None:
    """The time that a wait takes; None for work, and for a wait that no time ends."""
    wait = step.wait
    return worktime.Term(wait.amount, worktime.Unit(wait.unit)) if wait and wait.amount else None


def _share(promised: worktime.Promise, percent: int) -> worktime.Term | None:
    """A share of the whole term, in whole working hours, at least one."""
    term = promised.term
    if not percent or term.unit not in (worktime.Unit.WORKING_DAY, worktime.Unit.HOUR) or not term.amount:
        return None
    whole = term.amount * MINUTES
    if term.unit is worktime.Unit.WORKING_DAY:
        whole = term.amount * promised.calendar.day_minutes
    return worktime.Term(max(whole * percent // (100 * MINUTES), 1), worktime.Unit.HOUR)
