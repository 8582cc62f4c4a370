"""Sending what was asked for: each paper with the officer's reason, then one button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.dossiers.contracts import DossierView, PaperFault, PaperView, SupplementView
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import arriving, supplement_files
from tinhso.dossiers.pages import open_questions
from tinhso.dossiers.pages.public.filing import show
from tinhso.dossiers.pages.public.papers import FIELD, holdings, offered
from tinhso.dossiers.queries.lacking import QUESTIONS, of_dossier, with_typed
from tinhso.dossiers.queries.reading import find, read
from tinhso.forms import api as forms
from tinhso.foundation import access, files, ids, moments
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.files import StoredFile, UploadView
from tinhso.foundation.files.serving import pictured, served
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Asked:
    """One paper asked for: why, what was sent before, what is ready to be sent now."""

    fault: PaperFault
    earlier: tuple[PaperView, ...]
    files: tuple[StoredFile, ...]
    purpose: str
    arriving: tuple[UploadView, ...] = ()
    error: str = ""
    reused: vault.DocumentView | None = None
    questions: bool = False
    answered: tuple[tuple[str, str], ...] = ()
    offers: tuple[vault.DocumentView, ...] = ()
    others: tuple[vault.DocumentView, ...] = ()


@dataclass(frozen=True, slots=True)
class Answering:
    """The request a visitor answers."""

    by: ActorRef
    at: datetime
    view: DossierView
    request: SupplementView

    @property
    def root(self) -> str:
        return f"/ho-so/{self.view.row.code}/bo-sung/"


def _answering(request: HttpRequest, code: str) -> Answering | None:
    by, at = identity.actor_of(request), moments.now()
    view = read(find(code), by=by, at=at, purpose=_("Bổ sung giấy tờ"))
    asked = next((each for each in view.supplements if each.answered_at is None), None)
    return Answering(by=by, at=at, view=view, request=asked) if asked else None


def _while_open(
    page: Callable[Concatenate[HttpRequest, Answering, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the page the open request of the dossier in the address; without one, show the dossier."""

    @wraps(page)
    def opened(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answering = _answering(request, code)
        if answering is None:
            return HttpResponseRedirect(f"/ho-so/{code}/")
        return page(request, answering, *args, **kwargs)

    return opened


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
@_while_open
def supplement(request: HttpRequest, answering: Answering) -> HttpResponse:
    """The papers still awaited; POST sends them all, or with `part` those that are there."""
    if request.method != "POST":
        return _drawn(request, answering, {})
    try:
        supplement_files.send(
            dossier_id=answering.view.row.id,
            part="part" in request.POST,
            by=answering.by,
            at=answering.at,
        )
    except Invalid as fault:
        return _drawn(request, answering, fault.faults or {"": fault.message})
    return HttpResponseRedirect(f"/ho-so/{answering.view.row.code}/")


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
@_while_open
def answers(request: HttpRequest, answering: Answering) -> HttpResponse:
    """The open questions of the form, and none else; what is typed is kept until the answer is sent."""
    dossier = Dossier.objects.get(id=answering.view.row.id)
    found, filed = of_dossier(dossier), dossier.submitted_at
    given, faults = supplement_files.typed(dossier.id), dict[str, str]()
    if request.method == "POST":
        given = open_questions.typed(request, found, at=filed)
        after = supplement_files.keep_answers(
            dossier_id=dossier.id, answers=given, by=answering.by, at=answering.at
        )
        if after.whole_form and not forms.stays(request.POST):
            return HttpResponseRedirect(f"{answering.root}#giay-{QUESTIONS}")
        faults = {} if forms.stays(request.POST) else after.faults
    sheet = open_questions.sheet(found, given, faults, at=filed)
    if sheet is None or all(fault.code != QUESTIONS for fault in answering.request.awaited):
        return HttpResponseRedirect(answering.root)
    facts: dict[str, Any] = {
        "title": _("Trả lời câu hỏi còn thiếu"),
        "errors": bool(faults),
        "links": sheet.links,
        "row": answering.view.row,
        "root": answering.root,
        "sheet": sheet,
    }
    return show(request, "supplement_answers", status=422 if faults else 200, **facts)


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
@_while_open
def attach(request: HttpRequest, answering: Answering, paper: str) -> HttpResponse:
    """Take the files sent for one paper, or a document of the owner's vault."""
    if request.method != "POST":
        return HttpResponseRedirect(answering.root)
    sent = files.sent(request, FIELD, by=answering.by, at=answering.at)
    faults = list(sent.faults)
    for each in sent.files:
        supplement_files.attach(
            dossier_id=answering.view.row.id, paper=paper, file_id=each.id, by=answering.by, at=answering.at
        )
    chosen = request.POST.get("kho", "")
    if chosen:
        faults += _reused(answering, paper, chosen, holder=identity.applicant_of(request))
    if not chosen and not sent.files and not faults:
        faults.append(_("Hãy chụp ảnh hoặc chọn tệp rồi bấm “Tải lên”."))
    if faults:
        return _drawn(request, answering, {f"papers.{paper}": " ".join(faults)})
    return HttpResponseRedirect(f"{answering.root}#giay-{paper}")


@never_cache
@access.person()
@require_POST
@_while_open
def detach(request: HttpRequest, answering: Answering, paper: str, file_id: UUID) -> HttpResponse:
    """Take one file away."""
    supplement_files.detach(
        dossier_id=answering.view.row.id, paper=paper, file_id=file_id, by=answering.by, at=answering.at
    )
    return HttpResponseRedirect(f"{answering.root}#giay-{paper}")


@never_cache
@access.person()
@require_POST
@_while_open
def drop(request: HttpRequest, answering: Answering, paper: str, upload_id: UUID) -> HttpResponse:
    """Give up a file that is still on its way."""
    files.withdraw(upload_id, by=answering.by, at=answering.at)
    return HttpResponseRedirect(f"{answering.root}#giay-{paper}")


@never_cache
@access.person()
@require_safe
def look(request: HttpRequest, code: str, file_id: UUID) -> HttpResponseBase:
    """One's own file that waits to be sent."""
    _waiting(request, code, file_id)
    return served(file_id)


@never_cache
@access.person()
@require_safe
def picture(request: HttpRequest, code: str, file_id: UUID) -> HttpResponseBase:
    """A small picture of the same."""
    _waiting(request, code, file_id)
    return pictured(file_id, at=moments.now())


def _vault(answering: Answering, holder: OwnerRef | None) -> OwnerRef | None:
    """Whose documents may be taken: the owner's, when it is they who answer and nobody for them."""
    owner = answering.view.applicant.owner
    return owner if owner is not None and owner == holder else None


def _reused(answering: Answering, paper: str, chosen: str, *, holder: OwnerRef | None) -> list[str]:
    """Take the chosen document for the paper; what is wrong with that, if anything."""
    document = ids.read(chosen)
    if document is None or _vault(answering, holder) is None:
        return [_("Kho không còn giấy tờ này. Hãy chọn giấy tờ khác.")]
    try:
        supplement_files.reuse(
            dossier_id=answering.view.row.id,
            paper=paper,
            document_id=document,
            by=answering.by,
            at=answering.at,
        )
    except (Invalid, NotFound) as refused:
        return [refused.message]
    return []


def _waiting(request: HttpRequest, code: str, file_id: UUID) -> None:
    """Return when the file waits in the visitor's own request. Raises NotFound."""
    answering = _answering(request, code)
    waiting = supplement_files.gathered(answering.view.row.id) if answering else {}
    if file_id not in {each for ids in waiting.values() for each in ids}:
        raise NotFound(_("Không tìm thấy tệp này."))


def _answered(dossier_id: UUID) -> tuple[tuple[str, str], ...]:
    """The questions answered and not sent yet, as they will stand in the form; none while one is open."""
    dossier = Dossier.objects.get(id=dossier_id)
    after = with_typed(of_dossier(dossier), supplement_files.typed(dossier_id), at=dossier.submitted_at)
    if after.form is None or not after.whole_form:
        return ()
    rows = forms.summary(after.form, after.answers, at=dossier.submitted_at)
    return tuple((row.label, row.shown) for row in rows if row.answered and row.path in after.paths)


def _drawn(request: HttpRequest, answering: Answering, faults: dict[str, str]) -> HttpResponse:
    by_paper = {path.removeprefix("papers."): sentence for path, sentence in faults.items()}
    waiting = supplement_files.gathered(answering.view.row.id)
    documents = supplement_files.reused(answering.view.row.id)
    taken = vault.by_ids(documents.values())
    version = procedures.version(answering.view.procedure_version)
    papers = {paper.code: paper for paper in version.papers}
    held = holdings(_vault(answering, identity.applicant_of(request)), at=answering.at)
    known = files.describe(each for ids in waiting.values() for each in ids)
    dossier_id = answering.view.row.id
    under_way = arriving.announced(arriving.SUPPLEMENT, dossier_id, by=answering.by, at=answering.at)
    blocks = [
        Asked(
            fault=fault,
            questions=fault.code == QUESTIONS,
            answered=_answered(dossier_id) if fault.code == QUESTIONS else (),
            earlier=tuple(
                paper for paper in answering.view.papers if paper.code == fault.code and paper.file_id
            ),
            files=tuple(known[each] for each in waiting.get(fault.code, ()) if each in known),
            purpose=arriving.purpose(arriving.SUPPLEMENT, dossier_id, fault.code),
            arriving=under_way.get(fault.code, ()),
            error=by_paper.get(fault.code, ""),
            reused=taken.get(documents[fault.code]) if fault.code in documents else None,
            **offered(
                papers.get(fault.code) or procedures.PaperAsked(code=fault.code, name=fault.name),
                held,
                procedure=answering.view.row.procedure_code,
                at=answering.at,
            ),
        )
        for fault in answering.request.awaited
    ]
    facts: dict[str, Any] = {
        "title": _("Bổ sung giấy tờ"),
        "errors": bool(faults),
        "links": [(f"tep-{code}", sentence) for code, sentence in by_paper.items()],
        "row": answering.view.row,
        "root": answering.root,
        "until": in_words(answering.request.answer_by),
        "message": answering.request.message,
        "blocks": blocks,
        "came": [
            (fault.name, in_words(fault.answered_at))
            for fault in answering.request.faults
            if fault.answered_at
        ],
        "side": files.limits(at=answering.at).side,
    }
    return show(request, "supplement", status=422 if faults else 200, **facts)
