"""The form, one thing a page. What was typed is kept before it is judged, so that nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.dossiers.faults import WrittenElsewhere
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import drafts, registering
from tinhso.dossiers.pages.public.filing import Filing, filing_of, show, to_choose, typing_step
from tinhso.forms import api as forms
from tinhso.procedures import api as procedures
from tinhso.registers import api as registers

SEEN = "da_thay"
AGAIN = "hoi_lai"


@typing_step
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, filing: Filing, name: str) -> HttpResponse:
    """One page of the form; `?sua=1` comes from the review and goes back there."""
    if request.method == "POST" and _drawn_before(filing, name):
        _saved(request, filing, name, whatever=True)
        return _go_on(request, filing)
    form = filing.version.form_version_id
    if form is None:
        return HttpResponseRedirect(filing.unfinished())
    faults: dict[str, str] = {}
    if filing.ended:
        if request.method == "POST":
            _saved(request, filing, name, whatever=True)
        return to_choose(filing)
    if request.method == "POST":
        try:
            answers = _saved(request, filing, name)
        except WrittenElsewhere:
            return _both(request, filing_of(request, filing.version.code) or filing, form, name)
        filing = replace(filing, draft=replace(filing.draft, answers=answers))
        if AGAIN in request.POST:
            registering.ask(draft_id=filing.draft.id, by=filing.by, at=filing.at)
            return HttpResponseRedirect(request.get_full_path())
        if not forms.stays(request.POST):
            faults = forms.validate(form, answers, page=name, at=filing.at).faults
            if not faults:
                edit = bool(request.GET.get("sua"))
                return HttpResponseRedirect(filing.onward() if edit else filing.after(name))
    return _drawn(request, filing, form, name, faults=faults, status=422 if faults else 200)


@typing_step
@require_POST
def keep(request: HttpRequest, filing: Filing, name: str) -> HttpResponse:
    """What is being typed, kept without being judged; answers with the new fingerprint of the page."""
    form = procedures.version(_under(filing, name)).form_version_id
    if form is None:
        return JsonResponse({}, status=404)
    try:
        answers = _saved(request, filing, name, typing=True)
    except WrittenElsewhere as written:
        return JsonResponse({"title": written.message}, status=written.status)
    return JsonResponse({"seen": forms.fingerprint(form, name, answers)})


def _under(filing: Filing, name: str) -> UUID:
    """The version a page was drawn under: the draft's, or the one before when only that has such a page."""
    before, form = filing.draft.renewed_from, procedures.version(filing.draft.version).form_version_id
    if before is None or (form and any(page.name == name for page in forms.definition(form).pages)):
        return filing.draft.version
    return before


def _drawn_before(filing: Filing, name: str) -> bool:
    """Whether the page was drawn before the version now in force."""
    return _under(filing, name) != filing.version.id


def _go_on(request: HttpRequest, filing: Filing) -> HttpResponse:
    """What was typed is kept; on under the version in force, which says what changed."""
    renewed = filing_of(request, filing.version.code)
    return HttpResponseRedirect(renewed.unfinished() if renewed else filing.root)


def _saved(
    request: HttpRequest, filing: Filing, name: str, *, typing: bool = False, whatever: bool = False
) -> forms.Answers:
    """Keep the page; `whatever` was written elsewhere meanwhile."""
    return drafts.save_page(
        draft_id=filing.draft.id,
        page=name,
        posted=request.POST,
        seen="" if whatever else request.POST.get(SEEN, ""),
        typing=typing,
        under=_under(filing, name),
        by=filing.by,
        at=filing.at,
    )


def _both(request: HttpRequest, filing: Filing, form: UUID, name: str) -> HttpResponse:
    """What was typed here in the boxes, what was written elsewhere beside it; one more press decides."""
    elsewhere = forms.summary(form, filing.draft.answers, at=filing.at)
    typed = forms.read_page(form, name, request.POST, answers=filing.draft.answers, at=filing.at)
    return _drawn(
        request,
        filing,
        form,
        name,
        answers=typed,
        status=409,
        others=[(row.label, row.value) for row in elsewhere if row.page == name],
    )


def _drawn(
    request: HttpRequest,
    filing: Filing,
    form: UUID,
    name: str,
    *,
    status: int,
    faults: dict[str, str] | None = None,
    answers: forms.Answers | None = None,
    others: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    shown = filing.draft.answers if answers is None else answers
    whole = replace(filing, draft=replace(filing.draft, answers=shown))
    view = next((one for one in whole.pages() if one.name == name), None)
    if view is None:
        return HttpResponseRedirect(filing.unfinished())
    edit = bool(request.GET.get("sua"))
    return show(
        request,
        "page",
        status=status,
        title=view.question,
        errors=bool(faults),
        faults=faults or {},
        filing=filing,
        form=form,
        page=name,
        answers=shown,
        origins=filing.draft.origins,
        others=others,
        written=in_words(filing.draft.saved_at),
        silent=_silent(filing, form, name),
        report=f"{filing.root}sai/",
        keep=_keeping(filing, form, name, fresh=others is None),
        back=f"{filing.root}xem-lai/" if edit else filing.before(name),
        at=filing.at,
    )


def _silent(filing: Filing, form: UUID, name: str) -> tuple[forms.Silence, ...]:
    """Registers that should have filled this page and did not; asked of the trace only where one is named."""
    named = forms.registers_named(form, name)
    return registers.silent(filing.draft.id, named) if named else ()


def _keeping(filing: Filing, form: UUID, name: str, *, fresh: bool) -> forms.Keeping:
    return forms.Keeping(
        href=f"{filing.root}phan/{name}/luu/",
        draft=str(filing.draft.id),
        who=str(filing.by.id),
        page=name,
        seen=forms.fingerprint(form, name, filing.draft.answers),
        saved=int(filing.draft.saved_at.timestamp()),
        now=int(filing.at.timestamp()),
        fresh=fresh,
    )
