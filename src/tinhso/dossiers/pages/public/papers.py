"""The papers of a filing: one block a paper, several photos may be one paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.dossiers import asked_papers
from tinhso.dossiers.operations import arriving, drafts
from tinhso.dossiers.pages.public.filing import Filing, filing_of, show, step
from tinhso.foundation import files, ids
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.files import StoredFile, UploadView
from tinhso.foundation.files.serving import pictured, served
from tinhso.foundation.moments import today
from tinhso.foundation.refs import OwnerRef
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

FIELD = "tep"
MOST_HELD = 200


@dataclass(frozen=True, slots=True)
class Block:
    """One paper with what was sent for it and what is wrong with it."""

    asked: procedures.PaperAsked
    files: tuple[StoredFile, ...]
    fault: str = ""
    purpose: str = ""
    arriving: tuple[UploadView, ...] = ()
    reused: vault.DocumentView | None = None
    offers: tuple[vault.DocumentView, ...] = ()
    others: tuple[vault.DocumentView, ...] = ()


@step
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, filing: Filing) -> HttpResponse:
    """All papers; going on asks for those that must come."""
    faults: dict[str, str] = {}
    if request.method == "POST":
        faults = {
            paper.code: _("Còn thiếu «%(paper)s». Hãy chụp ảnh hoặc chọn tệp.") % {"paper": paper.name}
            for paper in filing.missing()
        }
        faults |= _unfinished(filing)
        if not faults:
            return HttpResponseRedirect(f"{filing.root}xem-lai/")
    return drawn(request, filing, faults)


def _unfinished(filing: Filing) -> dict[str, str]:
    """A sentence for each paper whose file is still on its way."""
    try:
        arriving.require_whole(arriving.DRAFT, filing.draft.id, by=filing.by, at=filing.at)
    except Invalid as waiting:
        return {path.removeprefix("papers."): words for path, words in waiting.faults.items()}
    return {}


def drawn(request: HttpRequest, filing: Filing, faults: dict[str, str]) -> HttpResponse:
    """The page of papers, with faults by paper."""
    blocks = blocks_of(filing, faults)
    return show(
        request,
        "papers",
        status=422 if faults else 200,
        title=_("Gửi ảnh hoặc tệp giấy tờ"),
        errors=bool(faults),
        filing=filing,
        always=[block for block in blocks if not block.asked.case],
        cases=[block for block in blocks if block.asked.case],
        links=[(f"tep-{code}", sentence) for code, sentence in faults.items()],
        side=files.limits(at=filing.at).side,
        back=filing.before(""),
    )


def blocks_of(filing: Filing, faults: dict[str, str]) -> list[Block]:
    """The papers asked, each with its files, what is on its way to it, and what the vault has for it.

    Four queries.
    """
    draft_id = filing.draft.id
    under_way = arriving.announced(arriving.DRAFT, draft_id, by=filing.by, at=filing.at)
    known = files.describe(paper.file_id for paper in filing.draft.papers)
    held = holdings(filing.owner, at=filing.at)
    reused = vault.by_ids(paper.document for paper in filing.draft.papers if paper.document)
    return [
        Block(
            asked=asked,
            files=tuple(
                known[paper.file_id]
                for paper in filing.draft.papers
                if paper.code == asked.code and paper.file_id in known
            ),
            fault=faults.get(asked.code, ""),
            purpose=arriving.purpose(arriving.DRAFT, draft_id, asked.code),
            arriving=under_way.get(asked.code, ()),
            reused=next(
                (
                    reused.get(paper.document)
                    for paper in filing.draft.papers
                    if paper.code == asked.code and paper.document
                ),
                None,
            ),
            **offered(asked, held, procedure=filing.version.code, at=filing.at),
        )
        for asked in filing.papers
    ]


def holdings(owner: OwnerRef | None, *, at: datetime) -> tuple[vault.DocumentView, ...]:
    """What of an owner's vault holds now; nothing for nobody. One query."""
    if owner is None:
        return ()
    return vault.documents(owner, state=vault.State.VALID, on=today(at), limit=MOST_HELD)


def offered(
    paper: procedures.PaperAsked, held: Sequence[vault.DocumentView], *, procedure: str, at: datetime
) -> dict[str, tuple[vault.DocumentView, ...]]:
    """Those documents that serve for a paper, and the rest."""
    offers = tuple(each for each in held if asked_papers.stands_in(paper, each, procedure=procedure, at=at))
    return {"offers": offers, "others": tuple(each for each in held if each not in offers)}


@step
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, filing: Filing, paper: str) -> HttpResponse:
    """Take the files sent for one paper, or a document from the vault; a fault stands on its file only."""
    if request.method != "POST":
        return HttpResponseRedirect(f"{filing.root}giay-to/")
    sent = files.sent(request, FIELD, by=filing.by, at=filing.at)
    faults = list(sent.faults)
    chosen = request.POST.get("kho", "")
    try:
        for each in sent.files:
            drafts.attach(draft_id=filing.draft.id, paper=paper, file_id=each.id, by=filing.by, at=filing.at)
        if chosen:
            document = ids.read(chosen)
            if document is None:
                raise NotFound(_("Kho không còn giấy tờ này. Hãy chọn giấy tờ khác."))
            drafts.reuse(
                draft_id=filing.draft.id, paper=paper, document_id=document, by=filing.by, at=filing.at
            )
    except Invalid as fault:
        faults.append(fault.message)
    if not chosen and not sent.files and not faults:
        faults.append(_("Hãy chụp ảnh hoặc chọn tệp rồi bấm “Tải lên”."))
    if faults:
        found = filing_of(request, filing.version.code)
        return drawn(request, found or filing, {paper: " ".join(faults)})
    return HttpResponseRedirect(f"{filing.root}giay-to/#giay-{paper}")


@step
@require_POST
def detach(request: HttpRequest, filing: Filing, paper: str, file_id: UUID) -> HttpResponse:
    """Take one file away from a paper."""
    drafts.detach(draft_id=filing.draft.id, paper=paper, file_id=file_id, by=filing.by, at=filing.at)
    return HttpResponseRedirect(f"{filing.root}giay-to/#giay-{paper}")


@step
@require_POST
def drop(request: HttpRequest, filing: Filing, paper: str, upload_id: UUID) -> HttpResponse:
    """Give up a file that is still on its way."""
    files.withdraw(upload_id, by=filing.by, at=filing.at)
    return HttpResponseRedirect(f"{filing.root}giay-to/#giay-{paper}")


@step
@require_safe
def look(request: HttpRequest, filing: Filing, file_id: UUID) -> HttpResponseBase:
    """One's own file, as it was sent."""
    if file_id not in {paper.file_id for paper in filing.draft.papers}:
        raise NotFound(_("Không tìm thấy tệp này."))
    return served(file_id)


@step
@require_safe
def picture(request: HttpRequest, filing: Filing, file_id: UUID) -> HttpResponseBase:
    """A small picture of one's own file."""
    if file_id not in {paper.file_id for paper in filing.draft.papers}:
        raise NotFound(_("Không tìm thấy tệp này."))
    return pictured(file_id, at=filing.at)
