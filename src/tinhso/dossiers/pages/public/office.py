"""The public page of an office: where it is, and the days on which it is closed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.directory import api as directory
from tinhso.dossiers.pages.public.filing import show
from tinhso.dossiers.queries.closures import closed_days
from tinhso.foundation import access, moments


@access.anyone(reason="the public page of an office, with the days on which it is closed")
@require_safe
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office. Raises UnknownAgency."""
    day = moments.today(moments.now())
    agency = directory.agency(code, day)
    desks = directory.units_of(agency.id, day, directory.UnitKind.ONE_STOP)
    days = closed_days([agency.id], on=day)
    return show(
        request,
        "office",
        title=agency.name,
        desks=[desk.name for desk in desks],
        days=days,
        shut=next((one.reason for one in days if one.day == day), ""),
        said=_("Ngày đóng cửa không tính vào thời hạn giải quyết hồ sơ."),
    )
