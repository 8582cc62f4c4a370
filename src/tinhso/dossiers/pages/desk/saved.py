"""Lists kept under a name, the digits that open them, own columns, and the split of the screen."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.dossiers.operations import views as minding
from tinhso.dossiers.pages.desk import columns
from tinhso.dossiers.pages.desk.shapes import shape_of
from tinhso.dossiers.pages.desk.visiting import LIST, Came, came_from, visit
from tinhso.dossiers.queries import desks, views
from tinhso.dossiers.queries.desks import Desk
from tinhso.foundation import access, ids
from tinhso.foundation.errors import Unable
from tinhso.identity import api as identity

HERE = f"{LIST}danh-muc/"
DIGITS = "123456789"


@never_cache
@access.officer("dossiers.list")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The views that open by a digit: those everybody has and those kept, with what can be done to them."""
    actor, at = visit(request)
    desk = desks.desk_of(actor, at)
    kept = views.kept(officer=desk.officer, units=desk.units)
    units = directory.names({view.unit for view in kept if view.unit})
    makers = identity.names({view.officer for view in kept})
    taken = {view.key for view in kept}
    facts = {
        "title": _("Danh mục việc"),
        "came": came_from(request),
        "usual": [(view, "" if view.key in taken else view.key) for view in desks.VIEWS],
        "kept": [
            {
                "view": view,
                "unit": units.get(view.unit, "") if view.unit else "",
                "maker": makers.get(view.officer, ""),
                "minded": view.officer == desk.officer or bool(minding.MINDERS & desk.roles),
                "digits": [
                    {"value": "", "text": _("không"), "selected": not view.key},
                    *({"value": d, "text": d, "selected": d == view.key} for d in DIGITS),
                ],
            }
            for view in kept
        ],
    }
    return render(request, "dossiers/desk/views.html", facts)


@never_cache
@access.officer("dossiers.keep_view")
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the list in the address under a name, for oneself or a unit."""
    actor, at = visit(request)
    desk = desks.desk_of(actor, at)
    came = came_from(request)
    if request.method != "POST":
        return _keep_page(request, came, desk)
    key = request.POST.get("phim", "")
    unit = ids.read(request.POST.get("cho", ""))
    try:
        made = minding.keep(
            name=request.POST.get("ten", ""),
            query=came.bare.query,
            columns=_own_columns(came, desk),
            unit=unit,
            desk=desk,
            by=actor,
            at=at,
        )
    except Unable as fault:
        return _keep_page(request, came, desk, fault=fault)
    if key in DIGITS and key:
        minding.set_key(view_id=made, key=int(key), desk=desk)
    return HttpResponseRedirect(f"{LIST}?{came.bare.query}&ds={made}")


def _keep_page(request: HttpRequest, came: Came, desk: Desk, *, fault: Unable | None = None) -> HttpResponse:
    names = directory.names(desk.units)
    chosen = request.POST.get("cho", "")
    digit = request.POST.get("phim", "")
    facts = {
        "title": _("Lưu thành danh mục"),
        "came": came,
        "name": request.POST.get("ten", ""),
        "fault": fault.message if fault else "",
        "units": [
            {"value": "", "text": _("Chỉ mình tôi"), "selected": not chosen},
            *(
                {
                    "value": str(unit),
                    "text": _("Cả đơn vị: %(unit)s") % {"unit": names.get(unit, "")},
                    "selected": str(unit) == chosen,
                }
                for unit in desk.units
            ),
        ],
        "digits": [
            {"value": "", "text": _("không"), "selected": not digit},
            *({"value": d, "text": d, "selected": d == digit} for d in DIGITS),
        ],
    }
    return render(request, "dossiers/desk/keep.html", facts, status=fault.status if fault else 200)


def _own_columns(came: Came, desk: Desk) -> tuple[str, ...]:
    shown = shape_of(came, desk).columns
    return () if shown == columns.USUAL else shown


@access.officer("dossiers.keep_view")
@require_POST
def keep_again(request: HttpRequest, view: UUID) -> HttpResponse:
    """Keep the list as it is now under the name it was opened by."""
    actor, at = visit(request)
    desk, came = desks.desk_of(actor, at), came_from(request)
    minding.change(
        view_id=view, query=came.bare.query, columns=_own_columns(came, desk), desk=desk, by=actor, at=at
    )
    return HttpResponseRedirect(f"{LIST}?{came.bare.query}&ds={view}")


@access.officer("dossiers.keep_view")
@require_POST
def drop(request: HttpRequest, view: UUID) -> HttpResponse:
    """Forget a kept view."""
    actor, at = visit(request)
    minding.drop(view_id=view, desk=desks.desk_of(actor, at), by=actor, at=at)
    return HttpResponseRedirect(HERE)


@access.officer("dossiers.list")
@require_POST
def set_key(request: HttpRequest, view: UUID) -> HttpResponse:
    """Choose the digit that opens a kept view."""
    actor, at = visit(request)
    given = request.POST.get("phim", "")
    key = int(given) if given and given in DIGITS else None
    minding.set_key(view_id=view, key=key, desk=desks.desk_of(actor, at))
    return HttpResponseRedirect(HERE)


@never_cache
@access.officer("dossiers.list")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Which columns this list shows, in which order; a column is moved by its buttons, without a script."""
    actor, at = visit(request)
    desk, came = desks.desk_of(actor, at), came_from(request)
    if request.method != "POST":
        shown = shape_of(came, desk).columns
        return _columns_page(request, came, order=_all(shown), shown=shown)
    order = _all(tuple(word for word in request.POST.getlist("thu-tu") if word in columns.COLUMNS))
    shown = columns.sound([word for word in order if word in request.POST.getlist("cot")])
    moved = request.POST.get("len", "") or request.POST.get("xuong", "")
    if moved in columns.COLUMNS:
        order = _moved(order, moved, by=-1 if "len" in request.POST else 1)
        return _columns_page(request, came, order=order, shown=shown, moved=moved)
    usual = "lai" in request.POST
    minding.set_columns(place=came.place, columns=() if usual else shown, desk=desk)
    return HttpResponseRedirect(came.href)


def _all(shown: tuple[str, ...]) -> tuple[str, ...]:
    return (*shown, *(word for word in columns.COLUMNS if word not in shown))


def _moved(order: tuple[str, ...], word: str, *, by: int) -> tuple[str, ...]:
    rest = [each for each in order if each != word]
    place = min(max(order.index(word) + by, 0), len(rest))
    return (*rest[:place], word, *rest[place:])


def _columns_page(
    request: HttpRequest, came: Came, *, order: tuple[str, ...], shown: tuple[str, ...], moved: str = ""
) -> HttpResponse:
    facts = {
        "title": _("Chọn cột: %(view)s") % {"view": came.view.label},
        "came": came,
        "columns": [
            {"column": columns.COLUMNS[word], "shown": word in shown, "moved": word == moved}
            for word in order
        ],
    }
    return render(request, "dossiers/desk/columns.html", facts)


@access.officer("dossiers.list")
@require_POST
def split(request: HttpRequest) -> HttpResponse:
    """Show a dossier beside the list from now on, or no longer."""
    actor, at = visit(request)
    desk = desks.desk_of(actor, at)
    minding.set_split(split=request.POST.get("chia") == "1", officer=desk.officer)
    came = came_from(request)
    return HttpResponseRedirect(came.href)
