"""Differences: their list by kind, and one of them with what it may be and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access
from tinhso.foundation.errors import Unable
from tinhso.foundation.text import format_money
from tinhso.payments.contracts import Trouble
from tinhso.payments.models import Bill, Problem
from tinhso.payments.operations import deciding, holding
from tinhso.payments.operations.suggesting import suggestions
from tinhso.payments.pages.desk.refunding import tag
from tinhso.payments.pages.desk.visiting import HOME, agencies, look, own_problem, visit
from tinhso.payments.queries import days

PLACE = f"{HOME}sai-lech/"
NO_BILL = (Trouble.ORPHAN, Trouble.WRONG_CODE)
ACTS: dict[str, Callable[..., None]] = {
    "gan": lambda id, words, **who: deciding.assign(id, reference=words, **who),
    "hoan": lambda id, words, **who: deciding.ask_refund(id, reason=words, **who),
    "chap-nhan": lambda id, words, **who: deciding.accept(id, reason=words, **who),
}


@never_cache
@access.officer("payments.decide")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Differences that wait, or that were decided, of one kind or all."""
    kind, closed = request.GET.get("loai", ""), "xong" in request.GET
    found, following = days.problems(
        agencies(request), kind=kind, closed=closed, after=request.GET.get("truoc", "")
    )
    look(request, query=f"sai-lech {kind}", count=len(found))
    kept = f"loai={kind if kind in set(Trouble) else ''}" + ("&xong=1" if closed else "")
    facts = {
        "title": _("Sai lệch đã xử lý") if closed else _("Sai lệch cần xử lý"),
        "rows": [_row(one) for one in found],
        "kinds": [{"value": one.value, "label": one.label, "chosen": one.value == kind} for one in Trouble],
        "closed": closed,
        "next": f"{PLACE}?{kept}&truoc={following}" if following else "",
    }
    return render(request, "payments/desk/differences.html", facts)


def _sum(problem: Problem) -> str:
    if problem.money is not None:
        return format_money(problem.money.amount)
    return format_money(problem.line.amount) if problem.line else ""


def _row(problem: Problem) -> dict[str, object]:
    return {
        "problem": problem,
        "kind": Trouble(problem.kind).label,
        "amount": _sum(problem),
        "code": problem.bill.about_code if problem.bill else "",
    }


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
    money, waiting = problem.money, holding.held(problem.money_id)
    facts = {
        **_row(problem),
        "title": f"{Trouble(problem.kind).label}: {_sum(problem)}",
        "back": [(back, tag(back, back.payouts.last())) for back in problem.refunds.order_by("asked_at")],
        "money": money,
        "source": days.name_of(money.source if money else problem.line.source if problem.line else ""),
        "waiting": format_money(waiting) if waiting else "",
        "suggested": _suggested(problem) if waiting and not problem.closed_at else [],
        "fault": fault,
        "of": of,
        "typed": request.POST.get("chu", ""),
        "links": [(of, fault)] if of else [],
        "errors": bool(fault),
        "open": problem.closed_at is None,
    }
    return render(request, "payments/desk/difference.html", facts, status=status)


def _suggested(problem: Problem) -> list[dict[str, object]]:
    """Bills it may be for, why, and how sure. Three queries."""
    if problem.money is None or problem.kind not in NO_BILL:
        return []
    (said,) = suggestions([problem.money])
    names = [name for name in (said.order, *said.others) if name]
    bills = {bill.reference: bill for bill in Bill.objects.filter(reference__in=names)}
    return [
        {"bill": bills[name], "why": said.why, "score": said.score, "total": format_money(bills[name].total)}
        for name in names
        if name in bills
    ]


@never_cache
@access.officer("payments.decide")
@require_POST
def decide(request: HttpRequest, problem_id: UUID, act: str) -> HttpResponse:
    """Do one of the acts; `chu` is the bill's code or the reason."""
    problem, (actor, at) = own_problem(request, problem_id), visit(request)
    try:
        ACTS[act](problem.id, request.POST.get("chu", ""), by=actor, at=at)
    except Unable as refusal:
        return _one(
            request, own_problem(request, problem_id), fault=refusal.message, of=act, status=refusal.status
        )
    return HttpResponseRedirect(f"{PLACE}{problem.id}/")
