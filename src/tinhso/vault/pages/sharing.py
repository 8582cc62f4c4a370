"""The owner's side of links: making one, seeing them, taking them back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.foundation import access, ids, legal, moments
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.moments import today
from tinhso.identity import api as identity
from tinhso.ui.api import paging
from tinhso.vault.contracts import DocumentView, NoLongerHolds, NotInVault
from tinhso.vault.operations import shares as operations
from tinhso.vault.pages.whose import owner_of
from tinhso.vault.pages.words import ROOT, link
from tinhso.vault.queries.documents import document
from tinhso.vault.queries.shares import shares

LINKS = f"{ROOT}lien-ket/"
USUAL = {"ngay": "7", "lan": "5"}


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """For whom, how long, how often, with which passcode; then the link itself."""
    owner, at = owner_of(request), moments.now()
    found = document(document_id, owner=owner)
    if found is None:
        raise NotInVault(_("Kho không có giấy tờ này."))
    if request.method != "POST":
        return _drawn(request, found, {})
    try:
        made = operations.share(
            document_id=found.id,
            owner=owner,
            purpose=request.POST.get("viec", ""),
            days=_number(request, "ngay"),
            most=_number(request, "lan"),
            passcode=request.POST.get("ma", ""),
            by=identity.actor_of(request),
            at=at,
        )
    except NoLongerHolds as fault:
        return _drawn(request, found, {"": fault.message})
    except (Invalid, Conflict) as fault:
        faults = fault.faults if isinstance(fault, Invalid) else {}
        return _drawn(request, found, faults or {"": fault.message})
    return HttpResponseRedirect(f"{LINKS}?moi={made}")


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "").strip()
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 0


def _drawn(request: HttpRequest, found: DocumentView, faults: dict[str, str]) -> HttpResponse:
    day = today(moments.now())
    typed = {name: request.POST.get(name, USUAL.get(name, "")) for name in ("viec", "ngay", "lan")}
    context: dict[str, Any] = {
        "title": _("Chia sẻ bằng liên kết"),
        "document": found,
        "back": f"{ROOT}{found.id}/",
        "typed": typed,
        "faults": faults,
        "errors": bool(faults),
        "links": [
            {"text": sentence, "href": f"#{name}"} if name else {"text": sentence}
            for name, sentence in faults.items()
        ],
        "days": legal.integer("vault_share_days", on=day),
        "most": legal.integer("vault_share_uses", on=day),
    }
    return render(request, "vault/share.html", context, status=422 if faults else 200)


@never_cache
@access.person()
@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """One's links, newest first, those that are open with their address."""
    at = moments.now()
    found, more = shares(owner_of(request), before=paging.before(request))
    new = ids.read(request.GET.get("moi", ""))
    lines = [link(each, origin=settings.ORIGIN, open_now=each.open(at)) for each in found]
    fresh = next((line for line in lines if line["id"] == new), None)
    context = {
        "title": _("Liên kết đã chia sẻ"),
        "links": lines,
        "fresh": fresh,
        "picture": segno.make(fresh["address"], error="m").svg_data_uri(border=2, scale=4) if fresh else "",
        "ended": request.GET.get("xong") == "dong",
        "older": f"truoc={more}" if more else "",
    }
    return render(request, "vault/links.html", context)


@access.person()
@require_POST
def end(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Take a link back."""
    operations.end(
        share_id=share_id,
        owner=owner_of(request),
        by=identity.actor_of(request),
        at=moments.now(),
    )
    return HttpResponseRedirect(f"{LINKS}?xong=dong")
