"""What the pages of refunds and bills share: who may see which, and the words for where they stand."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.payments import subjects
from tinhso.payments.contracts import NoSuchBill
from tinhso.payments.models import Bill, Payout, Refund
from tinhso.payments.operations import refunds
from tinhso.payments.pages.desk.visiting import visit
from tinhso.payments.refund_contracts import NoSuchRefund, PayoutWay, RefundKind, RefundState

HOME = "/can-bo/hoan-mien/"
BILLS = "/can-bo/khoan-thu/"
ROLES = (identity.Role.ACCOUNTANT, identity.Role.LEADER, identity.Role.CASHIER)


def held(request: HttpRequest) -> tuple[frozenset[UUID], tuple[identity.Role, ...]]:
    """The agencies whose refunds the officer may see, and their roles there. A query a role, and one."""
    actor, at = visit(request)
    units = {role: identity.units_held(actor, {role}, at) for role in ROLES}
    every = frozenset().union(*units.values())
    agencies = frozenset(unit.agency_id for unit in directory.units(every).values())
    return agencies, tuple(role for role in ROLES if units[role])


def own_refund(request: HttpRequest, id: UUID) -> Refund:
    """A refund or waiver this officer may see. Raises NoSuchRefund for any other."""
    found, (actor, at) = refunds.known(id), visit(request)
    if not identity.can(actor, "payments.see_refunds", subjects.of_refund(found), at):
        raise NoSuchRefund(_("Không có đề nghị hoàn, miễn này."))
    return found


def own_bill(request: HttpRequest, reference: str) -> Bill:
    """A bill this officer may see. Raises NoSuchBill for any other."""
    found = Bill.objects.filter(reference=reference).first()
    actor, at = visit(request)
    if found is None or not identity.can(actor, "payments.see", subjects.of_bill(found), at):
        raise NoSuchBill(_("Không có khoản thu này."))
    return found


def may(actor: ActorRef, act: str, refund: Refund, request: HttpRequest) -> bool:
    """Whether the officer may do an act to a refund."""
    _actor, at = visit(request)
    return identity.can(actor, f"payments.{act}", subjects.of_refund(refund), at)


def tag(refund: Refund, payout: Payout | None) -> tuple[str, str]:
    """Where it stands, as a colour and words; `payout` is the latest."""
    state = RefundState(refund.state)
    if state is RefundState.REFUSED:
        return "red", _("đã từ chối")
    if state is RefundState.PAID:
        return "green", _("đã hoàn")
    if refund.kind == RefundKind.WAIVER:
        return ("green", _("đã miễn")) if state is RefundState.APPROVED else ("amber", _("chờ duyệt"))
    if payout is None:
        return "grey", _("chờ lập nơi nhận")
    if payout.outcome == "failed":
        return "red", _("ngân hàng không chuyển")
    if payout.agreed_at is None:
        return "amber", _("chờ duyệt")
    if payout.way == PayoutWay.CASH:
        return "blue", _("chờ chi tại quầy")
    return "blue", _("đang chuyển khoản")


def looked(request: HttpRequest, bill: Bill | None, *, query: str = "") -> None:
    """Leave a trace of a look at whose bill it is, which that person will read."""
    (actor, at), purpose = visit(request), _("Hoàn, miễn, xem khoản thu phí và lệ phí")
    if bill is not None and bill.owner_id and bill.owner_kind == "person":
        identity.look(actor, bill.owner_id, purpose, subjects.of_bill(bill), at)
    else:
        words = query or (bill.reference if bill else "")
        identity.look_at_list(actor, query=words, count=1, purpose=purpose, at=at)
