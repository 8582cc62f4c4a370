"""Packages at the desk: taking a draft out signed, bringing one in, looking at it before a draft is begun."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.files.forms import DROPPED
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio import parts
from tinhso.studio.bodies import telling
from tinhso.studio.contracts import PartName
from tinhso.studio.files.folder import Sheaf
from tinhso.studio.models import Arrival
from tinhso.studio.operations import checking, sharing
from tinhso.studio.pages.visiting import HOME, address, visit
from tinhso.studio.queries import drafts
from tinhso.studio.queries.versions import bodies_of

PLACE = f"{HOME}goi/"
FIELD = "goi"
SHOWN = 12


class Accepting(forms.Form):
    """A foreign signer accepted on purpose."""

    accept = forms.BooleanField(
        label=gettext_lazy("Tôi đã xem người ký và đồng ý dùng gói của nơi này"),
        error_messages={"required": gettext_lazy("Hãy xem người ký rồi đánh dấu đồng ý.")},
    )


@never_cache
@access.officer("studio.export")
@require_POST
def take_out(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft as a signed package."""
    here = visit(request, draft_id)
    packed = sharing.sealed(sharing.of_draft(here.draft), number=0, by=here.actor, at=here.at)
    answer = HttpResponse(packed.content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{packed.name}"'
    return answer


@never_cache
@access.officer("studio.take_in")
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """A package brought in: checked, and then looked at."""
    at, actor = moments.now(), identity.actor_of(request)
    identity.require(actor, "studio.take_in", None, at)
    fault, faults = "", []  # type: tuple[str, list[str]]
    if request.method == "POST":
        sent = request.FILES.get(FIELD)
        if sent is None:
            fault = " ".join(request.META.get(DROPPED, {}).get(FIELD, ())) or _("Hãy chọn tệp gói thủ tục.")
        else:
            try:
                arrival = sharing.take_in(sent.read(), by=actor, at=at)
                return HttpResponseRedirect(f"{PLACE}{arrival}/")
            except Unable as refused:
                fault, faults = refused.message, _lines(refused)
    facts = {
        "title": _("Nhập gói thủ tục"),
        "home": HOME,
        "fault": fault,
        "faults": faults,
        "errors": bool(fault),
    }
    return render(request, "studio/bring.html", facts, status=422 if fault else 200)


def _lines(refused: Unable) -> list[str]:
    found = refused.faults if isinstance(refused, Invalid) else {}
    return [f"{name}: {why}" for name, why in found.items()]


@never_cache
@access.officer("studio.accept")
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """What a package holds, who signed it, what it would change; then a draft is made of it."""
    at, actor = moments.now(), identity.actor_of(request)
    identity.require(actor, "studio.accept", None, at)
    row = sharing.arrival(arrival_id)
    form = Accepting(request.POST if request.method == "POST" else None) if row.foreign else None
    refused = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            draft = sharing.accept(arrival_id=arrival_id, foreign=form is not None, by=actor, at=at)
            return HttpResponseRedirect(address(draft))
        except Unable as error:
            refused = error.message
    errors = bool(form and form.errors)
    facts = {**_seen(row, by=actor), "form": form, "errors": errors, "refused": refused}
    return render(request, "studio/look.html", facts, status=422 if errors or refused else 200)


def _seen(row: Arrival, *, by: ActorRef) -> dict[str, Any]:
    at = moments.now()
    sheaf = sharing.sheaf_of(row)
    open_ = drafts.open_draft(row.code)
    standing = procedures.by_codes([row.code], at=at)
    problems = checking.judged(sheaf, at=at)
    blocking = sum(one.blocks for one in problems)
    signed = ", ".join(dict.fromkeys(name for name in (row.signer, row.signer_organisation) if name))
    number = _("phiên bản %(n)s") % {"n": row.number} if row.number else _("bản đang soạn")
    return {
        "title": row.title,
        "home": PLACE,
        "row": row,
        "signed": signed,
        "summary": [
            (_("Mã thủ tục"), row.code),
            (_("Nơi làm"), f"{row.origin_name} ({row.origin_identifier})"),
            (_("Trong gói"), f"{number}, {local(row.made_at):%H:%M %d/%m/%Y}"),
            (_("Người ký"), signed),
            (_("Mang vào"), f"{row.brought_by}, {local(row.brought_at):%H:%M %d/%m/%Y}"),
        ],
        "parts": _parts(sheaf, standing[0] if standing else None),
        "standing": standing[0] if standing else None,
        "open": address(open_) if open_ else "",
        "blocking": ngettext("%(n)d chỗ cần sửa", "%(n)d chỗ cần sửa", blocking) % {"n": blocking}
        if blocking
        else "",
        "drafted": address(row.draft_id) if row.draft_id else "",
    }


def _parts(sheaf: Sheaf, standing: procedures.ProcedureLine | None) -> list[dict[str, Any]]:
    """Each part: what the package has, and where it differs from the version in force."""
    before = bodies_of(procedures.version(standing.version_id)) if standing else {}
    bodies = checking.whole(sheaf)
    return [_part(name, bodies[name], before) for name in PartName if name in bodies]


def _part(name: PartName, body: dict[str, Any], before: dict[PartName, Any]) -> dict[str, Any]:
    kind = parts.KINDS[name]
    found = telling.told(name, before[name], body) if name in before else ()
    if name not in before:
        said = _("mới")
    elif found:
        said = ngettext("%(n)d chỗ khác", "%(n)d chỗ khác", len(found)) % {"n": len(found)}
    else:
        said = _("như cũ")
    return {
        "label": str(kind.label),
        "there": kind.say(body) or _("không có"),
        "said": said,
        "changed": bool(found),
        "changes": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
    }
