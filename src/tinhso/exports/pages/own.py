"""Asking for a list as a file, its progress, an officer's exports, and who exported what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.exports import jobs, queries
from tinhso.exports.contracts import Shape, Source, State
from tinhso.exports.models import Export
from tinhso.exports.operations import taking
from tinhso.exports.ports import OVERSEEN, OWN
from tinhso.exports.sources import sources
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound
from tinhso.foundation.moments import local
from tinhso.identity import api as identity
from tinhso.ui.api import paging

NAMES = {
    State.WAITING: gettext_noop("Đang chờ"),
    State.RUNNING: gettext_noop("Đang ghi"),
    State.READY: gettext_noop("Đã xong"),
    State.FAILED: gettext_noop("Không xuất được"),
    State.CANCELLED: gettext_noop("Đã hủy"),
    State.EXPIRED: gettext_noop("Đã hết hạn tải"),
}
SHAPES = {Shape.XLSX: gettext_noop("Excel (.xlsx)"), Shape.CSV: gettext_noop("CSV (.csv)")}


@never_cache
@access.officer("exports.ask")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Choose kind and columns for a list named by its source and address; then write it in the background."""
    actor, at = identity.actor_of(request), moments.now()
    source = _source(request.GET.get("nguon", ""))
    query = _query(request)
    if identity.acting_as(actor, source.act, None, at) is None:
        raise NotAllowed(_("Tài khoản này không xem được danh sách này nên không xuất được."))
    fault = ""
    if request.method == "POST":
        shape = Shape(request.POST["dang"]) if request.POST.get("dang") in frozenset(Shape) else Shape.XLSX
        columns = request.POST.getlist("cot")
        try:
            with transaction.atomic():
                made = taking.ask(
                    source=source.name, query=query, shape=shape, columns=columns, by=actor, at=at
                )
                jobs.write.defer(export_id=str(made))
            return HttpResponseRedirect(f"{OWN}{made}/")
        except Invalid as refused:
            fault = refused.message
    personal = taking.may_personal(source, by=actor, at=at)
    facts = {
        "title": _("Xuất danh sách"),
        "about": source.describe(query, actor, at),
        "label": source.label,
        "columns": [column for column in source.columns if personal or not column.personal],
        "withheld": [column for column in source.columns if column.personal and not personal],
        "chosen": request.POST.getlist("cot") if request.method == "POST" else None,
        "shapes": [
            {"value": shape.value, "text": _(words), "checked": shape is Shape.XLSX}
            for shape, words in SHAPES.items()
        ],
        "kind": {"legend": {"text": _("Dạng tệp")}},
        "fault": fault,
    }
    return render(request, "exports/ask.html", facts, status=422 if fault else 200)


def _source(name: str) -> Source:
    if name not in sources:
        raise NotFound(_("Không có danh sách này để xuất."))
    return sources.get(name)


def _query(request: HttpRequest) -> str:
    given = request.GET.copy()
    given.pop("nguon", None)
    given.pop("sau", None)
    return given.urlencode()


@never_cache
@access.officer("exports.ask")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The officer's own exports, newest first."""
    actor = identity.actor_of(request)
    found = queries.mine(actor.id, before=paging.before(request)) if actor.id else []
    return _page(request, found, title=_("Danh sách đã xuất"), place=OWN, own=True)


@never_cache
@access.officer("exports.oversee")
@require_safe
def overseen(request: HttpRequest) -> HttpResponse:
    """Who took which list out, with how many rows and whether persons were told of; never the file."""
    actor, at = identity.actor_of(request), moments.now()
    found = queries.overseen(actor, at=at, before=paging.before(request))
    return _page(request, found, title=_("Ai đã xuất danh sách nào"), place=OVERSEEN, own=False)


def _page(request: HttpRequest, found: list[Export], *, title: str, place: str, own: bool) -> HttpResponse:
    shown, last = paging.cut(found, queries.PAGE)
    units = directory.names({row.unit_id for row in shown})
    facts = {
        "title": title,
        "own": own,
        "rows": [_row(row) | {"unit": units.get(row.unit_id, "")} for row in shown],
        "next": paging.following(place, last and last.id),
    }
    return render(request, "exports/listed.html", facts)


@never_cache
@access.officer("exports.ask")
@require_safe
def progress(request: HttpRequest, export: UUID) -> HttpResponse:
    """How far it is; only for who asked. Asked again by itself until it is over."""
    row = taking.own(export, by=identity.actor_of(request))
    piece = request.headers.get("HX-Request") == "true"
    template = "exports/progress_piece.html" if piece else "exports/progress.html"
    return render(request, template, {"title": _("Xuất danh sách"), **_row(row)})


@access.officer("exports.cancel")
@require_POST
def cancel(request: HttpRequest, export: UUID) -> HttpResponse:
    """Call it off."""
    taking.cancel(export, by=identity.actor_of(request), at=moments.now())
    return HttpResponseRedirect(f"{OWN}{export}/")


def _row(row: Export) -> dict[str, Any]:
    state = State(row.state)
    return {
        "id": row.id,
        "about": row.about,
        "who": row.officer_name,
        "when": f"{local(row.asked_at):%H:%M %d/%m/%Y}",
        "shape": row.shape.upper(),
        "personal": row.personal,
        "state": state.value,
        "state_name": _(NAMES[state]),
        "done": row.done,
        "total": row.total,
        "open": state in (State.WAITING, State.RUNNING),
        "fault": row.fault,
        "size": row.size,
        "until": f"{local(row.expires_at):%H:%M %d/%m/%Y}" if row.expires_at else "",
        "downloads": row.downloads,
    }
