"""One act on many ticked dossiers: preview, confirmation, progress."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.dossiers import jobs
from tinhso.dossiers.models import Bulk, BulkItem
from tinhso.dossiers.operations import bulk
from tinhso.dossiers.pages.desk.visiting import LIST, came_from, visit
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.lists import LARGEST, page
from tinhso.foundation import access
from tinhso.foundation.errors import NotFound
from tinhso.identity import api as identity

ACT = "accept"
WORDS = {
    "accept": (
        gettext_noop("Tiếp nhận hàng loạt"),
        gettext_noop("Đã tiếp nhận %(done)d/%(total)d hồ sơ."),
    ),
    "assign": (
        gettext_noop("Phân công lại hàng loạt"),
        gettext_noop("Đã phân công %(done)d/%(total)d hồ sơ."),
    ),
    "apologise": (
        gettext_noop("Xin lỗi, hẹn lại hàng loạt"),
        gettext_noop("Đã xin lỗi, hẹn lại %(done)d/%(total)d hồ sơ."),
    ),
}


@never_cache
@access.officer("dossiers.accept")
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What would be done: "Tiếp nhận 48 hồ sơ; 2 không được: …". Nothing is done yet."""
    actor, at = visit(request)
    came = came_from(request)
    whole = request.POST.get("tat-ca") == "1"
    codes = whole_list(request, purpose=_("Chọn hồ sơ để tiếp nhận")) if whole else request.POST.getlist("d")
    looked = bulk.look(codes[: bulk.MOST], act=ACT, by=actor, at=at)
    facts = {
        "title": ngettext("Tiếp nhận %(n)d hồ sơ", "Tiếp nhận %(n)d hồ sơ", len(looked.able))
        % {"n": len(looked.able)},
        "able": looked.able,
        "unable": looked.unable,
        "came": came,
        "whole": whole,
        "most": bulk.MOST,
    }
    return render(request, "dossiers/desk/bulk.html", facts)


def whole_list(request: HttpRequest, *, purpose: str) -> list[str]:
    """The codes of the whole list as it is narrowed, no more than may be done at once; leaves a trace."""
    (actor, at), came = visit(request), came_from(request)
    narrow = came.narrow(desks.desk_of(actor, at), at)
    codes: list[str] = []
    after = ""
    while len(codes) < bulk.MOST:
        found = page(narrow, limit=min(LARGEST, bulk.MOST - len(codes)), after=after)
        codes += [row.code for row in found.rows]
        after = found.after
        if not after:
            break
    identity.look_at_list(actor, query=came.query, count=len(codes), purpose=purpose, at=at)
    return codes


@access.officer("dossiers.accept")
@require_POST
def do(request: HttpRequest) -> HttpResponse:
    """Queue the act for what was confirmed, each dossier as it was shown."""
    actor, at = visit(request)
    items = [item_of(given) for given in request.POST.getlist("d")]
    with transaction.atomic():
        asked = bulk.ask([each for each in items if each], act=ACT, by=actor, at=at)
        jobs.run_bulk.defer(bulk_id=str(asked.id))
    return HttpResponseRedirect(f"{LIST}hang-loat/{asked.id}/?{came_from(request).query}")


def item_of(given: str) -> tuple[UUID, int] | None:
    """A dossier with the version that was shown, as a form carries them; None for anything else."""
    id, _colon, version = given.partition(":")
    try:
        return UUID(id), int(version)
    except ValueError:
        return None


@never_cache
@access.officer("dossiers.list")
@require_safe
def progress(request: HttpRequest, asked: UUID) -> HttpResponse:
    """How far it is: n/N, and the failed ones with the reason. Only for who asked."""
    actor, _at = visit(request)
    found = Bulk.objects.filter(id=asked).first()
    if found is None or found.officer != actor.id:
        raise NotFound(_("Không có lần làm hàng loạt này."))
    items = BulkItem.objects.filter(bulk=found)
    done = items.filter(done_at__isnull=False, fault="").count()
    failed = list(items.exclude(fault="").select_related("dossier"))
    facts = {
        "title": _(WORDS[found.act][0]),
        "bulk": found,
        "done": done,
        "failed": failed,
        "said": _(WORDS[found.act][1]) % {"done": done, "total": found.total},
        "came": came_from(request),
    }
    piece = request.headers.get("HX-Request") == "true"
    template = "dossiers/desk/progress_piece.html" if piece else "dossiers/desk/progress.html"
    return render(request, template, facts)
