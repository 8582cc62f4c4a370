"""A service's name, owner, law and class at the desk: changed, confirmed by another, with its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.exchange.models import Service, ServiceChange
from tinhso.exchange.operations import restating
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done
from tinhso.exchange.pages.desk.services import HOME, classes, owner_units
from tinhso.exchange.pages.visiting import lines, number, own_service, typed, visit
from tinhso.foundation import access
from tinhso.foundation.errors import NotFound
from tinhso.foundation.ids import read

BOXES = {
    "title": "ten",
    "owner": "chu",
    "legal_basis": "can-cu",
    "personal_fields": "ca-nhan",
    "service_class": "nhom",
    "reason": "ly-do",
}
"""Where the sentence about a fact stands."""
CHANGE, CONFIRM, REFUSE = "sua", "xac-nhan", "khong"


@never_cache
@access.officer("exchange.register_service")
@require_safe
def page(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """What a service is, what waits, and who changed what. Queries do not grow with the history."""
    return _page(request, own_service(request, service_id))


@never_cache
@access.officer("exchange.register_service")
@require_POST
def act(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Change it; say yes or no to what waits."""
    row = own_service(request, service_id)
    return done(
        request,
        _ACTS,
        lambda do: do(request, row),
        back=f"{HOME}{row.id}/sua/",
        again=lambda refused: _page(request, own_service(request, service_id), refused),
    )


def _page(request: HttpRequest, row: Service, refused: Refusal = NOTHING) -> HttpResponse:
    (actor, at), found = visit(request), restating.changes(row.id)
    names, newest = restating.owners(found), found[0] if found else None
    waiting = newest if newest is not None and newest.accepted is None else None
    now = restating.facts_of(row)
    values = {
        "ten": now.title,
        "chu": now.owner,
        "can-cu": now.legal_basis,
        "ca-nhan": "\n".join(now.personal_fields),
        "nhom": now.service_class,
        "ly-do": "",
    }
    if refused.of == CHANGE:
        values = typed(request, values)
    stale = refused.of == CHANGE and refused.status == 409
    facts = {
        "title": _("Sửa thông tin dịch vụ"),
        "row": row,
        "home": f"{HOME}{row.id}/",
        "here": f"{HOME}{row.id}/sua/lam/",
        "seen": newest.number if newest else 0,
        "values": {name.replace("-", "_"): text for name, text in values.items()},
        "units": owner_units(at),
        "classes": list(classes().items()),
        "waiting": _line(waiting, names) if waiting else None,
        "own": waiting is not None and waiting.asked_by in (actor.id, actor.on_behalf_of),
        "history": [_line(one, names) for one in found if one is not waiting],
        "stale": _line(newest, names) if stale and newest else None,
    }
    return refused.draw(request, "exchange/desk/service_restating.html", facts, boxes=BOXES)


def _line(row: ServiceChange, names: dict[str, str]) -> dict[str, Any]:
    return {"row": row, "differences": restating.differences(row, names)}


def _change(request: HttpRequest, row: Service) -> None:
    (actor, at), words = visit(request), typed(request, BOXES.values())
    wanted = restating.Facts(
        title=words["ten"],
        owner=words["chu"],
        legal_basis=words["can-cu"],
        personal_fields=lines(words["ca-nhan"]),
        service_class=words["nhom"],
    )
    seen = number(request.POST.get("ban", ""))
    restating.change(row.id, wanted, seen=seen, reason=words["ly-do"], by=actor, at=at)


def _confirm(request: HttpRequest, row: Service) -> None:
    actor, at = visit(request)
    restating.confirm(_waiting(request, row), by=actor, at=at)


def _refuse(request: HttpRequest, row: Service) -> None:
    actor, at = visit(request)
    reason = request.POST.get("vi-sao", "")[:2000]
    restating.refuse(_waiting(request, row), reason=reason, by=actor, at=at)


def _waiting(request: HttpRequest, row: Service) -> UUID:
    """The change that the form names, of this service. Raises NotFound."""
    id = read(request.POST.get("cua", ""))
    if id is None or not ServiceChange.objects.filter(id=id, service=row).exists():
        raise NotFound(_("Không có thay đổi này."))
    return id


_ACTS: Acts[Callable[[HttpRequest, Service], None]] = {
    CHANGE: (_change, "khac-muc"),
    CONFIRM: (_confirm, "vi-sao"),
    REFUSE: (_refuse, "vi-sao"),
}
