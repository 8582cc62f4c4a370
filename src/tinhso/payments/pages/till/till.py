"""The till: find a bill, take the money, undo, and the list of the session."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.files.serving import pdf
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.payments import till_paper
from tinhso.payments.contracts import (
    BillState,
    Channel,
    DrawerClosed,
    UnderWay,
)
from tinhso.payments.models import Drawer, Taking
from tinhso.payments.operations import taking, tills
from tinhso.payments.pages.till.visiting import HOME, agencies, payable, seen, sum_typed, till_unit, visit
from tinhso.payments.queries import bills
from tinhso.payments.queries import tills as queries


@never_cache
@access.officer("payments.see_till")
@require_http_methods(["GET", "HEAD", "POST"])
def till(request: HttpRequest) -> HttpResponse:
    """The search box of an open session; without one, a POST opens it."""
    actor, at = visit(request)
    drawer = queries.open_of(actor.id) if actor.id else None
    if drawer is None:
        return _opening(request)
    typed = request.GET.get("q", "")
    found = queries.find(typed, agency=drawer.agency_id)
    if len(found) == 1:
        return HttpResponseRedirect(f"{HOME}khoan/{found[0].reference}/")
    if typed:
        purpose = _("Tìm khoản nộp tại quầy thu")
        identity.look_at_list(actor, query=typed[:100], count=len(found), purpose=purpose, at=at)
    latest, _more = queries.takings(drawer.id)
    facts = {
        "title": _("Thu ngân"),
        "drawer": drawer,
        "typed": typed[:100],
        "found": [(bill, format_money(bill.total), BillState(bill.state)) for bill in found],
        "done": _done(request, drawer),
        "latest": [_row(one) for one in latest[:5]],
        "waiting": queries.waiting(agencies(actor, at)),
    }
    return render(request, "payments/till/till.html", facts)


def _opening(request: HttpRequest) -> HttpResponse:
    actor, at = visit(request)
    unit, faults = till_unit(actor, at), dict[str, str]()
    if request.method == "POST" and unit is not None:
        try:
            tills.open_drawer(
                till=request.POST.get("quay", ""),
                float_in=sum_typed(request, "dau-ca") or 0,
                unit=unit,
                by=actor,
                at=at,
            )
        except Unable as refused:
            faults = getattr(refused, "faults", None) or {"quay": refused.message}
        else:
            return HttpResponseRedirect(HOME)
    facts = {
        "title": _("Thu ngân"),
        "may_open": unit is not None,
        "till_fault": faults.get("quay", ""),
        "float_fault": faults.get("dau-ca", ""),
        "errors": bool(faults),
        "links": list(faults.items()),
        "till": request.POST.get("quay", queries.last_till(actor.id) if actor.id else "")[:40],
        "float": request.POST.get("dau-ca", "")[:20],
        "waiting": queries.waiting(agencies(actor, at)),
    }
    return render(request, "payments/till/open.html", facts, status=422 if faults else 200)


@never_cache
@access.officer("payments.take")
@require_http_methods(["GET", "HEAD", "POST"])
def bill(request: HttpRequest, reference: str) -> HttpResponse:
    """One bill; a POST takes the money: Enter on an empty box is the exact sum in cash."""
    actor, at = visit(request)
    drawer = _mine(request)
    owed = payable(reference, drawer)
    faults, under_way, status = dict[str, str](), "", 200
    if request.method == "POST":
        try:
            made = taking.take(
                drawer.id,
                owed.id,
                given=sum_typed(request, "khach-dua"),
                approval=request.POST.get("chuan-chi", "")[:40],
                knowing="biet" in request.POST,
                by=actor,
                at=at,
            )
        except UnderWay as refused:
            under_way, status = refused.message, refused.status
        except Invalid as refused:
            faults, status = dict(refused.faults) or {"khach-dua": refused.message}, 422
        except Unable as refused:
            faults, status = {"chuan-chi": refused.message}, refused.status
        else:
            return HttpResponseRedirect(f"{HOME}?thu={made.number}")
    view = bills.bill(owed.id)
    waits = any(one.may_bring_money(at) for one in bills.attempts(owed.id))
    identity.look_at_list(actor, query=owed.about_code, count=1, purpose=_("Thu tiền tại quầy"), at=at)
    facts: dict[str, Any] = {
        "title": _("Thu %(sum)s") % {"sum": format_money(view.left if view else 0)},
        "bill": view,
        "open": owed.state == BillState.OPEN,
        "state": BillState(owed.state).value,
        "rows": [(line.name, format_money(line.due)) for line in (view.lines if view else ())],
        "faults": faults,
        "errors": bool(faults or under_way),
        "links": list(faults.items()),
        "under_way": under_way or waits,
        "given": request.POST.get("khach-dua", "")[:20],
        "approval": request.POST.get("chuan-chi", "")[:20],
    }
    return render(request, "payments/till/bill.html", facts, status=status)


@never_cache
@access.officer("payments.see_till")
@require_safe
def day(request: HttpRequest, drawer_id: UUID) -> HttpResponse:
    """What was taken in a session, page by page."""
    actor, at = visit(request)
    drawer = seen(drawer_id, actor, at)
    before = request.GET.get("truoc", "")
    rows, more = queries.takings(
        drawer.id, before=int(before) if before.isdecimal() and len(before) < 9 else None
    )
    identity.look_at_list(
        actor, query=drawer.till, count=len(rows), purpose=_("Xem các lần thu tại quầy"), at=at
    )
    sums, back = queries.sums(drawer.id), queries.handed_out(drawer.id)
    facts = {
        "title": _("Các lần thu: %(till)s") % {"till": drawer.till},
        "drawer": drawer,
        "rows": [_row(one) for one in rows],
        "next": f"{HOME}ca/{drawer.id}/?truoc={more}" if more else "",
        "mine": drawer.cashier_id == actor.id and drawer.counted_at is None,
        "cash": (sums["cash"][0], format_money(sums["cash"][1])),
        "card": (sums["card"][0], format_money(sums["card"][1])),
        "back": format_money(back) if back else "",
    }
    return render(request, "payments/till/day.html", facts)


@never_cache
@access.officer("payments.undo")
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, taking_id: UUID) -> HttpResponse:
    """Take one back, with the reason."""
    actor, at = visit(request)
    found = taking.taking_of(taking_id)
    seen(found.drawer_id, actor, at)
    fault, status = "", 200
    if request.method == "POST":
        try:
            taking.undo(found.id, reason=request.POST.get("ly-do", ""), by=actor, at=at)
        except Unable as refused:
            if refused.status == 403:
                raise
            fault, status = refused.message, refused.status
        else:
            return HttpResponseRedirect(f"{HOME}ca/{found.drawer_id}/")
    facts = {
        "title": _("Huỷ lần thu số %(number)s") % {"number": found.number},
        "row": _row(found),
        "back": f"{HOME}ca/{found.drawer_id}/",
        "fault": fault,
        "errors": bool(fault),
        "links": [("ly-do", fault)] if fault else [],
        "typed": request.POST.get("ly-do", "")[:300],
    }
    return render(request, "payments/till/undo.html", facts, status=status)


@never_cache
@access.officer("payments.see_till")
@require_safe
def slip(request: HttpRequest, taking_id: UUID) -> HttpResponse:
    """The slip as PDF."""
    actor, at = visit(request)
    found = taking.taking_of(taking_id)
    seen(found.drawer_id, actor, at)
    identity.look_at_list(actor, query=found.bill.about_code, count=1, purpose=_("In phiếu thu"), at=at)
    return pdf(till_paper.slip_pdf(found, at=at), name=f"phieu-thu-{found.number}.pdf")


def _mine(request: HttpRequest) -> Drawer:
    actor, _at = visit(request)
    drawer = queries.open_of(actor.id) if actor.id else None
    if drawer is None:
        raise DrawerClosed(_("Anh/chị chưa mở ca thu. Hãy mở ca thu ở trang Thu ngân."))
    return drawer


def _done(request: HttpRequest, drawer: Drawer) -> dict[str, Any] | None:
    number = request.GET.get("thu", "")
    if not number.isdecimal() or len(number) > 8:
        return None
    made = drawer.takings.select_related("bill").filter(number=int(number)).first()
    return _row(made) if made else None


def _row(one: Taking) -> dict[str, Any]:
    return {
        "taking": one,
        "sum": format_money(one.amount),
        "change": format_money(one.change) if one.change else "",
        "way": Channel(one.channel).label,
    }
