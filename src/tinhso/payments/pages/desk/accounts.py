"""Where money of an agency goes, by day: what holds, what is put forward, said yes or no to by another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.text import Unreadable, typed_date
from tinhso.identity import api as identity
from tinhso.payments.contracts import NoSuchProposal
from tinhso.payments.models import AccountProposal
from tinhso.payments.operations import naming
from tinhso.payments.pages.desk.visiting import KEEPERS, visit
from tinhso.payments.queries import accounts

HOME = naming.HOME
BOXES = ("name", "bank", "account", "tax_code", "chapter", "basis", "valid_from")


@never_cache
@access.officer("payments.see_accounts")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Each agency of the officer with its accounts, and the sub-items of charges."""
    return _listed(request)


def _listed(request: HttpRequest, *, fault: str = "", of: str = "", status: int = 200) -> HttpResponse:
    actor, at = visit(request)
    facts = {
        "title": _("Tài khoản nhận tiền"),
        "rows": [
            {
                "of": row,
                "may_propose": row.asked is None and _may(request, "propose_account", row.agency),
                "may_decide": row.asked is not None
                and row.asked.proposed_by != actor.id
                and _may(request, "decide_account", row.agency),
                "fault": fault if row.asked and str(row.asked.id) == of else "",
            }
            for row in accounts.of_agencies(_agencies(request), on=today(at))
        ],
        "codes": accounts.codes(on=today(at)),
        "may_name": identity.can(actor, "payments.name_code", None, at),
        "errors": bool(fault),
        "typed": request.POST.get("chu", "")[:200],
    }
    return render(request, "payments/desk/accounts.html", facts, status=status)


@never_cache
@access.officer("payments.propose_account")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """Put another account forward; what holds now is filled in."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    if agency_id not in _agencies(request):
        raise NoSuchProposal(_("Không có cơ quan này trong phạm vi của anh/chị."))
    (own,) = accounts.of_agencies([agency_id], on=today(at))
    typed = {name: str(getattr(own.now, name, "")) for name in BOXES} | {"basis": "", "valid_from": ""}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:200] for name in BOXES}
        try:
            words = {name: typed[name] for name in BOXES if name != "valid_from"}
            asked = naming.Asked(**words, valid_from=typed_date(typed["valid_from"]))
            naming.propose(agency_id, asked, by=actor, at=at)
        except Unreadable as refused:
            faults, status = {"valid_from": refused.message}, 422
        except Invalid as refused:
            faults, status = dict(refused.faults) or {"name": refused.message}, refused.status
        except Unable as refused:
            faults, status = {"name": refused.message}, refused.status
        else:
            return HttpResponseRedirect(HOME)
    facts = {
        "title": _("Đề nghị tài khoản nhận tiền"),
        "agency": directory.names([agency_id])[agency_id],
        "typed": typed,
        "faults": faults,
        "links": list(faults.items()),
        "errors": bool(faults),
    }
    return render(request, "payments/desk/account_propose.html", facts, status=status)


@never_cache
@access.officer("payments.decide_account")
@require_POST
def decide(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Say yes, or no with a reason."""
    actor, at = visit(request)
    row = AccountProposal.objects.filter(id=proposal_id, agency__in=_agencies(request)).first()
    if row is None:
        raise NoSuchProposal(_("Không có đề nghị này."))
    try:
        if request.POST.get("viec") == "duyet":
            naming.accept(row.id, by=actor, at=at)
        else:
            naming.refuse(row.id, reason=request.POST.get("chu", ""), by=actor, at=at)
    except Unable as refused:
        return _listed(request, fault=refused.message, of=str(row.id), status=refused.status)
    return HttpResponseRedirect(HOME)


@never_cache
@access.officer("payments.name_code")
@require_http_methods(["GET", "HEAD", "POST"])
def name_code(request: HttpRequest) -> HttpResponse:
    """Say to which sub-item of the budget a charge counts from a day on."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    boxes = ("khoan", "loai", "tieu-muc", "can-cu", "tu-ngay")
    typed = {name: request.POST.get(name, "")[:200] for name in boxes}
    if request.method == "POST":
        try:
            naming.name_code(
                charge=typed["khoan"],
                kind=typed["loai"],
                code=typed["tieu-muc"],
                basis=typed["can-cu"],
                since=typed_date(typed["tu-ngay"]),
                by=actor,
                at=at,
            )
        except Unreadable as refused:
            faults, status = {"tu-ngay": refused.message}, 422
        except Invalid as refused:
            faults, status = dict(refused.faults), refused.status
        except Unable as refused:
            faults, status = {"tu-ngay": refused.message}, refused.status
        else:
            return HttpResponseRedirect(HOME)
    kinds: list[dict[str, Any]] = [
        {"value": value, "text": text, "selected": typed["loai"] == value}
        for value, text in (("fee", _("Phí")), ("charge", _("Lệ phí")))
    ]
    facts = {
        "title": _("Khai tiểu mục"),
        "typed": {name.replace("-", "_"): value for name, value in typed.items()},
        "faults": {name.replace("-", "_"): words for name, words in faults.items()},
        "kinds": kinds,
        "links": list(faults.items()),
        "errors": bool(faults),
    }
    return render(request, "payments/desk/code_name.html", facts, status=status)


def _agencies(request: HttpRequest) -> frozenset[UUID]:
    """The agencies whose accounts the officer may see. Two queries."""
    actor, at = visit(request)
    units = identity.units_held(actor, KEEPERS, at)
    return frozenset(unit.agency_id for unit in directory.units(units).values())


def _may(request: HttpRequest, act: str, agency: UUID) -> bool:
    actor, at = visit(request)
    return identity.can(actor, f"payments.{act}", naming.of_agency(agency, at=at), at)
