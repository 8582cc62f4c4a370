"""How work lies on people, unit by unit: each number opens to its dossiers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, moments
from tinhso.foundation.moments import local
from tinhso.identity import api as identity
from tinhso.supervision.pages.asking import LIST, LYING, NOBODY, WORKLOAD, Asked, asked_of, choices
from tinhso.supervision.pages.overview import Figure
from tinhso.supervision.queries import workload as people
from tinhso.supervision.queries.reach import reach
from tinhso.supervision.queries.workload import Person, Staffed

COLUMNS = {
    dossiers.Standing.OPEN: gettext_noop("Đang giữ"),
    dossiers.Standing.LATE: gettext_noop("Trễ hạn"),
    dossiers.Standing.TODAY: gettext_noop("Hôm nay"),
    dossiers.Standing.SOON: gettext_noop("3 ngày tới"),
    dossiers.Standing.STANDING: gettext_noop("Đang dừng"),
    dossiers.Standing.READY: gettext_noop("Chờ trả"),
}
CHOSEN = ("co-quan", "don-vi")


@never_cache
@access.officer("supervision.watch")
@require_safe
def workload(request: HttpRequest) -> HttpResponse:
    """Open work of every officer, and of what nobody has taken, in the agency that is looked at."""
    actor, at = identity.actor_of(request), moments.now()
    asked = asked_of(request.GET, reach(actor, at), at=at)
    units = people.of_agency(asked.agency, unit=asked.unit, at=at) if asked.agency else ()
    heaviest = max((one.load.weight for unit in units for one in unit.people if one.id), default=0)
    facts = {
        "title": _("Khối lượng việc"),
        "place": WORKLOAD,
        "because": asked.reach.because,
        "selects": [each for each in choices(asked, at=at) if each["word"] in CHOSEN],
        "in_line": {"classes": "sv-select"},
        "clear": "",
        "chosen": asked.agency is not None,
        "columns": [_(label) for label in COLUMNS.values()],
        "units": [_unit(asked, unit, heaviest, at) for unit in units],
    }
    return render(request, "supervision/workload.html", facts)


def _unit(asked: Asked, unit: Staffed, heaviest: int, at: datetime) -> dict[str, Any]:
    return {
        "id": unit.id,
        "name": unit.name,
        "people": [_person(asked, unit, one, heaviest, at) for one in unit.people],
    }


def _person(asked: Asked, unit: Staffed, one: Person, heaviest: int, at: datetime) -> dict[str, Any]:
    return {
        "name": one.name,
        "roles": one.roles,
        "weight": one.load.weight,
        "share": round(100 * one.load.weight / heaviest) if heaviest and one.id else None,
        "away": _away(one.absence, at) if one.absence else "",
        "figures": [
            Figure(
                kind.value,
                f"{_(label)}, {one.name or _('chưa ai nhận')}",
                getattr(one.load, kind.value),
                asked.href(
                    LIST, muc=f"{LYING}{kind.value}", don_vi=str(unit.id), giu=str(one.id or NOBODY), ky=""
                ),
            )
            for kind, label in COLUMNS.items()
        ],
    }


def _away(absence: identity.AbsenceView, at: datetime) -> str:
    """When they are away, and who stands in."""
    facts = {
        "begins": f"{local(absence.begins_at):%d/%m}",
        "ends": f"{local(absence.ends_at):%d/%m}",
        "deputy": absence.deputy_name,
    }
    if absence.begins_at > at:
        said = _("vắng từ %(begins)s đến %(ends)s") % facts
    else:
        said = _("đang vắng đến %(ends)s") % facts
    return _("%(said)s, %(deputy)s thay") % {"said": said, **facts} if absence.deputy_name else said
