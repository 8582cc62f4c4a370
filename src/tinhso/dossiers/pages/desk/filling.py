"""What a dossier lacks under its new version, typed or scanned at the counter; nothing else is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import filling
from tinhso.dossiers.pages.desk import receiving
from tinhso.dossiers.pages.desk.acts import carry_out, form_page
from tinhso.dossiers.pages.desk.forms import About, FilledIn
from tinhso.dossiers.pages.desk.offers import BY_ACT
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.pages.open_questions import sheet, typed
from tinhso.dossiers.queries.lacking import Lacking, of_dossier
from tinhso.dossiers.queries.reading import find, read
from tinhso.forms import api as forms
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid

OFFER = BY_ACT["fill_in"]


@dataclass(frozen=True, slots=True)
class Row:
    """One paper that is lacking, with what was counted, and its fault."""

    code: str
    name: str
    originals: str
    copies: str
    fault: str


@never_cache
@access.officer("dossiers.fill_in")
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is lacking, or write what was told and take in what was brought."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Ghi phần còn thiếu theo lời người nộp"))
    about = About(view=view, actor=actor, at=at)
    dossier = Dossier.objects.get(id=view.row.id)
    found, filed = of_dossier(dossier), dossier.submitted_at
    given = typed(request, found, at=filed)
    form = FilledIn(request.POST or None, about=about, slug=OFFER.slug)

    def page(faults: Mapping[str, str], status: int) -> HttpResponse:
        return _page(request, form, found, given, faults, about=about, filed=filed, status=status)

    if request.method != "POST" or forms.stays(request.POST):
        return page({}, 200)
    if not form.is_valid():
        return page({}, 422)

    def refused(fault: Invalid) -> HttpResponse:
        if not fault.faults:
            form.add_error(None, fault.message)
        return page(fault.faults, 422)

    def write() -> None:
        filling.fill_in(
            dossier_id=view.row.id,
            answers=given,
            papers=receiving.given(request, [paper.code for paper in found.papers], actor=actor, at=at),
            word=form.cleaned_data["word"],
            by=actor,
            at=at,
            seen=form.cleaned_data["version"],
        )

    mine = "\n".join([form.written(), *_told(found, given, at=filed)])
    return carry_out(request, OFFER, write, about=about, mine=mine, refused=refused)


def _told(found: Lacking, given: forms.Answers, *, at: datetime) -> list[str]:
    """What was typed, to be read when somebody else was first."""
    if found.form is None:
        return []
    rows = forms.summary(found.form, forms.overlaid(found.form, found.answers, given, found.paths), at=at)
    return [f"{row.label}: {row.value}" for row in rows if row.answered and row.path in found.paths]


def _page(
    request: HttpRequest,
    form: FilledIn,
    found: Lacking,
    given: forms.Answers,
    faults: Mapping[str, str],
    *,
    about: About,
    filed: datetime,
    status: int,
) -> HttpResponse:
    rows = [
        Row(
            code=paper.code,
            name=paper.name,
            originals=request.POST.get(f"goc-{paper.code}", ""),
            copies=request.POST.get(f"sao-{paper.code}", ""),
            fault=faults.get(f"papers.{paper.code}", ""),
        )
        for paper in found.papers
    ]
    asked = {path: said for path, said in faults.items() if not path.startswith("papers.")}
    drawn = sheet(found, given, asked, at=filed)
    wrong: list[tuple[str, Any]] = [*(drawn.links if drawn else ())]
    wrong += [(f"goc-{row.code}", row.fault) for row in rows if row.fault]
    return form_page(
        request,
        OFFER,
        form,
        about=about,
        status=status,
        sheet=drawn,
        brought=rows,
        sends_files=True,
        wrong=wrong,
        above="dossiers/desk/filling.html",
    )
