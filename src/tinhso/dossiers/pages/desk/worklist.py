"""The work list: one view of the desk, a page of fifty, each call traced once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers import lifecycle
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.pages.desk.lines import lines
from tinhso.dossiers.pages.desk.screen import after_act
from tinhso.dossiers.pages.desk.visiting import LIST, Came, came_from, visit
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.lists import count, page
from tinhso.foundation import access
from tinhso.identity import api as identity

PAGE = 50
MOST_COUNTED = 1000


@never_cache
@access.officer("dossiers.list")
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """One page of a view, narrowed by search and status."""
    actor, at = visit(request)
    desk = desks.desk_of(actor, at)
    came = came_from(request)
    narrow = came.narrow(desk, at)
    found = page(narrow, limit=PAGE, after=request.GET.get("sau", ""))
    total = count(narrow, most=MOST_COUNTED + 1)
    identity.look_at_list(
        actor, query=came.query, count=len(found.rows), purpose=_("Xem danh sách hồ sơ"), at=at
    )
    facts = {
        "title": came.view.label,
        "came": came,
        "lines": lines(found.rows, at=at),
        "counted": _counted(total),
        "next": f"{came.href}&sau={found.after}" if found.after else "",
        "first": came.href if request.GET.get("sau") else "",
        "statuses": _statuses(came),
        "clear": f"{LIST}?xem={came.view.word}" if came.q or came.statuses else "",
        "ticks": identity.Role.INTAKE_OFFICER in desk.roles,
        "take": came.view is desks.BASKET,
        "empty": _empty(came),
        **after_act(request, actor=actor, at=at),
    }
    return render(request, "dossiers/desk/worklist.html", facts)


@access.officer("dossiers.list")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search of the desk's head: the same list over the whole agency."""
    return worklist(request)


def _counted(total: int) -> str:
    if total > MOST_COUNTED:
        return _("hơn 1.000 hồ sơ")
    return _("%(total)d hồ sơ") % {"total": total}


def _statuses(came: Came) -> list[dict[str, Any]]:
    chosen = came.statuses[0].value if came.statuses else ""
    return [{"value": "", "text": _("Mọi trạng thái")}] + [
        {"value": status.value, "text": lifecycle.MEANINGS[status].label, "selected": status.value == chosen}
        for status in Status
    ]


def _empty(came: Came) -> str:
    if came.q:
        return _("Không có hồ sơ nào khớp. Hãy thử mã đầy đủ, tên không dấu, số điện thoại hoặc số căn cước.")
    if came.statuses:
        return _("Không có hồ sơ nào ở trạng thái này. Hãy bấm “Xóa lọc”.")
    return _("Không có hồ sơ nào ở đây. Việc mới sẽ hiện ngay khi được giao.")
