"""What every page here needs: who, when, and the units in whose trays they work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

HOME = "/can-bo/so-hoa/"
SCAN = f"{HOME}ban-quet/"
OF_DOSSIER = f"{HOME}ho-so/"


@dataclass(frozen=True, slots=True)
class Visit:
    """An officer at these pages, acting for `unit`; `units` are all those in whose trays they work."""

    actor: ActorRef
    unit: UUID
    units: frozenset[UUID]
    at: datetime


def units_of(actor: ActorRef, at: datetime) -> frozenset[UUID]:
    """The units in which the officer works at intake. One query."""
    return identity.units_held(actor, {identity.Role.INTAKE_OFFICER}, at)


def visit(request: HttpRequest) -> Visit:
    """The visit of a request. Raises NotAllowed for who works at no counter."""
    at = moments.now()
    actor = identity.acting_as(identity.actor_of(request), "digitising.receive", None, at)
    if actor is None or actor.unit is None:
        raise NotAllowed(_("Tài khoản này không làm ở bộ phận một cửa nên không số hóa giấy tờ được."))
    return Visit(actor, actor.unit, units_of(actor, at), at)
