"""Review and send, or throw away."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.directory import api as directory
from tinhso.dossiers import applicants, fees, wanted
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Via
from tinhso.dossiers.faults import MayNotFile
from tinhso.dossiers.operations import drafts
from tinhso.dossiers.pages.public import whose
from tinhso.dossiers.pages.public.filing import Filing, elsewhere, filing_of, show, step, to_choose, who
from tinhso.dossiers.pages.public.papers import Block, blocks_of
from tinhso.dossiers.queries.bundles import of_dossier
from tinhso.dossiers.queries.drafts import last_sent
from tinhso.dossiers.queries.reading import find, read
from tinhso.forms import api as forms
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files import StoredFile


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: str) -> HttpResponse:
    """All answers and papers to check, and the one button that sends. Sending twice gives one dossier."""
    at = moments.now()
    if elsewhere(at):
        return HttpResponseRedirect(f"/nop/{code}/")
    if request.method == "POST":
        return _send(request, code)
    filing = filing_of(request, code)
    if filing is None:
        return _sent(request, code)
    if filing.ended:
        return to_choose(filing)
    goes = filing.unfinished()
    return _drawn(request, filing, {}) if goes.endswith("/xem-lai/") else HttpResponseRedirect(goes)


def _send(request: HttpRequest, code: str) -> HttpResponse:
    by, _owner = who(request)
    try:
        draft_id = UUID(request.POST.get("ban", ""))
    except ValueError:
        return HttpResponseRedirect(f"/nop/{code}/")
    try:
        dossier = drafts.send(draft_id=draft_id, by=by, at=moments.now())
    except MayNotFile:
        return HttpResponseRedirect(f"/nop/{code}/cho-ai/")
    except Invalid as fault:
        filing = filing_of(request, code)
        if filing is None:
            raise
        return _drawn(request, filing, fault.faults or {"": fault.message})
    bundle = of_dossier(find(dossier))
    return HttpResponseRedirect(f"/nhom-ho-so/{bundle.code}/" if bundle else f"/ho-so/{dossier}/")


def _sent(request: HttpRequest, code: str) -> HttpResponse:
    """Back after sending: never a second time."""
    by, owner = who(request)
    dossier_id = last_sent(owner, procedure=code)
    if dossier_id is None:
        return HttpResponseRedirect(f"/nop/{code}/")
    view = read(dossier_id, by=by, at=moments.now(), purpose="")
    return show(request, "sent_before", title=_("Hồ sơ này đã gửi"), row=view.row, root=f"/nop/{code}/")


def _drawn(request: HttpRequest, filing: Filing, faults: dict[str, str]) -> HttpResponse:
    return show(
        request,
        "review",
        status=422 if faults else 200,
        title=_("Xem lại rồi gửi hồ sơ"),
        errors=bool(faults),
        links=[{"text": sentence, "href": _where(filing, path)} for path, sentence in faults.items()],
        filing=filing,
        place=_place_rows(filing),
        parts=_parts(filing),
        papers=[_paper_row(filing, block) for block in blocks_of(filing, {}) if _shown(block)],
        back=f"{filing.root}giay-to/" if filing.papers else filing.before(""),
    )


def _where(filing: Filing, path: str) -> str:
    if path == f"papers.{PROOF}" and filing.draft.relation:
        return f"/tai-khoan/nguoi-cua-toi/{filing.draft.relation}/?tiep={filing.root}xem-lai/"
    if path.startswith("papers."):
        return f"{filing.root}giay-to/#giay-{path.removeprefix('papers.')}"
    if path.startswith(("filer.", "members.")):
        return f"{filing.root}cho-ai/?sua=1"
    page = filing.page_of(path)
    return f"{filing.root}phan/{page}/?sua=1" if page else f"{filing.root}noi-nop/?sua=1"


def _place_rows(filing: Filing) -> list[Any]:
    agency = directory.names([filing.draft.agency] if filing.draft.agency else [])
    both = applicants.sides(filing.owner, filing.whom, by=filing.by, at=filing.at)
    reached = " · ".join(word for word in applicants.reached(filing.by) if word)
    rows: list[Any] = [
        (
            _("Nơi nộp"),
            "".join(agency.values()),
            [_change(f"{filing.root}noi-nop/?sua=1", _("nơi nộp"))],
        ),
        *whose.rows(filing, both, change=_change(f"{filing.root}cho-ai/?sua=1", _("nộp cho ai"))),
        (
            _("Nhận kết quả tại"),
            _received_at(filing),
            [_change(f"{filing.root}noi-nhan/", _("nơi nhận kết quả"))],
        ),
        (_("Báo tin cho"), reached or _("Chỉ báo trong tài khoản này")),
    ]
    sums = fees.rows(
        filing.version,
        filing.draft.answers,
        via=Via.ONLINE,
        applicant="group" if filing.draft.members else both.applicant.kind,
        at=filing.at,
    )
    return [*rows, *sums]


def _received_at(filing: Filing) -> str:
    if filing.draft.post:
        return wanted.in_words(wanted.view(filing.draft.post, chosen_at=filing.at))
    if filing.draft.collect:
        return "".join(directory.names([filing.draft.collect]).values())
    return _("nơi nộp, và bản điện tử trong tài khoản này")


def _parts(filing: Filing) -> list[tuple[str, list[Any]]]:
    """Answers by part of the form, each row with its way back."""
    form = filing.version.form_version_id
    rows = forms.summary(form, filing.draft.answers, at=filing.at) if form else ()
    return [
        (
            title,
            [
                (
                    row.label,
                    row.shown,
                    [_change(f"{filing.root}phan/{row.page}/?sua=1#{row.path}", row.label)],
                )
                for row in group
            ],
        )
        for title, group in groupby(rows, key=lambda row: row.part_title)
    ]


def _shown(block: Block) -> bool:
    return bool(block.files) or not block.asked.case


def _paper_row(filing: Filing, block: Block) -> Any:
    links = [
        format_html(
            '<a class="govuk-link ui-files__look" href="{0}tep/{1}/">{2}<span>{3}</span></a>',
            filing.root,
            one.id,
            _picture(filing, one),
            one.name,
        )
        for one in block.files
    ]
    value = format_html("{}" * len(links), *_between(links)) if links else _("Không nộp")
    if block.reused is not None:
        value = format_html(
            "{}<br>{}", value, _("Lấy từ kho giấy tờ: %(title)s") % {"title": block.reused.title}
        )
    return (
        block.asked.name,
        value,
        [_change(f"{filing.root}giay-to/#giay-{block.asked.code}", block.asked.name)],
    )


def _picture(filing: Filing, one: StoredFile) -> str:
    """The file in small, so that a wrong or dark photo is seen before it is sent."""
    if not (one.media_type.startswith("image/") or one.media_type == "application/pdf"):
        return ""
    return format_html(
        '<img class="ui-files__picture" src="{}tep/{}/anh.jpg" alt="" width="72" height="72" loading="lazy">',
        filing.root,
        one.id,
    )


def _between(links: list[Any]) -> list[Any]:
    return [link if number == 0 else format_html("<br>{}", link) for number, link in enumerate(links)]


def _change(href: str, what: str) -> dict[str, str]:
    return {"href": href, "text": _("Sửa"), "visually_hidden": what}


@step
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Throw the draft away, after asking."""
    if request.method == "POST":
        drafts.discard(draft_id=filing.draft.id, by=filing.by, at=filing.at)
        return HttpResponseRedirect("/ho-so/")
    return show(
        request,
        "discard",
        base="ui/public.html",
        title=_("Bỏ hồ sơ đang viết?"),
        sentences=[
            _("Mọi câu trả lời và giấy tờ đã tải lên của hồ sơ này sẽ bị xoá."),
            _("Hồ sơ chưa được gửi đi đâu."),
        ],
        action=request.path,
        act=_("Bỏ hồ sơ"),
        danger=True,
        back=filing.root,
        stay=_("Giữ lại"),
    )
