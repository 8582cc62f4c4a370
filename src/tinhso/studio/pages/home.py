"""The studio's first page: what is being made, and beginning something new."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.foundation import access, moments
from tinhso.foundation.moments import local
from tinhso.foundation.text import normal
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio.operations import drafts
from tinhso.studio.pages.visiting import HOME, address
from tinhso.studio.queries import drafts as reading

FOUND = 20


class New(forms.Form):
    """A procedure that the catalogue does not have yet."""

    code = forms.RegexField(
        r"^[0-9A-Za-z][0-9A-Za-z.-]{0,59}$",
        label=gettext_lazy("Mã thủ tục"),
        help_text=gettext_lazy(
            "Mã ghi trong quyết định công bố, ví dụ 1.001193. Chưa có mã thì tự đặt: AG.01."
        ),
        error_messages={
            "required": gettext_lazy("Hãy nhập mã thủ tục."),
            "invalid": gettext_lazy("Mã chỉ gồm chữ không dấu, số, dấu chấm, gạch nối. Ví dụ: 1.001193."),
        },
    )
    title = forms.CharField(
        label=gettext_lazy("Tên thủ tục"),
        max_length=500,
        error_messages={"required": gettext_lazy("Hãy nhập tên như trong quyết định công bố.")},
    )


@never_cache
@access.officer("studio.write")
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Open drafts, the last changed first; `q` finds procedures to change; a POST begins a new one."""
    at, actor = moments.now(), identity.actor_of(request)
    identity.require(actor, "studio.write", None, at)
    form = New(request.POST or None)
    taken = _taken(form, at) if request.method == "POST" and form.is_valid() else None
    if form.is_valid():
        code = form.cleaned_data["code"]
        draft_id = drafts.begin(code=code, title=form.cleaned_data["title"], by=actor, at=at)
        return HttpResponseRedirect(address(draft_id))
    q = normal(request.GET.get("q", ""))[:200]
    found = reading.open_drafts(before=_before(request.GET.get("truoc", "")), limit=reading.PAGE + 1)
    shown = found[: reading.PAGE]
    facts = {
        "title": _("Xưởng thủ tục"),
        "q": q,
        "form": form,
        "errors": bool(form.errors),
        "drafts": [
            {
                "href": address(line.id),
                "line": line,
                "changed": f"{local(line.changed_at):%H:%M %d/%m/%Y}",
            }
            for line in shown
        ],
        "next": f"{HOME}?truoc={shown[-1].changed_at.isoformat()},{shown[-1].id}"
        if len(found) > reading.PAGE
        else "",
        "found": procedures.find(q, at=at, limit=FOUND) if q else (),
        "taken": taken,
    }
    return render(request, "studio/home.html", facts, status=422 if form.errors else 200)


def _taken(form: New, at: datetime) -> procedures.ProcedureLine | None:
    """The procedure in force that has this code already: it is changed, not begun from nothing."""
    for line in procedures.by_codes([form.cleaned_data["code"]], at=at):
        said = _("Mã này là của thủ tục “%(name)s” đang có. Hãy sửa thủ tục ấy, hoặc nhập mã khác.")
        form.add_error("code", said % {"name": line.name})
        return line
    return None


@access.officer("studio.open")
@require_http_methods(["POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft from the version in force, or go to the one that is open."""
    at, actor = moments.now(), identity.actor_of(request)
    version = procedures.published(code=code, at=at)
    draft_id = drafts.begin(
        code=code, title=version.short_name or version.name, base=version, by=actor, at=at
    )
    return HttpResponseRedirect(address(draft_id))


def _before(given: str) -> tuple[datetime, UUID] | None:
    changed, _comma, last = given.partition(",")
    try:
        return datetime.fromisoformat(changed.replace(" ", "+")), UUID(last)
    except ValueError:
        return None
