"""One saving of a part beside the part as it stands: place by place, which of the two to keep."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.foundation import access
from tinhso.foundation.moments import local
from tinhso.studio import parts
from tinhso.studio.bodies import comparing, telling
from tinhso.studio.contracts import Clash, DraftState
from tinhso.studio.operations import drafts
from tinhso.studio.pages.visiting import address, visit
from tinhso.studio.queries import drafts as reading

MINE, THEIRS = "lan-nay", "hien-nay"


@never_cache
@access.officer("studio.write")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, draft_id: UUID, revision_id: UUID) -> HttpResponse:
    """Show how a saving differs from the part now; a POST takes the chosen places over."""
    here = visit(request, draft_id)
    saved = reading.revision(draft_id, revision_id)
    kind, now = parts.KINDS[saved.line.part], here.part(saved.line.part)
    changes = telling.told(saved.line.part, now.body, saved.body)
    back = address(draft_id, saved.line.part)
    lacking: set[str] = set()
    refused = ""
    if request.method == "POST" and changes:
        answers = _answers(request, changes)
        lacking = {change.place for change in changes if change.place not in answers}
        if request.POST.get("seen", "") != str(now.revision):
            refused = _("Phần này vừa được lưu thêm một lần nữa. Hãy xem lại các chỗ khác nhau rồi chọn.")
        elif not lacking:
            wanted = {place for place, answer in answers.items() if answer == MINE}
            body = comparing.take(now.body, saved.body, wanted, kind.keys)
            try:
                drafts.save(
                    draft_id=draft_id,
                    part=saved.line.part,
                    body=body,
                    seen=now.revision,
                    by=here.actor,
                    at=here.at,
                )
            except Clash as clash:
                return HttpResponseRedirect(f"{address(draft_id)}lan-luu/{clash.kept}/")
            return HttpResponseRedirect(back)
        else:
            refused = _("Còn chỗ chưa chọn. Hãy chọn cho từng chỗ, hoặc dùng một trong hai nút lấy hết.")
    facts: dict[str, Any] = {
        "title": _("Chọn giữ bản nào"),
        "draft": here.draft,
        "home": back,
        "part": str(kind.label),
        "line": saved.line,
        "when": f"{local(saved.line.at):%H:%M %d/%m/%Y}",
        "rows": [{"n": n, "change": one, "lacking": one.place in lacking} for n, one in enumerate(changes)],
        "open": here.draft.state is DraftState.OPEN,
        "seen": now.revision,
        "mine": MINE,
        "theirs": THEIRS,
        "posted": request.POST,
        "refused": refused,
        "errors": bool(refused),
    }
    return render(request, "studio/choosing.html", facts, status=422 if refused else 200)


def _answers(request: HttpRequest, changes: tuple[telling.Told, ...]) -> dict[str, str]:
    """Place → which was chosen; one of the two buttons chooses for all."""
    whole = request.POST.get("tat-ca")
    if whole in (MINE, THEIRS):
        return {change.place: str(whole) for change in changes}
    found = {change.place: request.POST.get(f"c-{n}", "") for n, change in enumerate(changes)}
    return {place: answer for place, answer in found.items() if answer in (MINE, THEIRS)}
