"""What every page of parcels needs: who, when, and the units they send from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.parcels.contracts import NoSuchParcel
from tinhso.parcels.models import Parcel
from tinhso.parcels.queries import lists

HOME = "/can-bo/buu-dien/"


def visit(request: HttpRequest) -> tuple[ActorRef, datetime]:
    """The officer and the moment of a request."""
    return identity.actor_of(request), moments.now()


def units_of(actor: ActorRef, at: datetime) -> frozenset[UUID]:
    """The units from which the officer sends. One query."""
    return identity.units_held(actor, {identity.Role.INTAKE_OFFICER}, at)


def own(request: HttpRequest, ref: str) -> Parcel:
    """A parcel of the officer's own unit. Raises NoSuchParcel, whether or not it exists elsewhere."""
    found = lists.find(ref)
    if found.unit_id not in units_of(*visit(request)):
        raise NoSuchParcel(_("Không có bưu gửi này."))
    return found


def look(request: HttpRequest, shown: Iterable[object], *, query: str) -> None:
    """Leave one trace for a list of people's names and addresses."""
    actor, at = visit(request)
    count = sum(1 for _one in shown)
    identity.look_at_list(actor, query=query, count=count, purpose=_("Gửi kết quả qua bưu điện"), at=at)
