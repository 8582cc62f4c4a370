"""Openings in an emergency before their witnesses; inspections by decision number."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.refs import ActorRef
from tinhso.identity.authorisation import exceptions as reading
from tinhso.identity.authorisation.judging import somewhere
from tinhso.identity.contracts import OpeningView
from tinhso.identity.operations import exceptions as writing
from tinhso.identity.pages.forms import InspectionForm
from tinhso.identity.queries import officers
from tinhso.identity.visiting import actor_of
from tinhso.ui.api import paging

OPENINGS, INSPECTIONS = "/can-bo/mo-khan/", "/can-bo/thanh-tra/"


@never_cache
@access.officer()
@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """One's own openings, and those one may witness; each with its reason."""
    actor, at = actor_of(request), moments.now()
    found = reading.openings(reader=_id(actor), at=at, before=paging.before(request))
    facts = {
        "title": _("Mở khẩn"),
        "rows": [
            {
                "view": view,
                "when": _said(view.asked_at),
                "state": _state(view, at),
                "awaited": _awaited(view),
            }
            for view in found
        ],
        "next": paging.following(OPENINGS, found[-1].id if len(found) == reading.PAGE else None),
        "done": {"co": _("Đã đồng ý."), "khong": _("Đã chấm dứt.")}.get(request.GET.get("xong", ""), ""),
    }
    return render(request, "identity/openings.html", facts)


def _awaited(view: OpeningView) -> str:
    if not view.awaited:
        return ""
    return _("Người giám sát hoặc lãnh đạo cơ quan phải chứng kiến: %(names)s.") % {
        "names": ", ".join(view.awaited)
    }


def _state(view: OpeningView, at: datetime) -> str:
    if view.opened_at is None:
        return _("không được đồng ý") if view.agreed is False else _("chờ người thứ hai đồng ý")
    if view.ends_at is not None and view.ends_at > at:
        return _("đang mở đến %(until)s") % {"until": _said(view.ends_at)}
    return _("đã đóng")


@access.officer("identity.witness")
@require_POST
def witness(request: HttpRequest, opening: UUID) -> HttpResponse:
    """The second person agrees, or ends it."""
    agree = request.POST.get("y") == "co"
    writing.witness(opening_id=opening, agree=agree, by=actor_of(request), at=moments.now())
    return HttpResponseRedirect(f"{OPENINGS}?xong={'co' if agree else 'khong'}")


@never_cache
@access.officer()
@require_http_methods(["GET", "HEAD", "POST"])
def inspections(request: HttpRequest) -> HttpResponse:
    """An inspector's decisions, or all of them and the form that gives one."""
    actor, at = actor_of(request), moments.now()
    gives = somewhere(actor, "identity.give_inspection", at)
    if not gives and not somewhere(actor, "identity.inspect", at):
        raise NotAllowed(_("Trang này của thanh tra và người giao thanh tra."))
    form = InspectionForm(request.POST or None)
    if request.method == "POST" and gives and form.is_valid() and _given(form, actor, at):
        return HttpResponseRedirect(f"{INSPECTIONS}?xong=1")
    found = reading.inspections(officer_id=None if gives else _id(actor))
    names = directory.names([view.agency for view in found])
    day = moments.today(at)
    facts = {
        "title": _("Thanh tra"),
        "rows": [
            {
                "view": view,
                "agency": names.get(view.agency, ""),
                "runs": view.valid_from <= day < view.valid_to,
                "own": view.officer == actor.id,
            }
            for view in found
        ],
        "form": form if gives else None,
        "errors": bool(form.errors),
        "done": _("Đã giao thanh tra.") if request.GET.get("xong") else "",
    }
    return render(request, "identity/inspections.html", facts, status=422 if form.errors else 200)


def _given(form: InspectionForm, actor: ActorRef, at: datetime) -> bool:
    """Give it, or write the faults on the form."""
    told = form.cleaned_data
    officer = officers.by_login(told["login"], at)
    if officer is None:
        form.add_error("login", _("Không có cán bộ mang tên đăng nhập này."))
        return False
    try:
        writing.give_inspection(
            officer_id=officer.id,
            agency_id=directory.agency(told["agency"], moments.today(at)).id,
            decision=told["decision"],
            about=told["about"],
            valid_from=told["valid_from"],
            valid_to=told["valid_to"],
            by=actor,
            at=at,
        )
    except directory.UnknownAgency as fault:
        form.add_error("agency", fault.message)
    except Invalid as fault:
        for name, sentence in fault.faults.items():
            form.add_error(name, sentence)
    return not form.errors


@access.officer("identity.give_inspection")
@require_POST
def end(request: HttpRequest, inspection: UUID) -> HttpResponse:
    """End an inspection before its day."""
    writing.end_inspection(inspection_id=inspection, by=actor_of(request), at=moments.now())
    return HttpResponseRedirect(INSPECTIONS)


def _id(actor: ActorRef) -> UUID:
    if actor.id is None:
        raise NotAllowed(_("Hãy đăng nhập lại."))
    return actor.id


def _said(moment: datetime) -> str:
    return f"{moments.local(moment):%H:%M %d/%m/%Y}"
