"""A running dossier taken over to the version of its procedure in force now (chuyển sang phiên bản mới).

What the person wrote is never lost: answers the new form does not ask for are kept aside. A promise once
given stays as it was, also when the clock stands and runs again later, unless the new term is applied on
purpose and on a legal ground. docs/decisions/rebasing.md tells why.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.dossiers import marks, notices
from tinhso.dossiers.models import Content, Dossier, Rebased, Running
from tinhso.dossiers.operations import clock, timers
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.rebasing import ACT, Plan, plan_of
from tinhso.dossiers.turning import Turn, subject_of
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow

NAMED = 12


def rebase(
    *,
    dossier_id: UUID,
    reason: str,
    new_term: bool = False,
    ground: str = "",
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Go on under the version in force now, at the same step, with the same person.

    With `new_term` the promise is counted anew by that version's term, on the legal `ground`.

    Raises Invalid without a reason, or a ground for the new term; CannotMove when a step that was done, or
    the one under way, is different there; WrongTurn when the dossier is under that version already, its
    result is signed, or the versions differ in what no running dossier can go through; UnknownProcedure when
    the procedure has no version in force.
    """
    ask_sound(reason=reason, new_term=new_term, ground=ground)
    with turn(ACT, dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        dossier = taken.dossier
        running = Running.objects.select_for_update().get(dossier_id=dossier_id)
        content = Content.objects.select_for_update().get(dossier_id=dossier_id)
        plan = plan_of(dossier, running=running, content=content, at=at)
        term, before = _term_kept(dossier, plan, new_term=new_term), dossier.due_at
        dossier.procedure_version_id = plan.way.after.id
        if running.process_version_id != plan.process:
            timers.agree(dossier, plan.process, workflow.ready(plan.process, plan.state), at=at)
        _write(plan, running=running, content=content)
        Rebased.objects.create(
            dossier_id=dossier_id,
            before_id=plan.way.before.id,
            after_id=plan.way.after.id,
            at=at,
            by_name=by.name,
            reason=reason.strip(),
            term_amount=term.amount if term else None,
            term_unit=term.unit.value if term else "",
        )
        (marks.put if term else marks.take)(dossier, marks.TERM_KEPT)
        (marks.put if plan.missing or plan.lacking else marks.take)(dossier, marks.LACKING)
        if plan.way.differences:
            marks.put(dossier, marks.REBASED)
        if new_term and dossier.accepted_at is not None:
            clock.promise(taken, cause=ACT)
        _tell(taken, plan, reason=reason.strip(), ground=ground.strip(), before=before)
        taken.work.record(
            version_before=str(plan.way.before.id),
            version_after=str(plan.way.after.id),
            process=str(plan.process),
            aside=len(plan.aside),
            missing=len(plan.missing),
            new_term=new_term,
        )


def ask_sound(*, reason: str, new_term: bool, ground: str) -> None:
    """Return when the reasons that going over asks for are given. Raises Invalid."""
    faults = {}
    if not reason.strip():
        faults["reason"] = _("Hãy ghi căn cứ hoặc lý do chuyển.")
    if new_term and not ground.strip():
        faults["ground"] = _("Hãy ghi căn cứ pháp lý để tính lại ngày hẹn theo thời hạn mới.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults=faults)


def _term_kept(dossier: Dossier, plan: Plan, *, new_term: bool) -> procedures.Term | None:
    """The term that goes on to count, when it is another than the new version's."""
    promised = dossier.accepted_at is not None
    now = clock.term_of(dossier)
    return now if promised and not new_term and now != plan.way.after.term else None


def _write(plan: Plan, *, running: Running, content: Content) -> None:
    """The process and the answers, where they are other than they were."""
    if running.process_version_id != plan.process:
        running.process_version_id, running.state = plan.process, plan.state
        running.save(update_fields=["process_version", "state"])
    if (content.answers, content.aside or {}) != (plan.answers, plan.aside):
        content.answers, content.aside = dict(plan.answers), dict(plan.aside) or None
        content.save(update_fields=["answers", "aside"])


def _tell(taken: Turn, plan: Plan, *, reason: str, ground: str, before: datetime | None) -> None:
    """The line of the history; who filed reads it, and hears of it, when it is theirs to know."""
    theirs = plan.way.for_the_person
    moved = taken.dossier.due_at != before
    taken.public = bool(theirs) or moved
    if not taken.public:
        taken.note = reason
        return
    lines = [f"{reason.rstrip('.')}."]
    told = [procedures.in_words(each) for each in theirs[:NAMED]]
    if (more := len(theirs) - NAMED) > 0:
        told.append(ngettext("và %(n)d thay đổi khác", "và %(n)d thay đổi khác", more) % {"n": more})
    if told:
        lines.append(_("Phần đổi: %(changes)s.") % {"changes": "; ".join(told)})
    if plan.lacking:
        lines.append(_("Giấy tờ nay phải có: %(papers)s.") % {"papers": ", ".join(plan.lacking)})
    if plan.aside:
        lines.append(_("Câu trả lời không còn hỏi vẫn được giữ trong hồ sơ."))
    if moved:
        lines.append(
            _("Ngày hẹn đổi từ %(before)s thành %(after)s. Căn cứ: %(ground)s")
            % {
                "before": notices.in_words(before),
                "after": notices.in_words(taken.dossier.due_at),
                "ground": ground,
            }
        )
    elif taken.dossier.accepted_at is not None:
        lines.append(_("Ngày hẹn trả kết quả không đổi."))
    taken.note = "\n".join(lines)
    if plan.lacking or plan.missing or moved:
        notices.rebased(taken)


def look_at_changes(*, dossier_id: UUID, by: ActorRef, at: datetime) -> None:
    """Say that what changed was looked at: the marks on the dossier's page go. Raises NotFound."""
    found = Dossier.objects.filter(id=dossier_id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy hồ sơ này."))
    with transactions.act("dossiers.look_at_changes", by=by, at=at, on=subject_of(found)) as work:
        dossier = Dossier.objects.select_for_update().get(id=dossier_id)
        marks.take(dossier, marks.REBASED)
        dossier.save(update_fields=["flags"])
        last = Rebased.objects.filter(dossier_id=dossier_id, looked_at=None)
        last.update(looked_at=at, looked_by_name=by.name)
        work.record(code=dossier.code)
