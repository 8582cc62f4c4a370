"""Many ticked dossiers to another officer: who can take them, why, then one act each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import bulk
from tinhso.dossiers.pages.desk.bulk import item_of, whole_list
from tinhso.dossiers.pages.desk.forms import words
from tinhso.dossiers.pages.desk.visiting import LIST, came_from, visit
from tinhso.dossiers.queries.workload import Staff, staff
from tinhso.foundation import access, ids

ACT, SHARED = "assign", "goi-y"


class Target(forms.Form):
    """Who gets them, and why."""

    to = forms.ChoiceField(
        label=gettext_lazy("Giao cho"),
        error_messages={"required": gettext_lazy("Hãy chọn người nhận việc.")},
    )
    reason = words(
        gettext_lazy("Lý do"),
        hint=gettext_lazy("Người giữ cũ và mới đọc được. Ví dụ: chị Hoa đi học từ 01/12."),
        missing=gettext_lazy("Hãy ghi lý do giao lại."),
        rows=2,
    )

    def __init__(self, *args: Any, takers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("Chọn người")), *takers]  # type: ignore[attr-defined]


@never_cache
@access.officer("dossiers.assign")
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What would be given on, and to whom it can be. Nothing is done yet."""
    actor, at = visit(request)
    whole = request.POST.get("tat-ca") == "1"
    codes = (
        whole_list(request, purpose=_("Chọn hồ sơ để phân công lại")) if whole else request.POST.getlist("d")
    )
    looked = bulk.look(codes[: bulk.MOST], act=ACT, by=actor, at=at)
    people = staff(looked.able, at=at)
    return _page(request, looked, people, Target(takers=_choices(people)))


def _choices(people: Staff) -> list[tuple[str, str]]:
    """Whom to choose from; the suggestion first, where it shares them out among several."""
    offered = people.choices()
    return [(SHARED, _("Chia theo gợi ý bên trên")), *offered] if len(offered) > 1 else offered


def _page(request: HttpRequest, looked: bulk.Looked, people: Staff, form: Target) -> HttpResponse:
    count, to = len(looked.able), people.shared()
    facts = {
        "title": ngettext("Phân công lại %(n)d hồ sơ", "Phân công lại %(n)d hồ sơ", count) % {"n": count},
        "able": [
            (row, to.get(row.id), people.names.get(to[row.id], "") if row.id in to else "")
            for row in looked.able
        ],
        "shares": people.shares(to),
        "unable": looked.unable,
        "came": came_from(request),
        "form": form,
        "errors": bool(form.errors),
    }
    return render(request, "dossiers/desk/reassign.html", facts, status=422 if form.errors else 200)


@access.officer("dossiers.assign")
@require_POST
def do(request: HttpRequest) -> HttpResponse:
    """Queue what was confirmed, each dossier as it was shown; with a fault the page comes back as it was."""
    actor, at = visit(request)
    items = [item for item in map(item_of, request.POST.getlist("d")) if item]
    codes = list(Dossier.objects.filter(id__in=[id for id, _v in items]).values_list("code", flat=True))
    looked = bulk.look(codes[: bulk.MOST], act=ACT, by=actor, at=at)
    people = staff(looked.able, at=at)
    form = Target(request.POST, takers=_choices(people))
    if not form.is_valid():
        return _page(request, looked, people, form)
    to, given = form.cleaned_data["to"], {"reason": form.cleaned_data["reason"].strip()}
    each = _shown(request) if to == SHARED else {id: {"to": to} for id, _version in items}
    with transaction.atomic():
        asked = bulk.ask(
            [item for item in items if item[0] in each], act=ACT, given=given, each=each, by=actor, at=at
        )
        jobs.run_bulk.defer(bulk_id=str(asked.id))
    return HttpResponseRedirect(f"{LIST}hang-loat/{asked.id}/?{came_from(request).query}")


def _shown(request: HttpRequest) -> dict[UUID, dict[str, str]]:
    """To whom each was to go on the page that was confirmed."""
    pairs = (each.partition(":") for each in request.POST.getlist("g"))
    read = ((ids.read(dossier), ids.read(officer)) for dossier, _colon, officer in pairs)
    return {dossier: {"to": str(officer)} for dossier, officer in read if dossier and officer}
