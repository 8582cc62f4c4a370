"""The leader reads and signs; the copy is entered into the book and sealed; or it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.certification.contracts import CopyView, State
from tinhso.certification.operations import ending
from tinhso.certification.operations import signing as operations
from tinhso.certification.pages.desk.copies import around, leave_trace
from tinhso.certification.pages.desk.navigation import LIST
from tinhso.certification.permissions import DROP, REVOKE, SEAL, SIGN
from tinhso.certification.queries.copies import copy_of, waits_for
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity


@never_cache
@access.officer(SIGN)
@require_POST
def sign(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Ask the leader's own device to sign exactly the draft that stands on the page."""
    copy, actor, at = _opened(request, copy_id)
    try:
        operations.ask(copy_id=copy.id, by=actor, at=at)
    except Unable as fault:
        return _again(request, copy, fault, actor=actor, at=at)
    return HttpResponseRedirect(f"{LIST}{copy_id}/ky/cho/")


@never_cache
@access.officer(SIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Waits for the confirmation on the leader's phone, then seals; asks again every two seconds."""
    copy, actor, at = _opened(request, copy_id)
    fault = ""
    if request.method == "POST" and copy.state is State.DRAFTED:
        try:
            if operations.collect(copy_id=copy.id, by=actor, at=at):
                operations.seal(copy_id=copy.id, by=actor, at=moments.now())
                return _go(request, f"{LIST}{copy_id}/?xong=dau")
        except Unable as refused:
            fault = refused.message
            copy = copy_of(copy_id, by=actor, at=at)
    confirm_at = waits_for(copy_id, by=actor)
    if copy.state is not State.DRAFTED or confirm_at is None:
        return _go(request, f"{LIST}{copy_id}/")
    facts = around(copy, actor=actor, at=at) | {
        "title": _("Xác nhận ký trên điện thoại"),
        "confirm_at": confirm_at,
        "fault": fault,
    }
    piece = request.headers.get("HX-Request") == "true"
    template = "certification/desk/waiting_piece.html" if piece else "certification/desk/waiting.html"
    return render(request, template, facts)


@never_cache
@access.officer(SEAL)
@require_POST
def seal(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Seal a signed copy whose seal failed before."""
    copy, actor, at = _opened(request, copy_id)
    try:
        operations.seal(copy_id=copy.id, by=actor, at=at)
    except Unable as fault:
        return _again(request, copy, fault, actor=actor, at=at)
    return HttpResponseRedirect(f"{LIST}{copy_id}/?xong=dau")


@never_cache
@access.officer(DROP)
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Do not certify, with the reason."""
    return _end(
        request,
        copy_id,
        title=_("Không chứng thực bản sao này"),
        label=_("Lý do không chứng thực"),
        button=_("Không chứng thực"),
        do=lambda reason, actor, at: ending.drop(copy_id=copy_id, because=reason, by=actor, at=at),
    )


@never_cache
@access.officer(REVOKE)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Revoke a certified copy, with the ground that everyone who checks it reads."""
    return _end(
        request,
        copy_id,
        title=_("Thu hồi bản sao chứng thực"),
        label=_("Căn cứ và lý do thu hồi"),
        button=_("Thu hồi"),
        do=lambda reason, actor, at: ending.revoke(copy_id=copy_id, ground=reason, by=actor, at=at),
    )


def _end(
    request: HttpRequest,
    copy_id: UUID,
    *,
    title: str,
    label: str,
    button: str,
    do: Callable[[str, ActorRef, datetime], None],
) -> HttpResponse:
    copy, actor, at = _opened(request, copy_id)
    reason, fault, status = request.POST.get("ly-do", ""), "", 200
    if request.method == "POST":
        try:
            do(reason, actor, at)
            return HttpResponseRedirect(f"{LIST}{copy_id}/")
        except Invalid as refused:
            fault, status = refused.message, refused.status
    facts = around(copy, actor=actor, at=at) | {
        "title": title,
        "label": label,
        "button": button,
        "reason": reason,
        "fault": fault,
        "errors": bool(fault),
        "links": [("ly-do", fault)] if fault else [],
    }
    return render(request, "certification/desk/end.html", facts, status=status)


def _opened(request: HttpRequest, copy_id: UUID) -> tuple[CopyView, ActorRef, datetime]:
    actor, at = identity.actor_of(request), moments.now()
    copy = copy_of(copy_id, by=actor, at=at)
    leave_trace(copy, by=actor, at=at)
    return copy, actor, at


def _again(
    request: HttpRequest, copy: CopyView, fault: Unable, *, actor: ActorRef, at: datetime
) -> HttpResponse:
    """The copy's page with what stood in the way."""
    now = copy_of(copy.id, by=actor, at=at)
    facts = around(now, actor=actor, at=at) | {
        "fault": fault.message,
        "fault_links": [{"text": fault.message}],
        "errors": True,
    }
    return render(request, "certification/desk/copy.html", facts, status=fault.status)


def _go(request: HttpRequest, to: str) -> HttpResponse:
    """A redirect that htmx follows with the whole page."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to)
