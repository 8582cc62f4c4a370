"""One draft as a whole: its parts, what is wrong, publishing and throwing away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import local
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio import judging, parts
from tinhso.studio.contracts import DraftState, NotSound, PartName, Problem
from tinhso.studio.operations import drafts, publishing
from tinhso.studio.pages import comparison
from tinhso.studio.pages.visiting import HOME, Visit, address, visit
from tinhso.studio.queries import drafts as reading
from tinhso.ui.api import DateField

SAVINGS = 500
"""So many savings are looked at; one writes a revision with every pause of typing."""
PAUSE = timedelta(minutes=15)
"""Savings further apart are told one by one."""


class Publishing(forms.Form):
    """From which day the new version is in force."""

    since = DateField(
        label=gettext_lazy("Có hiệu lực từ ngày"),
        help_text=gettext_lazy("Ngày ghi trong quyết định công bố. Hồ sơ nộp từ ngày ấy theo bản mới."),
    )


@never_cache
@access.officer("studio.write")
@require_safe
def overview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The parts, each with what there is and what is wrong."""
    return _drawn(request, visit(request, draft_id))


@never_cache
@access.officer("studio.publish")
@require_POST
def publish(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Publish from a day on; what stands in the way is shown in words."""
    here = visit(request, draft_id)
    form = Publishing(request.POST)
    if not form.is_valid():
        return _drawn(request, here, form)
    try:
        publishing.publish(
            draft_id=draft_id,
            effective_from=form.cleaned_data["since"],
            seen=request.POST.get("seen", ""),
            by=here.actor,
            at=here.at,
        )
    except NotSound:
        return _drawn(request, here, form, refused=_("Chưa công bố được. Hãy sửa các chỗ được nêu."))
    except Unable as refused:
        return _drawn(request, here, form, refused=refused.message)
    return HttpResponseRedirect(f"{address(draft_id)}?xong=cong-bo")


@never_cache
@access.officer("studio.discard")
@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    here = visit(request, draft_id)
    drafts.discard(draft_id=draft_id, by=here.actor, at=here.at)
    return HttpResponseRedirect(address(draft_id))


@never_cache
@access.officer("studio.write")
@require_safe
def history(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Who saved which part when; what was set aside by a clash."""
    here = visit(request, draft_id)
    rows = [
        {
            "part": str(parts.KINDS[line.part].label),
            "line": line,
            "when": f"{local(line.at):%H:%M %d/%m/%Y}",
            "times": times,
            "href": f"{address(draft_id)}lan-luu/{line.id}/",
        }
        for line, times in _sittings(reading.revisions(draft_id, limit=SAVINGS))
    ]
    facts = {"title": _("Các lần lưu"), "draft": here.draft, "home": address(draft_id), "rows": rows}
    return render(request, "studio/history.html", facts)


def _sittings(lines: Iterable[reading.RevisionLine]) -> Iterator[tuple[reading.RevisionLine, int]]:
    """The last saving of each sitting, newest first, with how many it had; one set aside stands alone."""
    sitting: list[reading.RevisionLine] = []
    for line in lines:
        if sitting and not _together(sitting[-1], line):
            yield sitting[0], len(sitting)
            sitting = []
        sitting.append(line)
    if sitting:
        yield sitting[0], len(sitting)


def _together(later: reading.RevisionLine, earlier: reading.RevisionLine) -> bool:
    same = (later.part, later.by) == (earlier.part, earlier.by)
    return same and later.at - earlier.at < PAUSE and not (later.aside or earlier.aside)


def _drawn(
    request: HttpRequest, here: Visit, form: Publishing | None = None, *, refused: str = ""
) -> HttpResponse:
    open_ = here.draft.state is DraftState.OPEN
    found = judging.problems(here.draft) if open_ else ()
    may = identity.allowed(here.actor, ("studio.publish",), None, here.at)
    own = here.actor.id in here.draft.authors
    blocking = sum(problem.blocks for problem in found)
    facts = {
        "title": here.draft.title,
        "draft": here.draft,
        "open": open_,
        "rows": [_row(here, name, found) for name in PartName],
        "groups": _groups(here, tuple(one for one in found if one.blocks)),
        "advice": _groups(here, tuple(one for one in found if not one.blocks)),
        "blocking": blocking,
        "advised": len(found) - blocking,
        "ahead": _ahead(here, found) if open_ and (own or not may) else None,
        "changes": comparison.changed(here.draft) if open_ else [],
        "form": form or Publishing(),
        "errors": bool(form and form.errors),
        "may_publish": bool(may) and not own,
        "publisher": bool(may),
        "own": own,
        "closed": _closed(here) if not open_ else "",
        "version": _version(here),
        "compare": _compared(here),
        "again": here.draft.version or here.draft.base,
        "public": f"/thu-tuc/{here.draft.code}/" if here.draft.version else "",
        "refused": refused,
        "address": address(here.draft.id),
        "done": _("Đã công bố.") if request.GET.get("xong") == "cong-bo" else "",
    }
    return render(request, "studio/overview.html", facts, status=422 if refused or facts["errors"] else 200)


def _groups(here: Visit, found: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """What is wrong, part by part, each with the place where it is mended."""
    groups = []
    for name, kind in parts.KINDS.items():
        mine = [problem for problem in found if problem.part is name]
        if mine:
            lines = [
                {
                    "sentence": problem.sentence,
                    "href": f"{address(here.draft.id, name)}{'#' + problem.where if problem.where else ''}",
                    "blocks": problem.blocks,
                }
                for problem in mine
            ]
            groups.append({"label": str(kind.label), "lines": lines})
    return groups


def _ahead(here: Visit, found: tuple[Problem, ...]) -> dict[str, str] | None:
    """The first part in which something stands in the way of publishing: where an author goes on."""
    wrong = {problem.part for problem in found if problem.blocks}
    name = next((name for name in parts.KINDS if name in wrong), None)
    return {"text": str(parts.KINDS[name].label), "href": address(here.draft.id, name)} if name else None


def _closed(here: Visit) -> str:
    """What happened to a draft that is not open any more."""
    end = here.draft.closed
    if end is None:
        return ""
    said = {"who": end.by, "when": f"{local(end.at):%H:%M %d/%m/%Y}"}
    if here.draft.state is DraftState.DISCARDED:
        return _("%(who)s bỏ bản soạn này lúc %(when)s. Các phần vẫn đọc được.") % said
    version = procedures.version(here.draft.version) if here.draft.version else None
    if version is None or version.effective_from is None:
        return _("%(who)s công bố lúc %(when)s.") % said
    return _("%(who)s công bố lúc %(when)s thành bản %(n)d, có hiệu lực từ %(day)s.") % {
        **said,
        "n": version.number,
        "day": f"{version.effective_from:%d/%m/%Y}",
    }


def _compared(here: Visit) -> str:
    """Where a published draft stands beside the version before it; empty without one."""
    if here.draft.base is None or here.draft.version is None:
        return ""
    return f"{HOME}so-sanh/?truoc={here.draft.base}&sau={here.draft.version}"


def _version(here: Visit) -> str:
    """From which version the draft was begun, in words."""
    if here.draft.base is None:
        return _("Thủ tục mới.")
    base = procedures.version(here.draft.base)
    return _("Sửa từ bản %(n)d.") % {"n": base.number}


def _row(here: Visit, name: PartName, found: tuple[Problem, ...]) -> dict[str, Any]:
    """One line of the task list: what there is, and how many things to mend."""
    kind, view = parts.KINDS[name], here.draft.parts[name]
    wrong = [problem for problem in found if problem.part is name and problem.blocks]
    said = kind.say(view.body)
    if wrong:
        n = len(wrong)
        tag = {
            "text": ngettext("%(n)d chỗ cần sửa", "%(n)d chỗ cần sửa", n) % {"n": n},
            "classes": "govuk-tag--yellow",
        }
        status: dict[str, Any] = {"tag": tag}
    elif said:
        status = {"text": _("Dùng được")}
    else:
        status = {"tag": {"text": _("Chưa có"), "classes": "govuk-tag--grey"}}
    return {
        "stem": f"phan-{name}",
        "title": {"text": str(kind.label)},
        "hint": {"text": said} if said else None,
        "href": address(here.draft.id, name),
        "status": status,
    }
