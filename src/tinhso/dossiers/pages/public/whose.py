"""For whom is it filed? The first question of every filing, and who else stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers import capacities
from tinhso.dossiers.applicants import For, Sides
from tinhso.dossiers.contracts import DraftView
from tinhso.dossiers.faults import MayNotFile
from tinhso.dossiers.operations import drafts, registering
from tinhso.dossiers.pages.public import offices
from tinhso.dossiers.pages.public.filing import Filing, elsewhere, filing_of, show, who
from tinhso.dossiers.queries.drafts import earlier
from tinhso.forms import api as forms
from tinhso.foundation import access, moments
from tinhso.foundation.moments import local
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, MemberRole
from tinhso.procedures import api as procedures

MINE = "/tai-khoan/nguoi-cua-toi/"
SELF = "toi"
AGAIN = "theo-truoc"
"""Oneself, with the answers of what one sent before."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One person or organisation for whom it may be filed; `refused` says why not."""

    value: str
    name: str
    note: str
    refused: str = ""
    current: bool = False


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def whose(request: HttpRequest, code: str) -> HttpResponse:
    """Large plain choices; one touch each. Nothing typed before is lost by choosing anew."""
    at = moments.now()
    version = procedures.published(code=code, at=at)
    _by, owner = who(request)
    if elsewhere(at) or not version.fileable or owner.kind == "organisation":
        return HttpResponseRedirect(f"/nop/{code}/")
    filing = filing_of(request, code)
    choices = _choices(request, version, filing)
    fault = ""
    if request.method == "POST":
        chosen = next((one for one in choices if one.value == request.POST.get("cho", "")), None)
        if chosen is None or chosen.refused:
            fault = chosen.refused if chosen else _("Hãy chọn một người trong danh sách.")
        else:
            whom = For(relation=None if chosen.value in (SELF, AGAIN) else UUID(chosen.value))
            try:
                if chosen.value == AGAIN:
                    return _again(request, version, at=at)
                return _chosen(request, version, filing, whom)
            except MayNotFile as ended:
                fault = ended.message
                choices = _choices(request, version, filing)
    edit = bool(request.GET.get("sua"))
    here = f"/nop/{code}/cho-ai/"
    return show(
        request,
        "whose",
        status=422 if fault else 200,
        title=_("Ông/bà làm hồ sơ cho ai?"),
        errors=bool(fault),
        fault=[("cho", fault)] if fault else [],
        version=version,
        choices=choices,
        ended=filing is not None and filing.ended,
        others=_others(version, here, at=at),
        group=f"/nop/{code}/cung-dung-ten/" if _may(version.code, Capacity.GROUP) else "",
        members=len(filing.draft.members) if filing else 0,
        back=f"/nop/{code}/xem-lai/" if edit else f"/thu-tuc/{code}/",
    )


def _chosen(
    request: HttpRequest, version: procedures.VersionView, filing: Filing | None, whom: For
) -> HttpResponse:
    """Keep the choice; on to where it is filed, or to what is still open."""
    by, owner = who(request)
    at = moments.now()
    if filing is None:
        begun = drafts.start(owner=owner, version_id=version.id, agency_id=None, whom=whom, by=by, at=at)
        registering.ask(draft_id=begun, by=by, at=at)
    else:
        drafts.choose(draft_id=filing.draft.id, whom=whom, by=by, at=at)
        if whom.relation != filing.draft.relation:
            registering.ask(draft_id=filing.draft.id, anew=True, by=by, at=at)
    found = filing_of(request, version.code)
    return HttpResponseRedirect(found.unfinished() if found else f"/nop/{version.code}/")


def _again(request: HttpRequest, version: procedures.VersionView, *, at: datetime) -> HttpResponse:
    """Begin with the answers of what was sent before; only what is still open is asked."""
    by, owner = who(request)
    before = earlier(owner, procedure=version.code)
    carried = _carried(version, before)
    agency = offices.chosen(str(before.agency), version=version, at=at) if before else None
    begun = drafts.start(
        owner=owner,
        version_id=version.id,
        agency_id=agency.id if agency else None,
        carried=carried,
        by=by,
        at=at,
    )
    registering.ask(draft_id=begun, by=by, at=at)
    found = filing_of(request, version.code)
    return HttpResponseRedirect(found.onward() if found else f"/nop/{version.code}/")


