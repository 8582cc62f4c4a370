"""The counter writes down that a result goes by post, and where to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers import wanted
from tinhso.dossiers.operations import delivery
from tinhso.dossiers.pages.desk.acts import carry_out, form_page
from tinhso.dossiers.pages.desk.forms import About, Plain
from tinhso.dossiers.pages.desk.offers import BY_ACT
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.queries.delivery import chosen
from tinhso.dossiers.queries.reading import find, read
from tinhso.forms import api as forms
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today

OFFER = BY_ACT["deliver_to"]


@never_cache
@access.officer("dossiers.deliver_to")
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for receiver, phone and address, filled with what the dossier knows; or keep them."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=OFFER.label)
    about = About(view=view, actor=actor, at=at)
    form, version = Plain(request.POST or None, about=about, slug=OFFER.slug), wanted.form()

    def page(answers: dict[str, Any], faults: dict[str, str], status: int) -> HttpResponse:
        return form_page(
            request,
            OFFER,
            form,
            about=about,
            status=status,
            above="dossiers/desk/delivering.html",
            post_form=version,
            post_answers=answers,
            post_faults=faults,
            fees=wanted.fees(on=today(at)),
            wrong=[(path, sentence) for path, sentence in faults.items() if path],
        )

    if request.method != "POST":
        known = {"full_name": view.applicant.name, "phone": view.applicant.phone}
        prefilled = forms.prefill(version, {"account": known}).answers
        return page(chosen(view.row.id) or prefilled, {}, 200)
    answers = forms.read_page(version, wanted.PAGE, request.POST, at=at)
    if not form.is_valid():
        return page(answers, {}, 422)

    def refused(fault: Invalid) -> HttpResponse:
        return page(answers, fault.faults or {"": fault.message}, 422)

    def keep() -> None:
        delivery.deliver_to(
            dossier_id=view.row.id, answers=answers, by=actor, at=at, seen=form.cleaned_data["version"]
        )

    return carry_out(request, OFFER, keep, about=about, mine="", refused=refused)
