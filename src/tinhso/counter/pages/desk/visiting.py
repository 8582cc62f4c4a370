"""What every page of the counter's desk needs: who, when, and the offices of their units."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tinhso.counter.contracts import OfficeView
from tinhso.counter.queries import places
from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

HOME, SAID = "/can-bo/quay/", "counter_said"


def visit(request: HttpRequest) -> tuple[ActorRef, datetime]:
    """The officer and the moment of a request."""
    return identity.actor_of(request), moments.now()


def units_of(actor: ActorRef, at: datetime) -> frozenset[UUID]:
    """The units in which the officer works at the counter. One query."""
    return identity.units_held(actor, {identity.Role.INTAKE_OFFICER}, at)


def offices_of(actor: ActorRef, at: datetime) -> tuple[OfficeView, ...]:
    """The queues of those units. Two queries."""
    return places.offices(units_of(actor, at))


def looked_after(actor: ActorRef, at: datetime) -> dict[UUID, directory.UnitView]:
    """The one-stop units of the agencies whose queue the officer sets up."""
    roles = {role for line in identity.grants()["counter.set_up"] for role in line.roles}
    own = directory.units(identity.units_held(actor, roles, at))
    agencies = {unit.agency_id for unit in own.values()}
    if not agencies:
        return {}
    one_stop = directory.units_of(agencies, today(at), directory.UnitKind.ONE_STOP)
    return {unit.id: unit for unit in one_stop}


def offices_seen(actor: ActorRef, at: datetime) -> tuple[OfficeView, ...]:
    """The queues whose appointments the officer sees: where they work, and those they look after."""
    return places.offices(units_of(actor, at) | looked_after(actor, at).keys())


def back(request: HttpRequest, href: str, *, fault: str = "", done: str = "") -> HttpResponse:
    """Go to a page that says once what was done, or what stands against it; the address does not carry it."""
    request.session[SAID] = {"fault": fault, "done": done}
    return HttpResponseRedirect(href)


def said(request: HttpRequest) -> dict[str, str]:
    """What `back` has to say on this page, `fault` and `done`; once."""
    kept: dict[str, str] = request.session.pop(SAID, {"fault": "", "done": ""})
    return kept
