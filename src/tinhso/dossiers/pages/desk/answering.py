"""Someone brings the papers asked for in person: counted or scanned at the counter, the clock runs again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers.contracts import DossierView, PaperFault
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import supplement_files, supplements
from tinhso.dossiers.pages import open_questions
from tinhso.dossiers.pages.desk import receiving
from tinhso.dossiers.pages.desk.acts import carry_out, form_page
from tinhso.dossiers.pages.desk.forms import About, Brought
from tinhso.dossiers.pages.desk.offers import BY_ACT
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.queries.lacking import QUESTIONS, Lacking, of_dossier
from tinhso.dossiers.queries.reading import find, read
from tinhso.forms import api as forms
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid

OFFER = BY_ACT["answer_supplement"]


@dataclass(frozen=True, slots=True)
class Row:
    """One paper asked for: why, what was counted, and what is wrong."""

    code: str
    name: str
    reason: str
    originals: str
    copies: str
    fault: str


@never_cache
@access.officer("dossiers.answer_supplement")
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is still awaited, or take in what was brought: all of it, or with `part` what is there."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Nhận giấy tờ bổ sung tại quầy"))
    about = About(view=view, actor=actor, at=at)
    asked = next((each.awaited for each in view.supplements if each.answered_at is None), ())
    form = Brought(request.POST or None, about=about, slug=OFFER.slug)
    questions = _questions(request, view, asked)

    def page(faults: Mapping[str, str], status: int) -> HttpResponse:
        return _page(request, form, asked, questions, faults, about=about, status=status)

    if request.method != "POST" or forms.stays(request.POST):
        return page({}, 200)
    if not form.is_valid():
        return page({}, 422)

    def refused(fault: Invalid) -> HttpResponse:
        form.add_error(None, fault.message)
        return page(fault.faults, 422)

    def take_in() -> None:
        answer = supplements.answer_part if "part" in request.POST else supplements.answer
        answer(
            dossier_id=view.row.id,
            papers=receiving.given(request, [fault.code for fault in asked], actor=actor, at=at),
            note=form.cleaned_data["note"],
            answers=questions.given if questions else None,
            by=actor,
            at=at,
            seen=form.cleaned_data["version"],
        )

    return carry_out(request, OFFER, take_in, about=about, mine=form.written(), refused=refused)


@dataclass(frozen=True, slots=True)
class Questions:
    """The open questions that are asked for, and what was typed: here, or by the person before."""

    found: Lacking
    given: dict[str, Any]
    filed: datetime


def _questions(request: HttpRequest, view: DossierView, asked: tuple[PaperFault, ...]) -> Questions | None:
    if all(fault.code != QUESTIONS for fault in asked):
        return None
    dossier = Dossier.objects.get(id=view.row.id)
    found, filed = of_dossier(dossier), dossier.submitted_at
    before = supplement_files.typed(dossier.id)
    given = open_questions.typed(request, found, at=filed) if request.method == "POST" else before
    return Questions(found, given, filed)


def _page(
    request: HttpRequest,
    form: Brought,
    asked: tuple[PaperFault, ...],
    questions: Questions | None,
    faults: Mapping[str, str],
    *,
    about: About,
    status: int,
) -> HttpResponse:
    typed = request.POST if form.is_bound else form.typed.fields if form.typed else {}
    rows = [
        Row(
            code=paper.code,
            name=paper.name,
            reason=paper.reason,
            originals=typed.get(f"goc-{paper.code}", "" if typed else "1"),
            copies=typed.get(f"sao-{paper.code}", ""),
            fault=faults.get(f"papers.{paper.code}", ""),
        )
        for paper in asked
        if paper.code != QUESTIONS
    ]
    sheet = None
    if questions:
        of_form = {path: said for path, said in faults.items() if not path.startswith("papers.")}
        sheet = open_questions.sheet(questions.found, questions.given, of_form, at=questions.filed)
    wrong = [(f"goc-{row.code}", row.fault) for row in rows if row.fault]
    return form_page(
        request,
        OFFER,
        form,
        about=about,
        status=status,
        brought=rows,
        sends_files=True,
        sheet=sheet,
        wrong=[*(sheet.links if sheet else ()), *wrong],
        above="dossiers/desk/brought.html",
        second={"name": "part", "label": _("Nhận trước phần đã có")} if len(asked) > 1 else None,
    )
