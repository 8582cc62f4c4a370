"""Dossiers in an earlier process of their procedure: what changes, which can go over, then one act each."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import bulk
from tinhso.dossiers.pages.desk.bulk import item_of
from tinhso.dossiers.pages.desk.forms import words
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.dossiers.queries import desks, processes
from tinhso.foundation import access
from tinhso.identity import api as identity

ACT, ADDRESS = "change_process", "/can-bo/quy-trinh-moi/"


class Ground(forms.Form):
    """Why running dossiers go over."""

    reason = words(
        gettext_lazy("Căn cứ, lý do"),
        hint=gettext_lazy("Ghi vào lịch sử từng hồ sơ. Ví dụ: Quyết định 215/QĐ-UBND thay quy trình nội bộ."),
        missing=gettext_lazy("Hãy ghi căn cứ hoặc lý do chuyển."),
        rows=2,
    )


@never_cache
@access.officer("dossiers.change_process")
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The procedures whose process has changed while dossiers run, with what is different."""
    actor, at = visit(request)
    found = processes.behind(desks.desk_of(actor, at).agencies, at=at)
    shown = [
        {"name": one.name, "process": one.process, "count": one.count, "rows": _rows(one)} for one in found
    ]
    facts = {"title": _("Hồ sơ còn theo quy trình cũ"), "behind": shown}
    return render(request, "dossiers/desk/processes.html", facts)


def _rows(one: processes.Behind) -> list[dict[str, dict[str, str]]]:
    told = (
        (_("Bước thêm"), one.added),
        (_("Bước bỏ"), one.dropped),
        (_("Bước đổi người làm, thời gian hoặc tên"), one.altered),
    )
    return [{"key": {"text": label}, "value": {"text": "; ".join(steps)}} for label, steps in told if steps]


@never_cache
@access.officer("dossiers.change_process")
@require_safe
def preview(request: HttpRequest, process: UUID) -> HttpResponse:
    """Which dossiers would go over, and why the others cannot. Nothing is done yet; leaves a trace."""
    actor, at = visit(request)
    codes = processes.codes_behind(desks.desk_of(actor, at).agencies, process=process, most=bulk.MOST)
    purpose = _("Chọn hồ sơ để chuyển sang quy trình mới")
    identity.look_at_list(actor, query=str(process), count=len(codes), purpose=purpose, at=at)
    return _page(request, codes, Ground())


def _page(request: HttpRequest, codes: list[str], form: Ground) -> HttpResponse:
    actor, at = visit(request)
    looked = bulk.look(codes, act=ACT, by=actor, at=at)
    n = len(looked.able)
    facts = {
        "title": ngettext("Chuyển %(n)d hồ sơ sang quy trình mới", "Chuyển %(n)d hồ sơ sang quy trình mới", n)
        % {"n": n},
        "able": looked.able,
        "unable": looked.unable,
        "form": form,
        "back": ADDRESS,
    }
    return render(request, "dossiers/desk/process_change.html", facts, status=422 if form.errors else 200)


@access.officer("dossiers.change_process")
@require_POST
def do(request: HttpRequest) -> HttpResponse:
    """Queue what was confirmed, each dossier as it was shown; with a fault the page comes back as it was."""
    actor, at = visit(request)
    items = [item for item in map(item_of, request.POST.getlist("d")) if item]
    form = Ground(request.POST)
    if not form.is_valid():
        rows = Dossier.objects.filter(id__in=[id for id, _version in items])
        return _page(request, list(rows.values_list("code", flat=True)[: bulk.MOST]), form)
    with transaction.atomic():
        given = {"reason": form.cleaned_data["reason"].strip()}
        asked = bulk.ask(items, act=ACT, given=given, by=actor, at=at)
        jobs.run_bulk.defer(bulk_id=str(asked.id))
    return HttpResponseRedirect(f"{LIST}hang-loat/{asked.id}/")
