"""Asking for papers: every paper is judged on one page, the letter is written from the verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.dossiers import asked_papers, capacities, marks, prints
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import DossierView, PaperFault, Verdict
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import clock, supplements
from tinhso.dossiers.pages.desk.acts import carry_out, form_page
from tinhso.dossiers.pages.desk.forms import About, Supplement
from tinhso.dossiers.pages.desk.offers import BY_ACT
from tinhso.dossiers.pages.desk.screen import REASONS
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.dossiers.queries.asking import Asked
from tinhso.dossiers.queries.lacking import QUESTIONS, Lacking, in_words, of_dossier, questions_name
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files.serving import pdf
from tinhso.foundation.moments import local, today
from tinhso.identity.api import Capacity
from tinhso.procedures import api as procedures

OFFER = BY_ACT["ask_supplement"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One paper on the page: what is known of it, what was chosen and typed, and its fault."""

    code: str
    name: str
    note: str
    choice: str
    reason: str
    given: bool
    fault: str = ""


@never_cache
@access.officer("dossiers.ask_supplement")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Show the papers with their verdicts, or ask for all that are faulty or missing, at once."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Yêu cầu bổ sung"))
    about = About(view=view, actor=actor, at=at)
    form = Supplement(request.POST or None, about=about, slug=OFFER.slug)
    rows = _rows(request, view, kept=form.typed.fields if form.typed else {})
    if request.method != "POST":
        return _page(request, form, rows, about=about, status=200)
    if not form.is_valid() or any(row.fault for row in rows):
        return _page(request, form, rows, about=about, status=422)

    def refused(fault: Invalid) -> HttpResponse:
        again = "again" if "again" in fault.faults and "again" in form.fields else None
        form.add_error(again, next(iter(fault.faults.values()), fault.message))
        return _page(request, form, rows, about=about, status=422)

    def send() -> None:
        supplements.ask(
            dossier_id=view.row.id,
            faults=_faults(rows),
            message=form.cleaned_data["message"],
            again=form.cleaned_data.get("again", ""),
            by=actor,
            at=at,
            seen=form.cleaned_data["version"],
        )

    typed = [f"{row.name}: {row.reason}" for row in rows if row.choice == "faulty"]
    mine = "\n".join([*typed, form.written()]).strip()
    return carry_out(request, OFFER, send, about=about, mine=mine, refused=refused)


@never_cache
@xframe_options_sameorigin
@access.officer("dossiers.ask_supplement")
@require_POST
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """Form 02 as it would be with what is on the page now; nothing is kept."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Xem trước phiếu bổ sung"))
    content = prints.supplement_preview(
        view.row.id,
        faults=_faults(_rows(request, view, kept={})),
        message=request.POST.get("message", "")[:2000],
        until=clock.supplement_by(agency_id=view.row.agency, at=at),
        by=actor,
        at=at,
    )
    return pdf(content, name=f"{code}-mau-02-xem-truoc.pdf")


def _faults(rows: list[Judged]) -> list[PaperFault]:
    return [
        PaperFault(code=row.code, name=row.name, reason=row.reason) for row in rows if row.choice == "faulty"
    ]


def _rows(request: HttpRequest, view: DossierView, *, kept: Mapping[str, str]) -> list[Judged]:
    """Every paper the procedure asks for, as judged, as typed before, or as it was sent."""
    given = {paper.code: paper for paper in view.papers if paper.current}
    rows = []
    lacking = of_dossier(Dossier.objects.get(id=view.row.id)) if marks.LACKING in view.row.flags else None
    unseen = "good" if lacking and request.GET.get("con-thieu") else ""
    for paper in (*_questions(lacking), *_askable(view)):
        have = given.get(paper.code)
        if have is not None:
            choice = {Verdict.GOOD: "good", Verdict.FAULTY: "faulty"}.get(have.verdict, unseen)
            note, reason = "", have.reason
        elif paper.code == QUESTIONS:
            choice, note, reason = "faulty", _("phiên bản mới hỏi"), paper.hint
        elif paper.always:
            choice, note, reason = "faulty", _("chưa có trong hồ sơ"), _("Chưa có trong hồ sơ.")
        else:
            choice, note, reason = "good", paper.case or _("không bắt buộc"), ""
        choice = kept.get(f"xet-{paper.code}", choice)
        reason = kept.get(f"ly-do-{paper.code}", reason)
        if request.method == "POST":
            choice = request.POST.get(f"xet-{paper.code}", "")
            reason = request.POST.get(f"ly-do-{paper.code}", "").strip()[:500]
        rows.append(
            Judged(
                code=paper.code,
                name=paper.name,
                note=note,
                choice=choice,
                reason=reason,
                given=have is not None,
                fault=_fault(choice, reason) if request.method == "POST" else "",
            )
        )
    return rows


def _questions(lacking: Lacking | None) -> tuple[procedures.PaperAsked, ...]:
    """The open questions of the form, asked as one."""
    if lacking is None or not lacking.questions:
        return ()
    words = in_words(lacking.questions)
    return (procedures.PaperAsked(code=QUESTIONS, name=questions_name(), hint=words),)


def _askable(view: DossierView) -> tuple[procedures.PaperAsked, ...]:
    """The papers of the procedure; of one who files for another, also the proof of their right."""
    version = procedures.version(view.procedure_version)
    asked = asked_papers.asked(version, view.answers, at=view.row.submitted_at)
    found = view.filed_by
    if found is None or found.filer.capacity in (Capacity.OWN, Capacity.COUNTER):
        return asked
    proof = found.filer.proof
    name = capacities.name_of(
        found.filer.capacity, proof.kind if proof else "", on=today(view.row.submitted_at)
    )
    needed = found.state.stands_in_the_way or any(paper.code == PROOF for paper in view.papers)
    return (procedures.PaperAsked(code=PROOF, name=name, required=needed), *asked)


def _fault(choice: str, reason: str) -> str:
    if choice not in ("good", "faulty"):
        return _("Hãy xét giấy tờ này: đạt hoặc cần bổ sung.")
    if choice == "faulty" and not reason:
        return _("Hãy ghi giấy tờ này chưa đạt ở chỗ nào.")
    return ""


def _beyond(asked: Asked) -> str:
    """The warning before one request too many; empty while the rule allows it."""
    if not asked.beyond or asked.last_at is None:
        return ""
    return _(
        "Hồ sơ này đã được yêu cầu bổ sung %(count)d lần, lần cuối %(last)s; quy định cho %(allowed)d lần"
        " (%(basis)s). Yêu cầu thêm thì hồ sơ bị tính là trễ hạn."
    ) % {
        "count": asked.count,
        "last": f"{local(asked.last_at):%d/%m/%Y}",
        "allowed": asked.allowed,
        "basis": asked.basis,
    }


def _page(
    request: HttpRequest, form: Supplement, rows: list[Judged], *, about: About, status: int
) -> HttpResponse:
    wrong = [(f"xet-{row.code}", f"{row.name}: {row.fault}") for row in rows if row.fault]
    return form_page(
        request,
        OFFER,
        form,
        about=about,
        status=status,
        asked=rows,
        wrong=wrong,
        beyond=_beyond(form.asked),
        reasons=[_(reason) for reason in REASONS],
        above="dossiers/desk/asked.html",
        preview=f"{LIST}{about.view.row.code}/bo-sung/xem-truoc/",
        preview_label=_("Xem trước mẫu 02"),
    )
