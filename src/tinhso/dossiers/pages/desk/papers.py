"""Papers and results as files, for whoever may see the dossier; the verdict on each paper."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from tinhso.dossiers.contracts import Verdict
from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.models import SubmittedPaper
from tinhso.dossiers.operations import supplements
from tinhso.dossiers.pages.desk.offers import JUDGED
from tinhso.dossiers.pages.desk.screen import REASONS, around, papers
from tinhso.dossiers.pages.desk.visiting import LIST, came_from, visit
from tinhso.dossiers.queries.reading import find, read, row, trace
from tinhso.dossiers.queries.undoing import undoable
from tinhso.dossiers.visibility import Sight
from tinhso.foundation import access, files
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.vault import api as vault

INLINE = ("image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf")


@never_cache
@xframe_options_sameorigin
@access.officer("dossiers.open")
@require_safe
def paper_file(request: HttpRequest, code: str, paper: UUID) -> FileResponse:
    """The file of one paper, shown in the page when its kind is harmless."""
    actor, at = visit(request)
    seen = row(find(code), by=actor, at=at, least=Sight.INTAKE)
    trace(seen.id, by=actor, at=at, purpose=_("Mở giấy tờ trong hồ sơ"))
    kept = SubmittedPaper.objects.filter(id=paper, dossier_id=seen.id).first()
    if kept is None or kept.file_id is None:
        raise NotFound(_("Giấy tờ này không có tệp."))
    if kept.document is not None:
        document = vault.by_ids([kept.document]).get(kept.document)
        if document is not None:
            why = _("Giải quyết hồ sơ %(code)s") % {"code": seen.code}
            vault.used(document, kind=vault.UseKind.OPENED, why=why, by=actor, at=at)
    return served(kept.file_id)


@never_cache
@xframe_options_sameorigin
@access.officer("dossiers.open")
@require_safe
def result_file(request: HttpRequest, code: str) -> FileResponse:
    """The result as it stands: draft, signed, or sealed."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Mở kết quả của hồ sơ"))
    if view.result is None:
        raise NotFound(_("Hồ sơ này chưa có dự thảo kết quả."))
    return served(view.result.file_id)


def served(file_id: UUID) -> FileResponse:
    """A kept file as an answer. Raises NoSuchFile, Damaged."""
    stored = files.describe([file_id]).get(file_id)
    if stored is None:
        raise NotFound(_("Không tìm thấy tệp này."))
    return FileResponse(
        files.open(file_id),
        as_attachment=stored.media_type not in INLINE,
        filename=stored.name,
        content_type=stored.media_type,
    )


@access.officer("dossiers.judge_paper")
@require_POST
def judge(request: HttpRequest, code: str, paper: UUID) -> HttpResponse:
    """Mark one paper good or faulty; htmx gets the papers anew, others the dossier."""
    actor, at = visit(request)
    dossier_id = find(code)
    verdict = Verdict(request.POST.get("verdict", "")) if request.POST.get("verdict") in _WORDS else None
    reason = request.POST.get("reason", "").strip() or request.POST.get("suggested", "").strip()
    fault = ""
    if verdict is None:
        fault = _("Hãy chọn đạt hoặc chưa đạt.")
    else:
        try:
            supplements.judge(
                dossier_id=dossier_id,
                paper_id=paper,
                verdict=verdict,
                reason=reason[:500],
                by=actor,
                at=at,
                seen=_version(request),
            )
        except (Invalid, Stale, WrongTurn) as refused:
            fault = refused.message
    if request.headers.get("HX-Request") != "true" and not fault:
        said = urlencode({"xong": JUDGED, "ma": code})
        return HttpResponseRedirect(f"{LIST}{code}/?{came_from(request).query}&{said}#giay-{paper}")
    view = read(dossier_id, by=actor, at=at, purpose=_("Xét giấy tờ"))
    facts = around(view, actor=actor, at=at, came=came_from(request))
    facts |= {
        "papers": papers(view),
        "can_judge": "judge_paper" in facts["acts"],
        "fault": fault,
        "fault_at": paper,
        "typed": reason,
        "reasons": [_(each) for each in REASONS],
        "undo": undoable(code, officer=actor.id, at=at),
    }
    piece = request.headers.get("HX-Request") == "true"
    template = "dossiers/desk/papers.html" if piece else "dossiers/desk/papers_page.html"
    return render(request, template, facts, status=422 if fault else 200)


_WORDS = {verdict.value for verdict in Verdict}


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None
