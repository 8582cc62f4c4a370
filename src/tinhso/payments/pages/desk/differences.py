"""Differences: their list by kind, and one of them with what it may be and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access
from tinhso.foundation.errors import Unable
from tinhso.foundation.ids import read
from tinhso.foundation.text import format_money, typed_money
from tinhso.payments import ledger
from tinhso.payments.contracts import BillState, Trouble
from tinhso.payments.models import Problem
from tinhso.payments.operations import deciding, holding
from tinhso.payments.pages.desk import advising
from tinhso.payments.pages.desk.refunding import tag
from tinhso.payments.pages.desk.visiting import HOME, agencies, look, own_problem, visit
from tinhso.payments.queries import days

PLACE = f"{HOME}sai-lech/"
STATES = {
    BillState.OPEN: gettext_lazy("chưa nộp đủ"),
    BillState.SETTLED: gettext_lazy("đã nộp đủ"),
    BillState.CANCELLED: gettext_lazy("đã huỷ"),
}
ACTS: dict[str, Callable[..., None]] = {
    "gan": lambda id, post, **who: deciding.assign(id, reference=post.get("chu", ""), **who),
    "hoan": lambda id, post, **who: deciding.ask_refund(id, reason=post.get("chu", ""), **who),
    "chap-nhan": lambda id, post, **who: deciding.accept(id, reason=post.get("chu", ""), **who),
    "nhac": lambda id, _post, **who: deciding.remind(id, **who),
    "nop-quy": lambda id, post, **who: deciding.as_deposit(
        id, slip=post.get("giay-nop", ""), reason=post.get("chu", ""), **who
    ),
    "quet-the": lambda id, post, **who: deciding.as_cards(
        id,
        agency=read(post.get("co-quan", "")) or id,
        gross=typed_money(post["tong"]) if post.get("tong", "").strip() else None,
        reason=post.get("chu", ""),
        **who,
    ),
}


@never_cache
@access.officer("payments.decide")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Differences that wait, or that were decided, of one kind or all."""
    kind, closed = request.GET.get("loai", ""), "xong" in request.GET
    mine, (_actor, at) = agencies(request), visit(request)
    found, following = days.problems(mine, kind=kind, closed=closed, after=request.GET.get("truoc", ""))
    look(request, query=f"sai-lech {kind}", count=len(found))
    kept = f"loai={kind if kind in set(Trouble) else ''}" + ("&xong=1" if closed else "")
    counts = days.waiting_by_kind(mine)
    facts = {
        "title": _("Sai lệch đã xử lý") if closed else _("Sai lệch cần xử lý"),
        "rows": [_row(one) | {"late": bool(one.due_at and one.due_at < at)} for one in found],
        "kinds": [
            {"value": one.value, "label": one.label, "chosen": one.value == kind, "count": counts.get(one, 0)}
            for one in Trouble
            if closed or counts.get(one) or one.value == kind
        ],
        "all": not kind,
        "closed": closed,
        "next": f"{PLACE}?{kept}&truoc={following}" if following else "",
    }
    return render(request, "payments/desk/differences.html", facts)


def _row(problem: Problem) -> dict[str, Any]:
    bill = problem.bill or problem.suggested
    return {
        "problem": problem,
        "kind": Trouble(problem.kind).label,
        "amount": format_money(_amount(problem)),
        "code": bill.about_code if bill else "",
    }


def _amount(problem: Problem) -> int:
    if problem.money:
        return problem.money.amount
    if problem.deposit:
        return problem.deposit.amount
    return abs(problem.line.amount) if problem.line else 0


@never_cache
@access.officer("payments.decide")
@require_safe
def one(request: HttpRequest, problem_id: UUID) -> HttpResponse:
    """One difference."""
    return _one(request, own_problem(request, problem_id))


def _one(
    request: HttpRequest, problem: Problem, *, fault: str = "", of: str = "", status: int = 200
) -> HttpResponse:
    look(request, query=str(problem.id), count=1)
    _actor, at = visit(request)
    bill = problem.bill
    waiting = holding.held(problem.money_id) if problem.kind in advising.HELD else 0
    left = ledger.owed(bill.id) if bill else 0
    is_open = problem.closed_at is None
    source = days.source_of(problem)
    facts = {
        **_row(problem),
        "title": f"{Trouble(problem.kind).label}: {format_money(_amount(problem))}",
        "back": [(back, tag(back, back.payouts.last())) for back in problem.refunds.order_by("asked_at")],
        "money": problem.money,
        "line": problem.line,
        "deposit": problem.deposit,
        "source": days.name_of(source),
        "day": days.day_of(problem),
        "waiting": format_money(waiting) if waiting else "",
        "advice": advising.advice(problem, left=left, waiting=waiting) if is_open else "",
        "bill": bill,
        "bill_state": STATES[BillState(bill.state)] if bill else "",
        "bill_total": format_money(bill.total) if bill else "",
        "bill_left": format_money(left) if left else "",
        "suggested": advising.suggested(problem) if waiting and is_open else [],
        "slips": advising.slips(problem) if waiting and is_open else [],
        "cards": advising.cards(problem, at=at) if waiting and is_open else [],
        "proposed": problem.proposed if waiting and is_open else None,
        "may_remind": is_open and problem.kind == Trouble.PARTIAL and left,
        "late": bool(is_open and problem.due_at and problem.due_at < at),
        "fault": fault,
        "of": of,
        "typed": request.POST.get("chu", ""),
        "links": [(of, fault)] if of else [],
        "errors": bool(fault),
        "open": is_open,
    }
    return render(request, "payments/desk/difference.html", facts, status=status)


@never_cache
@access.officer("payments.decide")
@require_POST
def decide(request: HttpRequest, problem_id: UUID, act: str) -> HttpResponse:
    """Do one of the acts; `chu` is the bill's code or the reason."""
    problem, (actor, at) = own_problem(request, problem_id), visit(request)
    words: QueryDict = request.POST
    try:
        ACTS[act](problem.id, words, by=actor, at=at)
    except Unable as refusal:
        return _one(
            request, own_problem(request, problem_id), fault=refusal.message, of=act, status=refusal.status
        )
    return HttpResponseRedirect(f"{PLACE}{problem.id}/")
