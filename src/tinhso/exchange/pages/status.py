"""The public page that says how shared services stand, what is planned, and what ends."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tinhso.directory import api as directory
from tinhso.exchange.contracts import ServiceClass
from tinhso.exchange.models import ChangeNotice, MaintenanceWindow, State
from tinhso.exchange.offers import offered
from tinhso.exchange.pages.desk.services import tag_of
from tinhso.foundation import access, moments


@access.anyone(reason="how shared services stand is for everybody who relies on them")
@cache_control(public=True, max_age=15)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Services that may be asked for, maintenance that comes, changes told. Six queries.

    Of a service given by agreement only it shows name, owner and how it stands; what was written about it is
    for those who use it.
    """
    at = moments.now()
    rows = {row.id: row for row in offered().order_by("title", "id")[:300]}
    units = directory.units({row.owner_unit_id for row in rows.values() if row.owner_unit_id})
    agencies = directory.names(list({unit.agency_id for unit in units.values()}))
    told = {row.id for row in rows.values() if row.service_class != ServiceClass.LIMITED}
    windows = list(
        MaintenanceWindow.objects.select_related("service")
        .filter(cancelled_at=None, ends_at__gt=at)
        .order_by("begins_at")[:50]
    )
    resting = {one.service_id for one in windows if one.begins_at <= at}
    state = State.objects.filter(id=1).first()
    facts = {
        "title": _("Tình trạng dịch vụ chia sẻ dữ liệu"),
        "at": at,
        "maintenance": state.maintenance if state else "",
        "rows": [
            {
                "row": row,
                "tag": ("amber", _("Đang bảo dưỡng")) if {row.id, None} & resting else tag_of(row),
                "owner": agencies[units[row.owner_unit_id].agency_id] if row.owner_unit_id in units else "",
                "told": row.id in told,
            }
            for row in rows.values()
        ],
        "windows": [
            (one, one.service_id is None or one.service_id in told)
            for one in windows
            if one.service_id is None or one.service_id in rows
        ],
        "notices": list(
            ChangeNotice.objects.select_related("service")
            .filter(service__in=told)
            .order_by("-told_at", "-id")[:10]
        ),
    }
    return render(request, "exchange/public/status.html", facts)
