"""One parcel: where it has been, what to do about it, and the acts that are left."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.dossiers import api as dossiers
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.identity import api as identity
from tinhso.parcels import lifecycle, subjects, words
from tinhso.parcels.contracts import State, Told
from tinhso.parcels.models import Parcel
from tinhso.parcels.operations import sending
from tinhso.parcels.pages.desk.visiting import HOME, look, own, visit
from tinhso.parcels.queries import lists
from tinhso.tasks import api as tasks


@never_cache
@access.officer("parcels.list")
@require_safe
def parcel(request: HttpRequest, ref: str) -> HttpResponse:
    """The parcel, for its own unit."""
    return _drawn(request, own(request, ref))


def _drawn(
    request: HttpRequest, found: Parcel, *, fault: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    """The page, with what stood against an act, or with what is wrong in its box."""
    (line,) = lists.lines([found])
    look(request, [line], query=str(found))
    state = State(found.state)
    facts = {
        "title": _("Bưu gửi %(number)s") % {"number": found.number or _("chưa có mã")},
        "line": line,
        "parcel": found,
        "fault": fault,
        "wrong": wrong,
        "links": [("cach", wrong)] if wrong else [],
        "errors": bool(fault or wrong),
        "typed": request.POST.get("cach", ""),
        "todo": words.to_do(state) if found.trouble and not found.settled_at else "",
        "whose": _whose(found),
        "may_cancel": state in lifecycle.TURNS["cancel"] and not found.cancelling,
        "may_again": state in lifecycle.TURNS["place_again"] and not found.cancelling,
        "may_settle": bool(found.trouble) and not found.settled_at and state in lifecycle.TURNS["settle"],
        "stations": [
            {
                "title": words.of_station(Told(one.told), place=one.place, receiver=one.receiver),
                "at": one.happened_at,
                "when": dossiers.in_words(one.happened_at),
                "by": _("Bưu điện"),
                "text": "",
            }
            for one in lists.stations(found)
        ],
    }
    return render(request, "parcels/desk/parcel.html", facts, status=status)


def _whose(found: Parcel) -> str:
    """Who has the work about a parcel in trouble; empty without one, or while it is the whole unit's."""
    given = tasks.open_on(subject=subjects.PARCEL, subject_id=found.id) if found.trouble else ()
    holders = [task.holder for task in given if task.holder]
    return next(iter(identity.names(holders).values()), "") if holders else ""


@never_cache
@access.officer("parcels.cancel")
@require_POST
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Have the order cancelled."""
    actor, at = visit(request)
    return _done(request, ref, lambda key: sending.cancel(key=key, by=actor, at=at))


@never_cache
@access.officer("parcels.place")
@require_POST
def place_again(request: HttpRequest, ref: str) -> HttpResponse:
    """Order the pick-up anew."""
    actor, at = visit(request)
    return _done(request, ref, lambda key: sending.place_again(key=key, by=actor, at=at))


@never_cache
@access.officer("parcels.settle")
@require_POST
def settle(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down what was done about it."""
    actor, at = visit(request)
    how = request.POST.get("cach", "")
    return _done(request, ref, lambda key: sending.settle(key=key, how=how, by=actor, at=at))


def _done(request: HttpRequest, ref: str, do: Callable[[str], None]) -> HttpResponse:
    found = own(request, ref)
    try:
        do(found.key)
    except Invalid as refusal:
        return _drawn(request, own(request, ref), wrong=refusal.message, status=refusal.status)
    except Unable as refusal:
        return _drawn(request, own(request, ref), fault=refusal.message, status=refusal.status)
    return HttpResponseRedirect(f"{HOME}{ref}/")
