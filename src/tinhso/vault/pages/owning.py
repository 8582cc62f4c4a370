"""One's own documents: the list, one document with all that is known of it, its file, taking it out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.foundation import access, files, ids, moments
from tinhso.foundation.files.serving import pictured, served
from tinhso.foundation.moments import today
from tinhso.identity import api as identity
from tinhso.vault.contracts import DocumentView, NotInVault, State
from tinhso.vault.operations import documents as operations
from tinhso.vault.pages.whose import choices, owner_of
from tinhso.vault.pages.words import ROOT, day, facts, may_remove, row, told
from tinhso.vault.queries.documents import document, documents
from tinhso.vault.queries.uses import uses
from tinhso.vault.signatures import report

PAGE = 20
LONGEST = 100
USES = 5
FEW = 4


@never_cache
@access.person()
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Documents of one's vault, newest first, found by words and by whether they still hold."""
    at = moments.now()
    q = request.GET.get("q", "").strip()[:LONGEST]
    state = State(request.GET["tt"]) if request.GET.get("tt") in frozenset(State) else None
    before, before_id = _mark(request)
    owner = owner_of(request)
    vaults = choices(request, at=at)
    opened = str(owner.id) if owner.kind == "organisation" and vaults else ""
    found = documents(
        owner,
        q=q,
        state=state,
        on=today(at),
        before=before,
        before_id=before_id,
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    chosen = {"q": q, "tt": state.value if state else ""}
    context = {
        "title": _("Kho giấy tờ của %(name)s") % {"name": dict(vaults)[opened]}
        if opened
        else _("Kho giấy tờ của tôi"),
        "vaults": vaults,
        "opened": opened,
        "documents": [row(each, on=today(at)) for each in shown],
        "q": q,
        "state": chosen["tt"],
        "states": [("", _("Tất cả")), *((each.value, each.label) for each in State)],
        "narrowed": bool(q or state),
        "many": bool(q or state) or len(found) >= FEW,
        "removed": request.GET.get("xong") == "bo",
        "kept": request.GET.get("xong") == "cat",
        "older": urlencode(_older(shown[-1], chosen)) if len(found) > PAGE else "",
    }
    return render(request, "vault/documents.html", context)


def _older(last: DocumentView, chosen: dict[str, str]) -> dict[str, str]:
    wanted = {name: value for name, value in chosen.items() if value}
    return {**wanted, "truoc": last.kept_at.isoformat(), "id": str(last.id)}


def _mark(request: HttpRequest) -> tuple[datetime | None, UUID | None]:
    """The mark of an earlier page; anything that is none begins anew."""
    try:
        found = parse_datetime(request.GET.get("truoc", "").replace(" ", "+"))
    except ValueError:
        return None, None
    before = found if found and found.tzinfo else None
    return before, ids.read(request.GET.get("id", "")) if before else None


@never_cache
@access.person()
@require_safe
def one(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document: what it is, whether it holds, who signed it, who used it."""
    owner, at = owner_of(request), moments.now()
    found = _own(request, document_id)
    state = found.state(today(at))
    used, more = uses(owner, document=found.id, limit=USES)
    stored = files.describe([found.file_id]).get(found.file_id)
    context: dict[str, Any] = {
        "title": found.title,
        "document": found,
        "row": row(found, on=today(at)),
        "facts": facts(found, on=today(at)),
        "trust": found.source.trust,
        "report": report(found, at=at),
        "uses": told(used, with_title=False),
        "more_uses": more is not None,
        "pictured": stored is not None and stored.media_type.startswith(("image/", "application/pdf")),
        "may_remove": may_remove(found),
        "may_share": state is State.VALID,
        "root": f"{ROOT}{found.id}/",
        "newer": document(found.replaced_by, owner=owner) if found.replaced_by else None,
    }
    return render(request, "vault/document.html", context)


@never_cache
@xframe_options_sameorigin
@access.person()
@require_safe
def file(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """The document, byte for byte as it was kept: shown, or with `?tai` saved."""
    found = _own(request, document_id)
    stored = files.describe([found.file_id]).get(found.file_id)
    ending = stored.name.rpartition(".")[2] if stored else "pdf"
    return served(found.file_id, name=f"{found.title}.{ending}", download="tai" in request.GET)


@access.person()
@require_safe
def picture(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """A small picture of its first page."""
    return pictured(_own(request, document_id).file_id, at=moments.now())


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take one's own upload out of the vault, after asking."""
    found = _own(request, document_id)
    if request.method == "POST":
        operations.remove(
            document_id=found.id,
            owner=owner_of(request),
            by=identity.actor_of(request),
            at=moments.now(),
        )
        return HttpResponseRedirect(f"{ROOT}?xong=bo")
    sentences = [
        _("“%(title)s”, vào kho ngày %(day)s, sẽ bị bỏ khỏi kho.")
        % {"title": found.title, "day": day(today(found.kept_at))},
        _("Hồ sơ đã nộp kèm giấy này không đổi. Liên kết chia sẻ giấy này sẽ đóng lại."),
    ]
    context = {
        "title": _("Bỏ giấy tờ này khỏi kho?"),
        "sentences": sentences,
        "action": request.path,
        "act": _("Bỏ khỏi kho"),
        "danger": True,
        "back": f"{ROOT}{found.id}/",
        "stay": _("Giữ lại"),
    }
    return render(request, "vault/remove.html", context)


def _own(request: HttpRequest, document_id: UUID) -> DocumentView:
    found = document(document_id, owner=owner_of(request))
    if found is None:
        raise NotInVault(_("Kho không có giấy tờ này."))
    return found
