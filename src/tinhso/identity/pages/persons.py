"""A person signs in with the national e-ID, and signs out."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from tinhso.foundation import access, http, moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import ActorKind
from tinhso.identity import limits
from tinhso.identity.contracts import PersonSignedIn, TooManyAttempts
from tinhso.identity.models import SignIn
from tinhso.identity.operations import arrivals
from tinhso.identity.pages import ways
from tinhso.identity.signin import eid, keeping, sessions, starts
from tinhso.identity.visiting import visitor_of

logger = logging.getLogger(__name__)
AFTER = "/ho-so/"


@never_cache
@access.anyone(reason="nobody is signed in before signing in")
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """How to sign in: the person's e-ID, or the officer's door."""
    back = ways.safe(request, request.GET.get("tiep", ""), AFTER)
    if visitor_of(request).actor.kind is ActorKind.PERSON:
        return HttpResponseRedirect(back)
    facts = {
        "title": _("Đăng nhập"),
        "back_to": back,
        "expired": request.GET.get("het-phien") == "1",
        "minutes": limits.count("session_idle_person", moments.now()),
        "kept": keeping.COOKIE in request.COOKIES,
        "level": request.GET.get("muc", ""),
    }
    return render(request, "identity/choose.html", facts)


@never_cache
@access.anyone(reason="nobody is signed in before signing in")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the national e-ID."""
    at = moments.now()
    back = ways.safe(request, request.POST.get("tiep", ""), AFTER)
    level = 2 if request.POST.get("muc") == "2" else limits.count("eid_level_needed", at)
    try:
        starts.count(request, at)
        return HttpResponseRedirect(eid.begin(request, back=back, level=level, at=at))
    except (http.Unanswered, TooManyAttempts) as fault:
        return _stopped(request, fault)


@never_cache
@access.anyone(reason="the person comes back from the e-ID and is not signed in yet")
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Back from the e-ID: sign in, or say why not."""
    at = moments.now()
    try:
        arrival = eid.finish(request, at)
        found = arrivals.welcome(arrival, at)
    except Unable as fault:
        return _stopped(request, fault)
    onward = ways.onward(request, found.account.id, arrival.back, at)
    sessions.begin(
        request,
        found.account,
        name=found.person.full_name,
        factors="e-id",
        person=found.person,
        organisation_id=found.organisation_id,
        level=arrival.level,
        id_token=arrival.id_token,
        tell=PersonSignedIn(found.person.id, arrival.level),
        at=at,
    )
    return HttpResponseRedirect(onward)


def _stopped(request: HttpRequest, fault: Unable) -> HttpResponse:
    logger.warning("e-ID sign-in stopped: %s %s", fault.code, fault.facts.get("why", ""))
    facts = {"title": _("Chưa đăng nhập được"), "sentence": fault.message, "code": fault.code}
    return render(request, "identity/stopped.html", facts, status=fault.status)


@access.anyone(reason="signing out twice does no harm")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this sign-in; a person is sent to the e-ID to sign out there as well."""
    at = moments.now()
    visitor = visitor_of(request)
    target = "/"
    if visitor.sign_in_id is not None and not visitor.expired:
        row = SignIn.objects.get(id=visitor.sign_in_id)
        target = _farewell(row, request, visitor.actor.kind)
        sessions.end(
            sign_in_id=row.id, account_id=row.account_id, because="signed out", by=visitor.actor, at=at
        )
    request.session.flush()
    return HttpResponseRedirect(target)


def _farewell(row: SignIn, request: HttpRequest, kind: ActorKind) -> str:
    if kind is ActorKind.OFFICER:
        return "/can-bo/dang-nhap/"
    if not row.id_token:
        return "/"
    try:
        return eid.sign_out_address(row.id_token, moments.now())
    except http.Unanswered:
        return "/"


@never_cache
@access.person()
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """One touch keeps the sign-in: the visit itself counts; how many seconds it lasts now.

    Without a script the person comes back to where they were.
    """
    ends = visitor_of(request).ends_at
    left = max(0, int((ends - moments.now()).total_seconds())) if ends else 0
    if request.headers.get("Accept") != "application/json":
        return HttpResponseRedirect(ways.safe(request, request.POST.get("tiep", ""), AFTER))
    return JsonResponse({"left": left})


@never_cache
@access.anyone(reason="decided by whose form was kept; others see that there is none")
def write_on(request: HttpRequest) -> HttpResponse:
    """Offer the form that was sent after the sign-in had ended; one press sends it again."""
    at = moments.now()
    sign_in_id = visitor_of(request).sign_in_id
    account_id = sessions.account_of(sign_in_id) if sign_in_id and not visitor_of(request).expired else None
    kept = keeping.kept(request, account_id, at)
    if kept is None:
        return HttpResponseRedirect("/")
    if request.method == "POST":
        dropped: HttpResponse = HttpResponseRedirect(kept.path)
        keeping.forget(request, dropped, at)
        return dropped
    facts = {"title": _("Nội dung đã nhập vẫn còn"), "kept": kept}
    return render(request, "identity/write_on.html", facts)
