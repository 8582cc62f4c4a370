"""One's own account: where it is signed in, and who looked at one's data."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import ActorKind
from tinhso.identity.contracts import LookView
from tinhso.identity.elsewhere import elsewhere
from tinhso.identity.models import Account
from tinhso.identity.pages.officers import given
from tinhso.identity.queries import looks, merges, officers, people
from tinhso.identity.signin import factors, sessions
from tinhso.identity.visiting import visitor_of
from tinhso.ui.api import paging

OWN = "/tai-khoan/"
OFFICERS_OWN = "/can-bo/tai-khoan/"


def _account_id(request: HttpRequest) -> UUID:
    sign_in_id = visitor_of(request).sign_in_id
    account_id = sessions.account_of(sign_in_id) if sign_in_id else None
    if account_id is None:
        raise LookupError("the door lets nobody in without a sign-in")
    return account_id


@never_cache
@access.person()
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What we know of the person, where they are signed in."""
    at = moments.now()
    visitor = visitor_of(request)
    account_id = _account_id(request)
    facts = {
        "title": _("Tài khoản của tôi"),
        "me": people.persons([visitor.actor.id] if visitor.actor.id else []).get(
            visitor.actor.id or account_id
        ),
        "organisation": people.organisations([visitor.applicant.id]).get(visitor.applicant.id)
        if visitor.applicant and visitor.applicant.kind == "organisation"
        else None,
        "merged": [
            {"view": view, "on": moments.local(view.decided_at) if view.decided_at else None}
            for view in merges.merged_into(visitor.actor.id or account_id)
        ],
        "places": sessions.standing(account_id, visitor.sign_in_id, at),
        "base": "ui/public.html",
        "own": OWN,
    }
    return render(request, "identity/own.html", facts)


@never_cache
@access.officer()
@require_safe
def officers_own(request: HttpRequest) -> HttpResponse:
    """The officer's posts, second factors, and where they are signed in."""
    at = moments.now()
    visitor = visitor_of(request)
    account_id = _account_id(request)
    view = officers.officer(account_id, at)
    names = directory.names([post.unit_id for post in view.posts])
    facts = {
        "title": _("Tài khoản và thiết bị"),
        "view": view,
        "posts": [(post, names.get(post.unit_id, "")) for post in view.posts],
        "methods": factors.methods(account_id),
        "places": sessions.standing(account_id, visitor.sign_in_id, at),
        "base": "ui/desk.html",
        "own": OFFICERS_OWN,
    }
    return render(request, "identity/officers_own.html", facts)


def _end(request: HttpRequest, own_page: str) -> HttpResponse:
    """End one other sign-in, or all others."""
    at = moments.now()
    visitor = visitor_of(request)
    account_id = _account_id(request)
    chosen = request.POST.get("phien", "")
    if chosen == "khac" and visitor.sign_in_id is not None:
        sessions.end_others(
            account_id=account_id, keep=visitor.sign_in_id, because="revoked", by=visitor.actor, at=at
        )
    else:
        try:
            sign_in_id = UUID(chosen)
        except ValueError:
            return HttpResponseRedirect(own_page)
        sessions.end(sign_in_id=sign_in_id, account_id=account_id, because="revoked", by=visitor.actor, at=at)
    return HttpResponseRedirect(own_page)


@access.person()
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """A person ends a sign-in of their own."""
    return _end(request, OWN)


@access.officer()
@require_POST
def officers_end(request: HttpRequest) -> HttpResponse:
    """An officer ends a sign-in of their own."""
    return _end(request, OFFICERS_OWN)


@never_cache
@access.person()
@require_safe
def who_looked(request: HttpRequest) -> HttpResponse:
    """Who looked at the person's data, newest first."""
    at = moments.now()
    visitor = visitor_of(request)
    found, more = looks.looks_at(visitor.actor.id or UUID(int=0), at=at, before=paging.before_number(request))
    names = directory.names([look.unit_id for look in found if look.unit_id])
    rows = []
    for (_day, purpose, actor, unit), same in groupby(found, key=_like):
        latest, *others = list(same)
        when = moments.local(latest.at).strftime("%d/%m/%Y %H:%M")
        if others:
            when = _("%(when)s, %(count)d lần trong ngày") % {"when": when, "count": len(others) + 1}
        by = ", ".join(part for part in (actor, names.get(unit or UUID(int=0), "")) if part)
        rows.append({"title": purpose, "at": moments.local(latest.at), "when": when, "by": by})
    facts = {
        "title": _("Ai đã xem dữ liệu của tôi"),
        "rows": rows,
        "more": more,
        "elsewhere": [one for _name, one in elsewhere],
    }
    return render(request, "identity/who_looked.html", facts)


def _like(look: LookView) -> tuple[date, str, str, UUID | None]:
    """Looks of one day by the same officer for the same purpose read as one line."""
    return moments.local(look.at).date(), look.purpose, look.actor_name, look.unit_id


def _me(request: HttpRequest) -> Account:
    return Account.objects.get(id=_account_id(request))


@never_cache
@access.officer()
@require_POST
def passkey_offer(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey."""
    return JsonResponse(factors.begin_passkey(request, _me(request)))


@never_cache
@access.officer()
@require_POST
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Bind the passkey the browser made."""
    visitor = visitor_of(request)
    told = given(request)
    if visitor.actor.kind is not ActorKind.OFFICER:
        raise LookupError("the door lets only officers in")
    try:
        factors.add_passkey(
            request,
            _me(request),
            name=str(told.get("name", ""))[:60] or _("Khóa truy cập"),
            credential=told.get("credential") or {},
            by=visitor.actor,
            at=moments.now(),
        )
    except Unable as fault:
        return JsonResponse({"detail": fault.message}, status=fault.status)
    return JsonResponse({"onward": OFFICERS_OWN})
