"""Seeing beyond one's own work: opening a dossier in an emergency, and an inspector's list of an agency."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.pages.desk.lines import lines
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.dossiers.queries import tracing
from tinhso.dossiers.queries.lists import page
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.dossiers.queries.reading import find
from tinhso.dossiers.turning import subject_of
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.identity import api as identity

PAGE = 50


class EmergencyForm(forms.Form):
    """Why a dossier must be seen now by somebody whose work it is not."""

    reason = forms.CharField(
        label=gettext_lazy("Vì sao phải mở hồ sơ này ngay?"),
        help_text=gettext_lazy("Chủ hồ sơ và người thứ hai trong cơ quan sẽ đọc lý do này."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Hãy ghi lý do mở khẩn.")},
    )


@never_cache
@access.officer("dossiers.open")
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the reason, then open, or wait for the second person. NotFound where it may not be asked."""
    actor, at = visit(request)
    dossier = Dossier.objects.get(id=find(code))
    subject = subject_of(dossier)
    acts = ("identity.open_in_emergency", "identity.ask_to_open")
    may = identity.allowed(actor, acts, subject, at)
    if not may:
        raise NotFound(_("Không tìm thấy hồ sơ này."))
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = identity.ToOpen(subject, label=dossier.code, link=f"{LIST}{dossier.code}/")
        try:
            opened = identity.open_in_emergency(wanted, reason=form.cleaned_data["reason"], by=actor, at=at)
            return HttpResponseRedirect(wanted.link if opened else "/can-bo/mo-khan/")
        except Invalid as fault:
            form.add_error("reason", fault.faults.get("reason", fault.message))
    facts = {
        "title": _("Mở khẩn hồ sơ %(code)s") % {"code": dossier.code},
        "form": form,
        "waits": acts[0] not in may,
        "back": f"{LIST}{dossier.code}/",
    }
    return render(request, "dossiers/desk/emergency.html", facts, status=422 if form.errors else 200)


@never_cache
@access.officer("identity.inspect")
@require_safe
def inspected(request: HttpRequest, inspection: UUID) -> HttpResponse:
    """The dossiers of an inspected agency, newest first; the list leaves a trace with the decision."""
    actor, at = visit(request)
    found = identity.inspection(inspection, officer_id=actor.id, at=at) if actor.id else None
    if found is None:
        raise NotFound(_("Không có cuộc thanh tra nào đang diễn ra ở địa chỉ này."))
    q = request.GET.get("q", "").strip()[:200]
    listed = page(Filter(agency=found.agency, q=q), limit=PAGE, after=request.GET.get("sau", ""))
    identity.look_at_list(
        actor,
        query=f"thanh-tra={found.decision}&q={q}",
        count=len(listed.rows),
        purpose=_("Thanh tra theo quyết định %(number)s") % {"number": found.decision},
        at=at,
    )
    tracing.looks_by_number(q, [row.id for row in listed.rows], by=actor, at=at)
    here = f"/can-bo/thanh-tra/{found.id}/"
    facts = {
        "title": _("Thanh tra theo quyết định %(number)s") % {"number": found.decision},
        "lines": lines(listed.rows, at=at),
        "q": q,
        "here": here,
        "next": f"{here}?{urlencode({'q': q, 'sau': listed.after})}" if listed.after else "",
    }
    return render(request, "dossiers/desk/inspected.html", facts)
