"""The work list: one view of the desk, a page of fifty, each call traced once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers.operations import bulk
from tinhso.dossiers.pages.desk import filters
from tinhso.dossiers.pages.desk.lines import lines
from tinhso.dossiers.pages.desk.screen import after_act
from tinhso.dossiers.pages.desk.shapes import Shape, shape_of
from tinhso.dossiers.pages.desk.visiting import Came, came_from, visit
from tinhso.dossiers.queries import desks, tracing
from tinhso.dossiers.queries.lists import count, page
from tinhso.foundation import access
from tinhso.identity import api as identity

PAGE = 50
MOST_COUNTED = 1000


@never_cache
@access.officer("dossiers.list")
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """One page of a view, narrowed by search and filters."""
    actor, at = visit(request)
    desk = desks.desk_of(actor, at)
    came = came_from(request)
    shape = shape_of(came, desk)
    narrow = came.narrow(desk, at)
    found = page(narrow, limit=PAGE, after=request.GET.get("sau", ""))
    total = count(narrow, most=MOST_COUNTED + 1)
    identity.look_at_list(
        actor, query=came.query, count=len(found.rows), purpose=_("Xem danh sách hồ sơ"), at=at
    )
    tracing.looks_by_number(came.q, [row.id for row in found.rows], by=actor, at=at)
    receives, heads = identity.Role.INTAKE_OFFICER in desk.roles, bool(desks.HEADS & desk.roles)
    ticks = receives or heads
    late = came.view is desks.LATE or came.choice.due == "tre"
    apologises = late and desks.may_decide(desk, at=at)
    facts = {
        "title": shape.title,
        "came": came,
        "shape": shape,
        "lines": lines(
            found.rows,
            at=at,
            stood_in_for=desks.stood_in_for(desk, found.rows),
            unattended=desks.unattended(desk, found.rows),
        ),
        "counted": _counted(total),
        "next": f"{came.href}&sau={found.after}" if found.after else "",
        "first": came.href if request.GET.get("sau") else "",
        "quick": filters.quick(came),
        "in_line": {"classes": "ui-filters__quick"},
        "others": filters.out_of_sight(came),
        "chips": filters.chips(came),
        "clear": came.choosing(came.choice.without_all()).href if came.choice.narrows else "",
        "ticks": ticks or apologises,
        "receives": receives,
        "heads": heads,
        "apologises": apologises,
        "whole": _whole(total) if (ticks or apologises) and total > len(found.rows) else "",
        "take": came.view is desks.BASKET or (came.view is desks.MINE and desk.offered),
        "empty": _empty(came),
        "changed": _changed(came, shape),
        **after_act(request, actor=actor, at=at),
    }
    return render(request, "dossiers/desk/worklist.html", facts)


@access.officer("dossiers.list")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search of the desk's head: the same list over the whole agency."""
    return worklist(request)


def _changed(came: Came, shape: Shape) -> bool:
    """Whether the list has moved away from the kept view it was opened by."""
    return shape.kept is not None and came.bare.query != shape.kept.query


def _counted(total: int) -> str:
    if total > MOST_COUNTED:
        return _("hơn 1.000 hồ sơ")
    return _("%(total)d hồ sơ") % {"total": total}


def _whole(total: int) -> str:
    """The second step of choosing: the whole list, as far as one run goes."""
    if total > bulk.MOST:
        return _("Chọn %(most)d hồ sơ đầu danh sách đang lọc") % {"most": bulk.MOST}
    return ngettext("Chọn cả %(total)d hồ sơ đang lọc", "Chọn cả %(total)d hồ sơ đang lọc", total) % {
        "total": total
    }


def _empty(came: Came) -> str:
    if came.q:
        return _("Không có hồ sơ nào khớp. Hãy thử mã đầy đủ, tên không dấu, số điện thoại hoặc số căn cước.")
    if came.choice.narrows:
        return _("Không có hồ sơ nào khớp bộ lọc này. Hãy bấm “Xóa lọc”.")
    return _("Không có hồ sơ nào ở đây. Việc mới sẽ hiện ngay khi được giao.")
