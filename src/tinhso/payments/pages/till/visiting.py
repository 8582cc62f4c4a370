"""What every page of the till needs: who, when, where they take money, and sums as they are typed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import Unreadable, typed_money
from tinhso.identity import api as identity
from tinhso.payments.contracts import NoSuchBill, NoSuchDrawer
from tinhso.payments.models import Bill, Drawer
from tinhso.payments.operations import tills

HOME = "/can-bo/thu-ngan/"


def visit(request: HttpRequest) -> tuple[ActorRef, datetime]:
    """The officer and the moment of a request."""
    return identity.actor_of(request), moments.now()


def till_unit(actor: ActorRef, at: datetime) -> UUID | None:
    """The unit in which the officer takes money; None for one who does not. One query."""
    units = identity.units_held(actor, {identity.Role.CASHIER}, at)
    return actor.unit if actor.unit in units else next(iter(sorted(units)), None)


def agencies(actor: ActorRef, at: datetime) -> frozenset[UUID]:
    """The agencies whose sessions the officer may see. Two queries."""
    units = identity.units_held(actor, {identity.Role.CASHIER, identity.Role.ACCOUNTANT}, at)
    return frozenset(unit.agency_id for unit in directory.units(units).values())


def seen(drawer_id: UUID, actor: ActorRef, at: datetime) -> Drawer:
    """A session of the officer's agency. Raises NoSuchDrawer, whether or not it exists elsewhere."""
    drawer = tills.known(drawer_id)
    if drawer.agency_id not in agencies(actor, at):
        raise NoSuchDrawer(_("Không có ca thu này."))
    return drawer


def payable(reference: str, drawer: Drawer) -> Bill:
    """A bill of the drawer's agency. Raises NoSuchBill."""
    found = Bill.objects.filter(reference=reference, agency=drawer.agency_id).first()
    if found is None:
        raise NoSuchBill(_("Không có khoản thu này ở cơ quan này."))
    return found


def sum_typed(request: HttpRequest, field: str) -> int | None:
    """Whole đồng of a box; None when it is empty. Raises Invalid."""
    typed = request.POST.get(field, "")[:40].strip()
    if not typed:
        return None
    try:
        return typed_money(typed)
    except Unreadable as fault:
        raise Invalid(fault.message, faults={field: fault.message}) from None
