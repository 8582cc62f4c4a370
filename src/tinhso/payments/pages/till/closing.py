"""Closing a session: counted by pieces, printed, and taken over by a second person."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.foundation import access, legal
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.files.serving import pdf
from tinhso.foundation.moments import today
from tinhso.foundation.text import format_money
from tinhso.payments import till_paper
from tinhso.payments.contracts import Differs, DrawerClosed, DrawerEnd
from tinhso.payments.operations import tills
from tinhso.payments.pages.till.visiting import HOME, seen, till_unit, visit


@never_cache
@access.officer("payments.count")
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, drawer_id: UUID) -> HttpResponse:
    """How many notes of each value; what has to be there is said only after counting."""
    actor, at = visit(request)
    drawer = seen(drawer_id, actor, at)
    values = legal.value(tills.NOTES, on=today(at))
    typed = {value: request.POST.get(f"to-{value}", "").strip()[:7] for value in values}
    faults, differs, status = dict[str, str](), "", 200
    if request.method == "POST":
        try:
            tills.count(
                drawer.id,
                notes=_pieces(typed),
                explanation=request.POST.get("giai-thich", ""),
                by=actor,
                at=at,
            )
        except Differs as refused:
            differs, faults, status = refused.message, dict(refused.faults), refused.status
        except Invalid as refused:
            faults = dict(refused.faults) or {f"to-{values[0]}": refused.message}
            status = refused.status
        else:
            return HttpResponseRedirect(f"{HOME}ca/{drawer.id}/dong/")
    facts = {
        "title": _("Kiểm đếm %(till)s") % {"till": drawer.till},
        "drawer": drawer,
        "boxes": [
            {
                "name": f"to-{value}",
                "label": format_money(value),
                "value": typed[value],
                "error": faults.get(f"to-{value}", ""),
            }
            for value in values
        ],
        "differs": differs,
        "why": request.POST.get("giai-thich", "")[:500],
        "why_fault": faults.get("giai-thich", ""),
        "errors": bool(faults),
        "links": list(faults.items()),
    }
    return render(request, "payments/till/count.html", facts, status=status)


@never_cache
@access.officer("payments.see_till")
@require_safe
def closed(request: HttpRequest, drawer_id: UUID) -> HttpResponse:
    """A counted session: what was found, and who takes the money."""
    return _closed(request, drawer_id)


@never_cache
@access.officer("payments.see_till")
@require_safe
def sheet(request: HttpRequest, drawer_id: UUID) -> HttpResponse:
    """The closing count as PDF, for both to sign."""
    actor, at = visit(request)
    drawer = seen(drawer_id, actor, at)
    if drawer.counted_at is None:
        raise DrawerClosed(_("Ca thu này chưa kiểm đếm nên chưa có biên bản."))
    return pdf(till_paper.closing_pdf(drawer, at=at), name=f"kiem-dem-{drawer.id}.pdf")


@never_cache
@access.officer("payments.take_over")
@require_POST
def take_over(request: HttpRequest, drawer_id: UUID) -> HttpResponse:
    """Go on with the money in a session of one's own."""
    actor, at = visit(request)
    drawer, unit = seen(drawer_id, actor, at), till_unit(actor, at)
    try:
        tills.take_over(drawer.id, unit=unit or drawer.unit_id, by=actor, at=at)
    except Unable as refused:
        return _closed(request, drawer_id, fault=refused.message, status=refused.status)
    return HttpResponseRedirect(HOME)


@never_cache
@access.officer("payments.deposit")
@require_POST
def deposit(request: HttpRequest, drawer_id: UUID) -> HttpResponse:
    """Confirm that the money went to the bank."""
    actor, at = visit(request)
    drawer = seen(drawer_id, actor, at)
    try:
        tills.deposit(drawer.id, slip=request.POST.get("giay-nop", ""), by=actor, at=at)
    except Unable as refused:
        return _closed(request, drawer_id, fault=refused.message, status=refused.status)
    return HttpResponseRedirect(f"{HOME}ca/{drawer.id}/dong/")


def _closed(request: HttpRequest, drawer_id: UUID, *, fault: str = "", status: int = 200) -> HttpResponse:
    actor, at = visit(request)
    drawer = seen(drawer_id, actor, at)
    if drawer.counted_at is None:
        return HttpResponseRedirect(f"{HOME}ca/{drawer.id}/")
    gap = (drawer.counted or 0) - (drawer.expected or 0)
    own = drawer.float_in - drawer.carried
    due = max((drawer.counted or 0) - own, 0)
    facts = {
        "title": _("Đóng ca: %(till)s") % {"till": drawer.till},
        "drawer": drawer,
        "expected": format_money(drawer.expected or 0),
        "counted": format_money(drawer.counted or 0),
        "gap": format_money(abs(gap)) if gap else "",
        "over": gap > 0,
        "change": format_money(own),
        "due": format_money(due),
        "owes": due,
        "deposited": format_money(drawer.deposited),
        "handed": drawer.ended == DrawerEnd.HANDED,
        "may_end": drawer.ended_at is None and drawer.cashier_id != actor.id,
        "may_take_over": till_unit(actor, at) == drawer.unit_id,
        "fault": fault,
        "errors": bool(fault),
    }
    return render(request, "payments/till/closed.html", facts, status=status)


def _pieces(typed: dict[int, str]) -> dict[int, int]:
    """Pieces by value; an empty box is none. Raises Invalid."""
    faults = {
        f"to-{value}": _("Hãy ghi số tờ bằng chữ số.")
        for value, text in typed.items()
        if text and not (text.isascii() and text.isdigit())
    }
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    return {value: int(text or 0) for value, text in typed.items()}
