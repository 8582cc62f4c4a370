"""What a person must decide about money: written down, given to an accountant, told, and laid to rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.foundation import legal, worktime
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.payments import caretakers, subjects
from tinhso.payments.contracts import Trouble
from tinhso.payments.models import Bill, Deposit, Money, Problem, StatementLine
from tinhso.tasks import api as tasks

DECIDE = "payments.decide"
DAYS = "payment_trouble_days"
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
    money: Money | None = None,
    bill: Bill | None = None,
    line: StatementLine | None = None,
    deposit: Deposit | None = None,
    at: datetime,
) -> None:
    """Write a difference down and give it to an accountant with a day it is due, within the caller's act.

    Once of a kind, of what it is about: money, else the row of a list or the cash of a till.
    """
    agencies = _agencies(bill, money or line, deposit, at=at)
    unit = caretakers.unit_for(agencies, at=at)
    about: dict[str, Any] = {"money": money} if money else {"money": None, "line": line, "deposit": deposit}
    problem, made = Problem.objects.get_or_create(
        **about,
        kind=kind.value,
        defaults={
            "agency_id": agencies[0] if agencies else None,
            "unit_id": unit,
            "bill": bill,
            "line": line,
            "why": why,
            "opened_at": at,
            "due_at": due(unit, at=at) if unit else None,
        },
    )
    if made and problem.unit_id:
        _give(problem, problem.unit_id, at=at)


def due(unit: UUID, *, at: datetime) -> datetime:
    """When a difference found at a moment is to be decided, in the working days of the unit's agency."""
    calendar = directory.working_calendar(directory.unit(unit).agency_id, today(at))
    term = worktime.Term(legal.integer(DAYS, on=today(at)), worktime.Unit.WORKING_DAY)
    return worktime.promise(start=at, term=term, calendar=calendar).due_at


def _agencies(
    bill: Bill | None, told: Money | StatementLine | None, deposit: Deposit | None, *, at: datetime
) -> list[UUID]:
    if bill is not None:
        return [bill.agency_id]
    if deposit is not None:
        return [deposit.drawer.agency_id]
    return caretakers.agencies_of(told.source, at=at) if told else []


def give_waiting(*, at: datetime) -> int:
    """Give what nobody has, because there was no accountant, to whoever there is now; how many."""
    waiting = list(Problem.objects.filter(unit=None, closed_at=None).order_by("opened_at")[:MOST])
    for problem in waiting:
        problem.unit_id = caretakers.unit_for([problem.agency_id] if problem.agency_id else [], at=at)
        if problem.unit_id is None:
            return 0
        problem.due_at = due(problem.unit_id, at=at)
        problem.save(update_fields=["unit_id", "due_at"])
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
        due_at=problem.due_at,
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


def lay_all(problems: Iterable[UUID], how: str, *, at: datetime) -> None:
    """What happened since decided these. Two queries a difference."""
    asked = list(problems)
    for problem in Problem.objects.filter(id__in=asked, closed_at=None) if asked else ():
        lay(problem, how, by=SYSTEM, at=at)


def lay_missing(moneys: list[UUID], *, at: datetime) -> None:
    """Money that was missing on its list has come up there. Two queries a difference."""
    missed = Problem.objects.filter(money__in=moneys, kind=Trouble.MISSING.value, closed_at=None)
    lay_all(missed.values_list("id", flat=True), _("Đã có trên sao kê lấy sau."), at=at)