def _carried(version: procedures.VersionView, before: DraftView | None) -> forms.Answers | None:
    """What of an earlier filing can be taken over; None for nothing."""
    if before is None or version.form_version_id is None:
        return None
    return forms.carried(version.form_version_id, before.answers)


def _may(code: str, capacity: Capacity) -> bool:
    return not capacities.rule(code, capacity, on=moments.today(moments.now())).refused


def _choices(request: HttpRequest, version: procedures.VersionView, filing: Filing | None) -> list[Choice]:
    by, owner = who(request)
    at = moments.now()
    draft = filing.draft if filing else None
    alone = draft is not None and draft.relation is None and not draft.members
    found = [Choice(SELF, _("Cho tôi"), by.name, current=alone)]
    before = earlier(owner, procedure=version.code) if draft is None else None
    if before is not None and _carried(version, before) is not None:
        note = _("Giữ lại lời khai của hồ sơ đã gửi ngày %(day)s. Chỉ hỏi những chỗ phải khai mới.") % {
            "day": f"{local(before.saved_at):%d/%m/%Y}"
        }
        found.append(Choice(AGAIN, _("Cho tôi, điền theo hồ sơ trước"), note))
    for one in identity.relations_of(by.id, name=by.name, at=at) if by.id else ():
        if not one.holds or one.role is MemberRole.FOLLOWER:
            continue
        refused = capacities.rule(version.code, one.capacity, on=moments.today(at)).refused
        if one.scope and version.code not in one.scope:
            refused = _("Ủy quyền này không gồm thủ tục đang nộp.")
        current = draft is not None and draft.relation == one.id
        found.append(Choice(str(one.id), one.name, _noted(one), refused, current))
    return found


def _noted(one: identity.RelationView) -> str:
    """In what capacity, and whether the paper that shows it is there."""
    words = one.capacity.label
    if one.proven:
        return _("%(capacity)s. Giấy tờ đã được xác nhận.") % {"capacity": words}
    if one.proof is None:
        return _("%(capacity)s. Chưa có giấy tờ chứng minh.") % {"capacity": words}
    return _("%(capacity)s. Cán bộ sẽ đối chiếu giấy tờ khi nhận hồ sơ.") % {"capacity": words}


def _others(version: procedures.VersionView, here: str, *, at: Any) -> list[dict[str, str]]:
    """Ways to name somebody who is not in the list yet, of those the procedure takes."""
    ways = [
        (Capacity.CHILD, "con", _("Con chưa thành niên")),
        (Capacity.WARD, "giam-ho", _("Người tôi giám hộ")),
        (Capacity.PROXY, "uy-quyen", _("Người ủy quyền cho tôi")),
        (Capacity.ORGANISATION, "to-chuc", _("Tổ chức, doanh nghiệp")),
    ]
    back = urlencode({"tiep": here})
    return [
        {
            "text": text,
            "href": f"{MINE}them/{word}/?{back}",
            "refused": capacities.rule(version.code, capacity, on=moments.today(at)).refused,
        }
        for capacity, word, text in ways
    ]


def words(filing: Filing) -> str:
    """For whom a filing under way is written, in words; empty for oneself."""
    if filing.draft.members:
        return _("Cùng đứng tên: %(names)s.") % {
            "names": ", ".join(member.name for member in filing.draft.members)
        }
    if filing.relation is None:
        return ""
    return _("Nộp cho %(name)s.") % {"name": filing.relation.name}


def rows(filing: Filing, both: Sides, *, change: dict[str, str]) -> list[Any]:
    """Whose it is, who files it and by what paper, as rows of the review."""
    if both.filer is None:
        return [(_("Chủ hồ sơ"), both.applicant.name, [change])]
    found: list[Any] = [
        (_("Chủ hồ sơ"), both.applicant.name, [change]),
        (_("Người nộp"), f"{both.filer.name}, {both.filer.capacity.label.lower()}"),
    ]
    if filing.draft.members:
        names = [member.name for member in filing.draft.members]
        return [*found, (_("Cùng đứng tên"), format_html("{}" + "<br>{}" * (len(names) - 1), *names))]
    proof = filing.relation.proof if filing.relation else None
    if proof is not None:
        number = f" {proof.given.number}" if proof.given.number else ""
        found.append((_("Giấy tờ chứng minh"), f"{proof.kind_name}{number}"))
    return found
