"""What a person must decide about money: written down, given to an accountant, told, and laid to rest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.payments import caretakers, subjects
from tinhso.payments.contracts import Trouble
from tinhso.payments.models import Bill, Money, Problem, StatementLine
from tinhso.tasks import api as tasks

DECIDE = "payments.decide"
HOME = "/can-bo/doi-soat/"
MOST = 200
RAISED = notify.declare(
    "payments.trouble",
    subject=gettext_noop("Sai lệch tiền nộp cần xử lý: %(kind)s"),
    body=gettext_noop("%(reason)s Bấm vào liên kết để xem việc cần làm."),
    kind=notify.OVERDUE,
)


def raise_about(
    kind: Trouble,
    why: str,
    *,
    money: Money,
    bill: Bill | None = None,
    line: StatementLine | None = None,
    at: datetime,
) -> None:
    """Write a difference down and give it to an accountant, within the caller's act; once of a kind."""
    agencies = [bill.agency_id] if bill else caretakers.agencies_of(money.source, at=at)
    problem, made = Problem.objects.get_or_create(
        money=money,
        kind=kind.value,
        defaults={
            "agency_id": agencies[0] if agencies else None,
            "unit_id": caretakers.unit_for(agencies, at=at),
            "bill": bill,
            "line": line,
            "why": why,
            "opened_at": at,
        },
    )
    if made and problem.unit_id:
        _give(problem, problem.unit_id, at=at)


def raise_about_line(kind: Trouble, why: str, *, line: StatementLine, at: datetime) -> None:
    """The same about a row of a list that is no money of ours."""
    agencies = caretakers.agencies_of(line.source, at=at)
    problem, made = Problem.objects.get_or_create(
        line=line,
        kind=kind.value,
        money=None,
        defaults={
            "agency_id": agencies[0] if agencies else None,
            "unit_id": caretakers.unit_for(agencies, at=at),
            "why": why,
            "opened_at": at,
        },
    )
    if made and problem.unit_id:
        _give(problem, problem.unit_id, at=at)


def give_waiting(*, at: datetime) -> int:
    """Give what nobody has, because there was no accountant, to whoever there is now; how many."""
    waiting = list(Problem.objects.filter(unit=None, closed_at=None).order_by("opened_at")[:MOST])
    for problem in waiting:
        problem.unit_id = caretakers.unit_for([problem.agency_id] if problem.agency_id else [], at=at)
        if problem.unit_id is None:
            return 0
        problem.save(update_fields=["unit_id"])
        _give(problem, problem.unit_id, at=at)
    return len(waiting)


def _give(problem: Problem, unit: UUID, *, at: datetime) -> None:
    role = identity.Role.ACCOUNTANT
    tasks.give(
        subject=subjects.PROBLEM,
        subject_id=problem.id,
        act=DECIDE,
        title=problem.why,
        role=role.value,
        unit_id=unit,
        holder=None,
        due_at=None,
        by=SYSTEM,
        at=at,
    )
    there = identity.holders(role=role, unit=unit, at=at)
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(name=name, kind="officer", id=officer),
                template=RAISED,
                facts={"kind": Trouble(problem.kind).label, "reason": problem.why},
                about=subjects.of_problem(problem),
                link=f"{HOME}sai-lech/{problem.id}/",
            )
            for officer, name in identity.names(there).items()
        ],
        at=at,
    )


def lay(problem: Problem, how: str, *, by: ActorRef, at: datetime) -> None:
    """It is decided: write down how, and end its work."""
    problem.how, problem.closed_at = how, max(at, problem.opened_at)
    problem.closed_by = by.name or _("Hệ thống")
    problem.save(update_fields=["how", "closed_at", "closed_by"])
    tasks.close(subject=subjects.PROBLEM, subject_id=problem.id, by=by, at=at)


def lay_missing(moneys: list[UUID], *, at: datetime) -> None:
    """Money that was missing on its list has come up there. Two queries a difference."""
    for problem in Problem.objects.filter(money__in=moneys, kind=Trouble.MISSING.value, closed_at=None):
        lay(problem, _("Đã có trên sao kê lấy sau."), by=SYSTEM, at=at)
