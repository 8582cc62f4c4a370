"""Receipts for people: looked up by code, and their files for who holds the bill or owns it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.files.serving import served
from tinhso.foundation.refs import ActorKind
from tinhso.foundation.text import format_money, masked_name
from tinhso.identity import api as identity
from tinhso.payments import subjects
from tinhso.payments.models import Receipt
from tinhso.payments.pages.public.paying import THEIRS
from tinhso.payments.queries import receipts
from tinhso.payments.receipt_contracts import NoSuchReceipt, ReceiptState
from tinhso.payments.receipt_facts import seven

ROOT = "/bien-lai/"
ANYBODY = "whoever is shown a receipt may check it; names are masked, wrong codes are counted and limited"


@never_cache
@access.anyone(reason=ANYBODY)
@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Where a code is typed; `ma` leads to its receipt."""
    typed = "".join(letter for letter in request.GET.get("ma", "")[:40] if letter.isalnum())
    if typed and typed.isascii():
        return HttpResponseRedirect(f"{ROOT}{typed.upper()}/")
    fault = _("Hãy gõ mã tra cứu in trên biên lai, gồm 10 chữ và số.") if "ma" in request.GET else ""
    return _asked(request, request.GET.get("ma", "")[:40], fault=fault, status=422 if fault else 200)


@never_cache
@access.anyone(reason=ANYBODY)
@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the receipt of a code stands, and what it is over."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        found = receipts.looked_up(code, address=address, at=moments.now())
    except Unable as fault:
        return _asked(request, code[:40], fault=fault.message, status=fault.status)
    return render(request, "payments/public/receipt.html", _facts(request, found))


@never_cache
@access.anyone(reason=THEIRS)
@require_safe
def of_bill(request: HttpRequest, token: str, code: str, ending: str) -> HttpResponseBase:
    """A file of a receipt, by the address of its bill."""
    found = receipts.by_code(code)
    if found is None or found.bill.token != token:
        raise NoSuchReceipt(_("Không có biên lai này. Hãy mở lại từ trang nộp tiền hoặc từ hồ sơ."))
    return _file(found, ending)


@never_cache
@access.anyone(reason="the view asks whether the receipt is the visitor's, and knows no other's")
@require_safe
def own(request: HttpRequest, code: str, ending: str) -> HttpResponseBase:
    """A file of a receipt of one's own, or of an agency whose officer may see it."""
    found = receipts.by_code(code)
    if found is None or not _theirs(request, found):
        raise NoSuchReceipt(_("Không có biên lai này trong số của ông/bà. Hãy đăng nhập rồi thử lại."))
    return _file(found, ending)


def _file(found: Receipt, ending: str) -> HttpResponseBase:
    name = f"bien-lai-{found.facts['symbol']}-{seven(found.number)}.{ending}"
    return served(receipts.newest_file(found, ending), name=name)


def _theirs(request: HttpRequest, found: Receipt) -> bool:
    """Whether the visitor owns the receipt or may see it at the desk."""
    actor = identity.actor_of(request)
    if actor.kind not in (ActorKind.PERSON, ActorKind.OFFICER):
        return False
    return identity.can(actor, "payments.see_receipts", subjects.of_receipt(found), moments.now())


def _facts(request: HttpRequest, found: Receipt) -> dict[str, Any]:
    whose, said, next_one = _theirs(request, found), found.facts, getattr(found, "replaced_by", None)
    payer = said["payer"] if whose else masked_name(said["payer"])
    rows = [
        (_("Số biên lai"), f"{said['symbol']}, {seven(found.number)}"),
        (_("Mẫu số"), said["form"]),
        (_("Ngày lập"), moments.local(found.issued_at).strftime("%d/%m/%Y")),
        (_("Cơ quan thu"), said["agency"]),
        (_("Người nộp"), payer),
        (_("Số tiền"), format_money(found.amount)),
        (_("Mã tra cứu"), found.code),
    ]
    return {
        "title": _("Biên lai %(number)s") % {"number": seven(found.number)},
        "standing": found.state == ReceiptState.ISSUED,
        "verdict": ReceiptState(found.state).label,
        "receipt": found,
        "instead": f"{next_one.series.symbol}, {seven(next_one.number)}" if next_one else "",
        "rows": rows,
        "files": f"{ROOT}{found.code}/bien-lai." if whose else "",
        "whose": whose,
    }


def _asked(request: HttpRequest, typed: str, *, fault: str, status: int) -> HttpResponse:
    facts = {
        "title": _("Tra cứu biên lai"),
        "typed": typed,
        "fault": fault,
        "errors": bool(fault),
        "links": [("ma", fault)] if fault else [],
    }
    return render(request, "payments/public/receipt_lookup.html", facts, status=status)
