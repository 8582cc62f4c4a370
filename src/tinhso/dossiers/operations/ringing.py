"""What happens when a clock of a process rings, or all who were asked have answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.dossiers import opinion_words
from tinhso.dossiers.models import Dossier, HistoryEntry, Running, Timer
from tinhso.dossiers.notices import said
from tinhso.dossiers.operations import timers
from tinhso.dossiers.operations.turns import time_up, turn
from tinhso.dossiers.outcomes import TimerKind, TimerState
from tinhso.foundation import worktime
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.workflow import api as workflow

STEP_LATE = notify.declare(
    "dossiers.alarm_step_late",
    subject=gettext_noop("Hồ sơ %(code)s lâu ở bước “%(step)s”"),
    body=gettext_noop("Bước này lẽ ra xong trước %(due)s theo quy trình của thủ tục."),
    kind=notify.OVERDUE,
)


@transaction.atomic
def ring(timer_id: UUID, *, at: datetime) -> bool:
    """Do what a clock is for; False when it rang or was dropped before, stands, or is not due yet.

    One that stands is queued anew when the dossier goes on.
    """
    found = Timer.objects.filter(id=timer_id, state=timers.RUNS).values_list("dossier_id", flat=True).first()
    if found is None:
        return False
    dossier = Dossier.objects.select_for_update().get(id=found)
    timer = Timer.objects.select_for_update().filter(id=timer_id, state=timers.RUNS).first()
    if timer is None or dossier.stopped_since is not None:
        return False
    if at < timer.due_at:
        timers.queue([timer])
        return False
    timer.state, timer.ended_at = TimerState.RUNG.value, at
    timer.save(update_fields=["state", "ended_at"])
    _DOES[TimerKind(timer.kind)](dossier, timer, at)
    return True


def _wait(dossier: Dossier, timer: Timer, at: datetime) -> None:
    with turn("wait_over", dossier_id=dossier.id, by=SYSTEM, at=at) as taken:
        taken.note = _("“%(step)s”: đã đủ %(time)s.") % {"step": _name(timer), "time": _time(timer)}
        time_up(taken, step=timer.step)


def _go(dossier: Dossier, timer: Timer, at: datetime) -> None:
    with turn("time_over", dossier_id=dossier.id, by=SYSTEM, at=at) as taken:
        taken.public = False
        said_of = {"step": _name(timer), "time": _time(timer)}
        taken.note = _("“%(step)s” quá %(time)s chưa xong nên chuyển bước theo quy trình.") % said_of
        time_up(taken, step=timer.step, limit=timer.element)


def _tell(dossier: Dossier, timer: Timer, at: datetime) -> None:
    """Tell who has the step, and the holders of the clock's role in the agency that has the dossier."""
    stands = _step(timer)
    limit = next((one for one in stands.limits if one.element == timer.element), None) if stands else None
    units = [unit.id for unit in directory.units_of(timer.agency_id, today(at))]
    role = identity.Role(limit.role) if limit else identity.Role.LEADER
    officers = [
        *identity.holders(role=role, unit=units, at=at),
        *([dossier.holder] if dossier.holder else []),
    ]
    facts = {"code": dossier.code, "step": dossier.step_name, "due": said(timer.due_at)}
    link = f"/can-bo/ho-so/{dossier.code}/"
    opinion_words.tell(dict.fromkeys(officers), STEP_LATE, facts, dossier=dossier, link=link, at=at)
    HistoryEntry.objects.create(
        dossier_id=dossier.id,
        at=at,
        act="time_over",
        actor_name=SYSTEM.name,
        status=dossier.status,
        note=_("“%(step)s” quá %(time)s chưa xong: đã báo.")
        % {"step": dossier.step_name, "time": _time(timer)},
        public=False,
    )


_DOES: Mapping[TimerKind, Callable[[Dossier, Timer, datetime], None]] = {
    TimerKind.WAIT: _wait,
    TimerKind.GO: _go,
    TimerKind.TELL: _tell,
}


def answered(dossier_id: UUID, *, at: datetime) -> None:
    """All who were asked have answered: a process that waits for them goes on."""
    running = Running.objects.get(dossier_id=dossier_id)
    step = awaiting(running)
    if step is None:
        return
    with turn("wait_over", dossier_id=dossier_id, by=SYSTEM, at=at) as taken:
        taken.note = _("Các cơ quan được hỏi đã trả lời đủ.")
        time_up(taken, step=step.step)


def awaiting(running: Running) -> workflow.ReadyTask | None:
    """The wait for answers at which a process stands, if there is one."""
    if not workflow.process(running.process_version_id).timed:
        return None
    ready = workflow.ready(running.process_version_id, bytes(running.state))
    return next((one for one in ready if one.wait and one.wait.what is workflow.WaitsFor.ANSWERS), None)


def _step(timer: Timer) -> workflow.StepView | None:
    version = Running.objects.values_list("process_version_id", flat=True).get(dossier_id=timer.dossier_id)
    return workflow.step(version, timer.step)


def _name(timer: Timer) -> str:
    step = _step(timer)
    return step.name if step else timer.step


def _time(timer: Timer) -> str:
    return worktime.say_term(worktime.Term(timer.amount, worktime.Unit(timer.unit)))
