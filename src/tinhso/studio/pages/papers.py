"""The page of papers: each with its case, what may stand in for it, and the form that people fill in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.forms import api as forms
from tinhso.foundation import access, files, ids, moments
from tinhso.foundation.errors import NotFound
from tinhso.foundation.files.serving import served
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, PartName
from tinhso.studio.kept_forms import kept
from tinhso.studio.operations import samples
from tinhso.studio.pages.fees import grounds
from tinhso.studio.pages.form_words import rule_words
from tinhso.studio.pages.posting import posted
from tinhso.studio.pages.visiting import address, frame, visit
from tinhso.studio.parts.papers import read
from tinhso.vault import api as vault

FIELD = "tep"


@never_cache
@access.officer("studio.write")
@require_safe
def page(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The papers in their order."""
    here = visit(request, draft_id)
    root, body = address(draft_id, PartName.PAPERS), here.draft.body(PartName.PAPERS)
    day = moments.today(here.at)
    facts = frame(here, PartName.PAPERS) | {
        "look": f"{root}xem/",
        "samples": f"{root}mau/",
        "asked": _asked(here.draft),
        "kinds": [[one.code, one.name] for one in vault.kinds(on=day)],
        "grounds": grounds(here.draft),
        "rows": _said(here.draft, body),
        "files": _names(body),
        "words": words(),
    }
    return render(request, "studio/papers.html", facts)


def _asked(draft: DraftView) -> dict[str, Any]:
    """What the builder of conditions is given; no form while it is not sound."""
    definition = draft.body(PartName.FORM).get("definition")
    return {
        "definition": definition if definition is not None and not forms.unsound(definition) else None,
        "parts": forms.palette()["parts"],
        "words": rule_words(),
        "icons": static("ui/dist/icons.svg"),
    }


def _names(body: Body) -> dict[str, str]:
    """Names of the form files that are kept, by id."""
    papers = [one for one in body.get("papers", []) if isinstance(one, dict)]
    named = [id for one in papers if (id := ids.read(str(one.get("form_file", ""))))]
    return {str(id): one.name for id, one in files.describe(kept(named)).items()}


def _said(draft: DraftView, body: Body) -> list[dict[str, str]]:
    """Each paper in words; nothing of a body that cannot be read."""
    try:
        papers = read(body)
    except procedures.BadContent:
        return []
    sentences = _sentences(draft, papers)
    return [{"name": paper.name, "when": sentences.get(paper.code) or paper.case} for paper in papers]


def _sentences(draft: DraftView, papers: tuple[procedures.PaperAsked, ...]) -> dict[str, str]:
    """When each ruled paper is asked, in words."""
    definition = draft.body(PartName.FORM).get("definition")
    return {
        paper.code: _("Khi %(condition)s") % {"condition": forms.sentence(paper.when, definition)}
        for paper in papers
        if paper.when is not None
    }


@never_cache
@access.officer("studio.write")
@require_POST
def look(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`{body}` read: the sentence of each condition, by the code of its paper. Nothing is kept."""
    here = visit(request, draft_id)
    try:
        papers = read(posted(request, body=dict)["body"])
    except procedures.BadContent as fault:
        return JsonResponse({"fault": fault.message, "sentences": {}})
    return JsonResponse({"fault": "", "sentences": _sentences(here.draft, papers)})


@never_cache
@access.officer("studio.write")
@require_POST
def keep_sample(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Keep the file of a form; answers `{file, name}`, or 422 `{title}` with what is wrong with it."""
    here = visit(request, draft_id)
    sent = files.sent(request, FIELD, by=here.actor, at=here.at)
    if sent.faults or not sent.files:
        return JsonResponse({"title": " ".join(sent.faults) or _("Hãy chọn một tệp.")}, status=422)
    samples.keep(draft_id=draft_id, file_ids=[one.id for one in sent.files], by=here.actor, at=here.at)
    return JsonResponse({"file": str(sent.files[0].id), "name": sent.files[0].name})


@never_cache
@access.officer("studio.write")
@require_safe
def sample(request: HttpRequest, draft_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The file of a form that some draft keeps. Raises NotFound."""
    visit(request, draft_id)
    if not kept([file_id]):
        raise NotFound(_("Không tìm thấy tệp này."))
    return served(file_id, download=True)


def words() -> dict[str, str]:
    """What the script says."""
    return {
        "always": _("Luôn phải nộp"),
        "optional": _("Không bắt buộc"),
        "new": _("Giấy tờ mới"),
        "originals": _("bản chính"),
        "copies": _("bản sao"),
        "choose": _("Chọn…"),
        "drop": _("Bỏ dòng"),
        "vault": _("Giấy trong kho"),
        "result": _("Kết quả thủ tục khác (mã thủ tục)"),
        "national": _("Cơ sở dữ liệu quốc gia"),
        "source": _("Lấy ở đâu"),
        "what": _("Lấy gì"),
        "no_form": _("Chưa có tờ khai, hoặc tờ khai còn lỗi: chưa đặt điều kiện được."),
        "drop_file": _("Bỏ mẫu"),
        "unsent": _("Chưa gửi được tệp. Hãy kiểm tra mạng rồi chọn lại tệp."),
    }
