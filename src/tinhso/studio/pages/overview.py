"""One draft as a whole: its parts, what is wrong, publishing and throwing away."""

from __future__ import annotations

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
from tinhso.studio import parts
from tinhso.studio.contracts import DraftState, NotSound, PartName, Problem
from tinhso.studio.operations import drafts, publishing
from tinhso.studio.pages.visiting import HOME, Visit, address, visit
from tinhso.studio.queries import drafts as reading
from tinhso.ui.api import DateField


class Publishing(forms.Form):
    """From which day the new version is in force."""

    since = DateField(label=gettext_lazy("Có hiệu lực từ ngày"))


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
            draft_id=draft_id, effective_from=form.cleaned_data["since"], by=here.actor, at=here.at
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
    return HttpResponseRedirect(HOME)


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
            "href": f"{address(draft_id, line.part)}?lan-luu={line.id}",
        }
        for line in reading.revisions(draft_id)
    ]
    facts = {"title": _("Các lần lưu"), "draft": here.draft, "home": address(draft_id), "rows": rows}
    return render(request, "studio/history.html", facts)


def _drawn(
    request: HttpRequest, here: Visit, form: Publishing | None = None, *, refused: str = ""
) -> HttpResponse:
    found = publishing.problems(here.draft)
    may = identity.allowed(here.actor, ("studio.publish",), None, here.at)
    own = here.actor.id in here.draft.authors
    facts = {
        "title": here.draft.title,
        "draft": here.draft,
        "open": here.draft.state is DraftState.OPEN,
        "published": here.draft.state is DraftState.PUBLISHED,
        "rows": [_row(here, name, found) for name in PartName],
        "blocking": sum(problem.blocks for problem in found),
        "warnings": [problem for problem in found if not problem.blocks],
        "form": form or Publishing(),
        "errors": bool(form and form.errors),
        "may_publish": bool(may) and not own,
        "own": own,
        "refused": refused,
        "address": address(here.draft.id),
        "done": _("Đã công bố.") if request.GET.get("xong") == "cong-bo" else "",
    }
    return render(request, "studio/overview.html", facts, status=422 if refused or facts["errors"] else 200)


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
