"""A result received by post: chosen while filing, or later until a parcel is made ready."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers import applicants, lifecycle, wanted
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.operations import delivery, drafts
from tinhso.dossiers.pages.public.filing import Filing, show, step
from tinhso.dossiers.queries.delivery import chosen
from tinhso.dossiers.queries.reading import find, read
from tinhso.forms import api as forms
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.identity import api as identity


@step
@require_http_methods(["GET", "HEAD", "POST"])
def before(request: HttpRequest, filing: Filing) -> HttpResponse:
    """While filing: filled with who files, or with what was chosen before."""
    version = wanted.form()
    back, caption = f"{filing.root}noi-nhan/", filing.version.short_name
    if request.method == "POST":
        answers = forms.read_page(version, wanted.PAGE, request.POST, at=filing.at)
        try:
            drafts.deliver_to(draft_id=filing.draft.id, answers=answers, by=filing.by, at=filing.at)
        except Invalid as fault:
            return _page(request, answers, fault.faults, back=back, caption=caption)
        return HttpResponseRedirect(f"{filing.root}xem-lai/")
    known = applicants.facts(filing.owner, filing.whom, by=filing.by, at=filing.at)
    answers = filing.draft.post or forms.prefill(version, known).answers
    return _page(request, answers, {}, back=back, caption=caption)


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def after(request: HttpRequest, code: str) -> HttpResponse:
    """After sending, until the result is being made ready as a parcel."""
    actor, at = identity.actor_of(request), moments.now()
    view, version = read(find(code), by=actor, at=at, purpose=""), wanted.form()
    home = f"/ho-so/{view.row.code}/"
    back, caption = f"{home}noi-nhan/", view.row.procedure_name
    if "deliver_to" not in lifecycle.offered(view.row.status):
        return HttpResponseRedirect(home)
    if request.method == "POST":
        answers = forms.read_page(version, wanted.PAGE, request.POST, at=at)
        try:
            delivery.deliver_to(dossier_id=view.row.id, answers=answers, by=actor, at=at)
        except (Invalid, WrongTurn) as fault:
            faults = getattr(fault, "faults", None) or {"": fault.message}
            return _page(request, answers, faults, back=back, caption=caption)
        return HttpResponseRedirect(home)
    known = {"full_name": view.applicant.name, "phone": view.applicant.phone}
    answers = chosen(view.row.id) or forms.prefill(version, {"account": known}).answers
    return _page(request, answers, {}, back=back, caption=caption)


def _page(
    request: HttpRequest, answers: dict[str, Any], faults: dict[str, str], *, back: str, caption: str
) -> HttpResponse:
    at = moments.now()
    return show(
        request,
        "deliver",
        status=422 if faults else 200,
        title=_("Bưu điện giao kết quả cho ai, ở đâu?"),
        errors=bool(faults),
        form=wanted.form(),
        page=wanted.PAGE,
        answers=answers,
        faults=faults,
        refused=faults.get("", ""),
        fees=wanted.fees(on=today(at)),
        back=back,
        caption=caption,
        at=at,
    )
