"""What a dossier waits for, and which clocks of its process run, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.dossiers import marks
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import OPEN
from tinhso.dossiers.models import Dossier, Running, Timer
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.outcomes import TimerKind, TimerState
from tinhso.identity import api as identity
from tinhso.workflow import api as workflow


def told(dossier: Dossier) -> tuple[str, ...]:
    """A sentence for each wait and each clock that runs, waits first. Nothing is read without them."""
    if Status(dossier.status) not in OPEN:
        return ()
    version = (
        Running.objects.filter(dossier_id=dossier.id).values_list("process_version_id", flat=True).first()
    )
    if version is None or not workflow.process(version).timed:
        return ()
    steps = {step.step: step for step in workflow.process(version).steps}
    found = [_answers(step) for step in steps.values() if step.step == dossier.step and _for_answers(step)]
    runs = (
        Timer.objects.filter(dossier_id=dossier.id, state=TimerState.RUNS)
        if marks.TIMED in dossier.flags
        else ()
    )
    for timer in sorted(runs, key=lambda one: (one.kind != TimerKind.WAIT, one.due_at)):
        step = steps.get(timer.step)
        if step is not None:
            found.append(_said(timer, step, stands=dossier.stopped_since is not None))
    return tuple(found)


def _for_answers(step: workflow.StepView) -> bool:
    return step.wait is not None and step.wait.what is workflow.WaitsFor.ANSWERS


def _answers(step: workflow.StepView) -> str:
    return _("Đang chờ: %(step)s. Đủ trả lời thì hồ sơ tự chuyển bước.") % {"step": step.name}


def _said(timer: Timer, step: workflow.StepView, *, stands: bool) -> str:
    facts = {"step": step.name, "when": in_words(timer.due_at)}
    if timer.kind == TimerKind.WAIT:
        if stands:
            return (
                _("Đang chờ: %(step)s. Đồng hồ dừng cùng hồ sơ, chạy tiếp khi hồ sơ được giải quyết tiếp.")
                % facts
            )
        return _("Đang chờ: %(step)s, đến %(when)s. Hết giờ thì hồ sơ tự chuyển bước.") % facts
    if stands:
        return _("Thời gian của bước “%(step)s” dừng cùng hồ sơ.") % facts
    if timer.kind == TimerKind.GO:
        return _("Bước “%(step)s” chưa xong trước %(when)s thì hồ sơ tự chuyển bước khác.") % facts
    role = next((limit.role for limit in step.limits if limit.element == timer.element), identity.Role.LEADER)
    who = identity.Role(role).label
    return _("Bước “%(step)s” chưa xong trước %(when)s thì báo %(who)s.") % {**facts, "who": who.lower()}
