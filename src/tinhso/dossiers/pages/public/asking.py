"""The form, one thing a page. What was typed is kept before it is judged, so that nothing is lost."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tinhso.dossiers.operations import drafts
from tinhso.dossiers.pages.public.filing import Filing, show, step
from tinhso.forms import api as forms


@step
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, filing: Filing, name: str) -> HttpResponse:
    """One page of the form; `?sua=1` comes from the review and goes back there."""
    form = filing.version.form_version_id
    if form is None:
        return HttpResponseRedirect(filing.unfinished())
    edit = bool(request.GET.get("sua"))
    faults: dict[str, str] = {}
    if request.method == "POST":
        answers = drafts.save_page(
            draft_id=filing.draft.id, page=name, posted=request.POST, by=filing.by, at=filing.at
        )
        filing = replace(filing, draft=replace(filing.draft, answers=answers))
        if not forms.stays(request.POST):
            faults = forms.validate(form, answers, page=name, at=filing.at).faults
            if not faults:
                return HttpResponseRedirect(_onward(filing, name, edit=edit))
    view = next((one for one in filing.pages() if one.name == name), None)
    if view is None:
        return HttpResponseRedirect(filing.unfinished())
    return show(
        request,
        "page",
        status=422 if faults else 200,
        title=view.question,
        errors=bool(faults),
        faults=faults,
        filing=filing,
        form=form,
        page=name,
        answers=filing.draft.answers,
        origins=filing.draft.origins,
        back=f"{filing.root}xem-lai/" if edit else filing.before(name),
        at=filing.at,
    )


def _onward(filing: Filing, name: str, *, edit: bool) -> str:
    if not edit:
        return filing.after(name)
    goes = filing.unfinished()
    return f"{goes}?sua=1" if "/phan/" in goes else goes
