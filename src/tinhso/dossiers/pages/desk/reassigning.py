"""Many ticked dossiers to another officer: who can take them, why, then one act each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
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
from tinhso.foundation import access
from tinhso.identity import api as identity

ACT = "assign"


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


def takers(rows: Iterable[Dossier], *, at: datetime) -> list[tuple[str, str]]:
    """Officers who may take at least one of the dossiers, by its role and unit, each with how many."""
    places: dict[tuple[str, UUID], int] = {}
    for row in rows:
        if row.role:
            places[row.role, row.unit_id] = places.get((row.role, row.unit_id), 0) + 1
    fits: dict[UUID, int] = {}
    for (role, unit), count in places.items():
        for officer in identity.holders(role=role, unit=unit, at=at):
            fits[officer] = fits.get(officer, 0) + count
    names = identity.officer_names(list(fits))
    return [
        (
            str(id),
            ngettext("%(name)s (nhận được %(n)d hồ sơ)", "%(name)s (nhận được %(n)d hồ sơ)", fits[id])
            % {"name": names.get(id, ""), "n": fits[id]},
        )
        for id in sorted(fits, key=lambda one: (-fits[one], names.get(one, "")))
    ]


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
    return _page(request, looked, Target(takers=takers(looked.able, at=at)))


def _page(request: HttpRequest, looked: bulk.Looked, form: Target) -> HttpResponse:
    count = len(looked.able)
    facts = {
        "title": ngettext("Phân công lại %(n)d hồ sơ", "Phân công lại %(n)d hồ sơ", count) % {"n": count},
        "able": looked.able,
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
    form = Target(request.POST, takers=takers(looked.able, at=at))
    if not form.is_valid():
        return _page(request, looked, form)
    with transaction.atomic():
        given = {"to": form.cleaned_data["to"], "reason": form.cleaned_data["reason"].strip()}
        asked = bulk.ask(items, act=ACT, given=given, by=actor, at=at)
        jobs.run_bulk.defer(bulk_id=str(asked.id))
    return HttpResponseRedirect(f"{LIST}hang-loat/{asked.id}/?{came_from(request).query}")
