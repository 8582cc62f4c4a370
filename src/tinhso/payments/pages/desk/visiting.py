"""What every page of reconciliation needs: who, when, and the agencies whose money it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.payments import caretakers, subjects
from tinhso.payments.contracts import NoSuchProblem
from tinhso.payments.models import Problem, ReconciledDay

HOME = "/can-bo/doi-soat/"
KEEPERS = {identity.Role.ACCOUNTANT, identity.Role.LEADER, identity.Role.ADMINISTRATOR}
"""Who may see where money of an agency goes."""


def visit(request: HttpRequest) -> tuple[ActorRef, datetime]:
    """The officer and the moment of a request."""
    return identity.actor_of(request), moments.now()


def agencies(request: HttpRequest) -> frozenset[UUID]:
    """The agencies for which the officer is an accountant. Two queries."""
    actor, at = visit(request)
    return caretakers.agencies_served(actor, at=at)


def own_problem(request: HttpRequest, id: UUID) -> Problem:
    """A difference that is this accountant's work. Raises NoSuchProblem for any other."""
    found = (
        Problem.objects.select_related("money", "bill", "suggested", "proposed", "line", "deposit__drawer")
        .filter(id=id)
        .first()
    )
    actor, at = visit(request)
    if found is None or not identity.can(actor, "payments.decide", subjects.of_problem(found), at):
        raise NoSuchProblem(_("Không có sai lệch này."))
    return found


def own_day(request: HttpRequest, id: UUID) -> ReconciledDay:
    """A day of a source this accountant looks after. Raises as `own_problem`."""
    found = ReconciledDay.objects.filter(id=id).first()
    actor, at = visit(request)
    if found is None or not identity.can(actor, "payments.reconcile", subjects.of_day(found), at):
        raise NoSuchProblem(_("Không có ngày đối soát này."))
    return found


def look(request: HttpRequest, *, query: str, count: int) -> None:
    """Leave one trace for the names of payers shown."""
    actor, at = visit(request)
    identity.look_at_list(actor, query=query, count=count, purpose=_("Đối soát tiền nộp"), at=at)
