"""The public page that says how shared services stand, what is planned, and what ends."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tinhso.exchange.contracts import ServiceClass
from tinhso.exchange.models import ChangeNotice, MaintenanceWindow, State
from tinhso.exchange.offers import offered
from tinhso.exchange.pages.desk.services import tag_of
from tinhso.foundation import access, moments


@access.anyone(reason="how shared services stand is for everybody who relies on them")
@cache_control(public=True, max_age=15)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Services that are not for few only, maintenance that comes, changes told. Four queries."""
    at = moments.now()
    services = offered().exclude(service_class=ServiceClass.LIMITED)
    rows = list(services.order_by("title", "id")[:300])
    windows = list(
        MaintenanceWindow.objects.select_related("service")
        .filter(cancelled_at=None, ends_at__gt=at)
        .order_by("begins_at")[:50]
    )
    resting = {one.service_id for one in windows if one.begins_at <= at}
    shown = {row.id for row in rows}
    state = State.objects.filter(id=1).first()
    facts = {
        "title": _("Tình trạng dịch vụ chia sẻ dữ liệu"),
        "at": at,
        "maintenance": state.maintenance if state else "",
        "rows": [
            (row, ("amber", _("Đang bảo dưỡng")) if {row.id, None} & resting else tag_of(row)) for row in rows
        ],
        "windows": [one for one in windows if one.service_id is None or one.service_id in shown],
        "notices": [
            one
            for one in ChangeNotice.objects.select_related("service").order_by("-told_at", "-id")[:50]
            if one.service_id in shown
        ][:10],
    }
    return render(request, "exchange/public/status.html", facts)
