"""The portal's first page, what is told ahead, and the own systems with their certificates."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.exchange.models import Application, ChangeNotice, MaintenanceWindow
from tinhso.exchange.operations import applications
from tinhso.exchange.operations.sandbox import key_of
from tinhso.exchange.pages.developers.sandbox import HOME as SANDBOX
from tinhso.exchange.pages.visiting import own_application, visit
from tinhso.exchange.queries import agreements as queries
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable

HOME = "/can-bo/nha-phat-trien/"
LARGEST = 100_000
ON_A_PAGE = 50


@never_cache
@access.officer("exchange.see_catalogue")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Own systems, their agreements, and the newest notices."""
    actor, at = visit(request)
    own = queries.sight(actor, at=at).applications
    facts = {
        "title": _("Cổng nhà phát triển"),
        "applications": list(Application.objects.filter(id__in=own).order_by("name")),
        "rows": queries.of_applications(own, at=at),
        "notices": _notices(own)[:5],
        "windows": _windows(own, at),
    }
    return render(request, "exchange/developers/home.html", facts)


@never_cache
@access.officer("exchange.see_catalogue")
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """Changes and maintenance of services that own systems use."""
    actor, at = visit(request)
    own = queries.sight(actor, at=at).applications
    facts = {
        "title": _("Thông báo thay đổi"),
        "notices": _notices(own)[:ON_A_PAGE],
        "windows": _windows(own, at),
    }
    return render(request, "exchange/developers/notices.html", facts)


@never_cache
@access.officer("exchange.ask_certificate")
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """An own system; a certificate is put forward here."""
    row = own_application(request, application_id, "exchange.ask_certificate")
    (actor, at), fault, status = visit(request), "", 200
    if request.method == "POST":
        try:
            applications.ask_certificate(row.id, _given(request), by=actor, at=at)
        except Unable as refused:
            fault, status = refused.message, refused.status
        else:
            return HttpResponseRedirect(f"{HOME}he-thong/{row.id}/")
    facts = {
        "title": row.name,
        "row": row,
        "certificates": list(row.certificates.order_by("-asked_at")[:20]),
        "rows": queries.of_applications(frozenset({row.id}), at=at),
        "sandbox": _example(row),
        "now": at,
        "fault": fault,
        "links": [("tep", fault)] if fault else [],
        "errors": bool(fault),
    }
    return render(request, "exchange/developers/application.html", facts, status=status)


def _example(row: Application) -> str:
    """How a program calls the sandbox, as a command."""
    key, client = f"Authorization: Bearer {key_of(row.id)}", f"X-Road-Client: {row.identifier}"
    return f'curl -H "{key}" \\\n  -H "{client}" \\\n  {settings.ORIGIN}{SANDBOX}/r1/…'


def _given(request: HttpRequest) -> bytes:
    file = request.FILES.get("tep")
    if file is None or isinstance(file, list) or (file.size or 0) > LARGEST:
        raise Invalid(_("Hãy chọn tệp chứng thư (PEM hoặc CER), không quá 100 KB."))
    return bytes(file.read())


def _notices(own: frozenset[UUID]) -> list[ChangeNotice]:
    rows = ChangeNotice.objects.select_related("service").filter(
        service__plans__agreements__application__in=own
    )
    return list(rows.distinct().order_by("-told_at", "-id")[:ON_A_PAGE])


def _windows(own: frozenset[UUID], at: object) -> list[MaintenanceWindow]:
    rows = MaintenanceWindow.objects.select_related("service").filter(cancelled_at=None, ends_at__gt=at)
    used = rows.filter(service__plans__agreements__application__in=own) | rows.filter(service=None)
    return list(used.distinct().order_by("begins_at")[:ON_A_PAGE])
