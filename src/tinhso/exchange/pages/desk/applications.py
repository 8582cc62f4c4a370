"""Systems of others at the desk: their developers, their certificates; and maintenance windows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.exchange.contracts import NoSuchAgreement
from tinhso.exchange.models import Application, ApplicationCertificate, Developer, MaintenanceWindow, Service
from tinhso.exchange.operations import applications, notices
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done, name_of
from tinhso.exchange.pages.forms import Box, draw
from tinhso.exchange.pages.visiting import faults_of, own_application, typed, visit
from tinhso.exchange.queries import agreements as queries
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import LOCAL, today
from tinhso.foundation.text import Unreadable, typed_date
from tinhso.identity import api as identity

HOME = applications.HOME
WINDOWS = "/can-bo/truc/bao-tri/"
NEW = (
    "name",
    "agency",
    "organisation",
    "identifier",
    "contact_name",
    "contact_email",
    "contact_phone",
)
WINDOW = ("service", "day", "from", "until", "reason")


@never_cache
@access.officer("exchange.register_application")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All systems."""
    actor, at = visit(request)
    words = request.GET.get("q", "")[:100]
    rows = queries.applications(queries.sight(actor, at=at), typed=words)
    names = directory.names([row.agency_id for row in rows if row.agency_id])
    waiting = set(
        ApplicationCertificate.objects.filter(accepted=None).values_list("application_id", flat=True)
    )
    facts = {
        "title": _("Hệ thống sử dụng"),
        "rows": [
            (row, names[row.agency_id] if row.agency_id else row.organisation, row.id in waiting)
            for row in rows
        ],
        "typed": words,
    }
    return render(request, "exchange/desk/applications.html", facts)


@never_cache
@access.officer("exchange.register_application")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A new system."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    words = typed(request, NEW)
    if request.method == "POST":
        try:
            texts = {name: words[name] for name in NEW if name != "agency"}
            asked = applications.Asked(**texts, agency=_agency(words["agency"]))
            made = applications.register(asked, by=actor, at=at)
        except Unable as refused:
            faults, status = faults_of(refused, otherwise="identifier"), refused.status
        else:
            return HttpResponseRedirect(f"{HOME}{made}/")
    agencies = [(str(row.id), row.name) for row in directory.agencies(today(at))]
    boxes = (
        Box("name", _("Tên hệ thống")),
        Box(
            "agency",
            _("Cơ quan trong tỉnh"),
            "select",
            items=[("", _("Không, của tổ chức bên ngoài")), *agencies],
        ),
        Box("organisation", _("Tổ chức bên ngoài"), hint=_("Để trống nếu đã chọn cơ quan.")),
        Box(
            "identifier",
            _("Mã hệ thống con"),
            hint=_("Bốn phần như trong danh bạ quốc gia, ví dụ VN-DEMO/GOV/H01/TINHSO."),
        ),
        Box("contact_name", _("Người liên hệ")),
        Box("contact_email", _("Thư điện tử")),
        Box("contact_phone", _("Điện thoại (không bắt buộc)"), classes="govuk-input--width-20"),
    )
    return draw(
        request,
        boxes,
        title=_("Đăng ký hệ thống"),
        back=(HOME, _("Hệ thống sử dụng")),
        submit=_("Đăng ký"),
        typed=words,
        faults=faults,
        status=status,
    )


@never_cache
@access.officer("exchange.register_application")
@require_safe
def one(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """A system with its developers, certificates and agreements."""
    return _shown(request, own_application(request, application_id, "exchange.register_application"))


@never_cache
@access.officer("exchange.set_developers")
@require_POST
def act(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Add or remove a developer, decide about a certificate or take it back, end the system."""
    row = own_application(request, application_id, "exchange.register_application")
    return done(
        request,
        _ACTS,
        lambda do: do(request, row),
        back=f"{HOME}{row.id}/",
        again=lambda refused: _shown(request, row, refused),
        general=(404,),
    )


def _add(request: HttpRequest, row: Application) -> None:
    actor, at = visit(request)
    officer = identity.by_login(_said(request), at)
    if officer is None:
        raise Invalid(_("Không có tài khoản cán bộ nào mang tên đăng nhập này."))
    applications.add_developer(row.id, officer.id, by=actor, at=at)


def _remove(request: HttpRequest, row: Application) -> None:
    actor, at = visit(request)
    applications.remove_developer(row.id, _id(request.POST.get("cua", "")), by=actor, at=at)


def _decide(request: HttpRequest, row: Application) -> None:
    (actor, at), accept = visit(request), name_of(request) == "duyet"
    id = _certificate(row, request.POST.get("cua", ""))
    applications.decide_certificate(id, accept=accept, reason=_said(request), by=actor, at=at)


def _take_back(request: HttpRequest, row: Application) -> None:
    actor, at = visit(request)
    applications.remove_certificate(_certificate(row, request.POST.get("cua", "")), by=actor, at=at)


def _end(request: HttpRequest, row: Application) -> None:
    actor, at = visit(request)
    applications.end(row.id, by=actor, at=at)


_ACTS: Acts[Callable[[HttpRequest, Application], None]] = {
    "them": (_add, "them"),
    "thoi": (_remove, "thoi"),
    "duyet": (_decide, "duyet"),
    "tu-choi": (_decide, "tu-choi"),
    "thu-hoi": (_take_back, "thu-hoi"),
    "ket-thuc": (_end, "ket-thuc"),
}


def _said(request: HttpRequest) -> str:
    return request.POST.get("chu", "")[:2000]


def _shown(request: HttpRequest, row: Application, refused: Refusal = NOTHING) -> HttpResponse:
    _actor, at = visit(request)
    officers = identity.officers(
        Developer.objects.filter(application=row, removed_at=None).values_list("officer_id", flat=True), at
    )
    facts = {
        "title": row.name,
        "row": row,
        "whose": directory.names([row.agency_id])[row.agency_id] if row.agency_id else row.organisation,
        "developers": list(officers.values()),
        "certificates": list(row.certificates.filter(removed_at=None).order_by("-asked_at")),
        "rows": queries.of_applications(frozenset({row.id}), at=at),
        "now": at,
        "typed": _said(request),
        "links": refused.links,
    }
    return refused.draw(request, "exchange/desk/application.html", facts)


@never_cache
@access.officer("exchange.plan_maintenance")
@require_http_methods(["GET", "HEAD", "POST"])
def maintenance(request: HttpRequest) -> HttpResponse:
    """Windows that come, and a new one."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    words = typed(request, WINDOW) | ({"service": request.GET.get("dich-vu", "")} if not request.POST else {})
    if request.method == "POST":
        try:
            begins, ends = _window(words)
            service = _id(words["service"]) if words["service"] else None
            notices.plan_maintenance(
                service, begins_at=begins, ends_at=ends, reason=words["reason"], by=actor, at=at
            )
        except Unable as refused:
            found = faults_of(refused, otherwise="day")
            faults = {{"begins_at": "day", "ends_at": "until"}.get(key, key): w for key, w in found.items()}
            status = refused.status
        else:
            return HttpResponseRedirect(WINDOWS)
    windows = MaintenanceWindow.objects.select_related("service").filter(ends_at__gt=at, cancelled_at=None)
    services = [(str(row.id), row.title) for row in Service.objects.order_by("title")[:500]]
    facts = {
        "title": _("Lịch bảo dưỡng"),
        "rows": list(windows.order_by("begins_at")),
        "services": [("", _("Cả trục liên thông")), *services],
        "typed": words | {"start": words["from"]},
        "faults": faults | {"start": faults.get("from", "")},
        "links": list(faults.items()),
        "errors": bool(faults),
    }
    return render(request, "exchange/desk/maintenance.html", facts, status=status)


@never_cache
@access.officer("exchange.plan_maintenance")
@require_POST
def cancel(request: HttpRequest, window_id: UUID) -> HttpResponse:
    """Take a window back."""
    actor, at = visit(request)
    notices.cancel_maintenance(window_id, by=actor, at=at)
    return HttpResponseRedirect(WINDOWS)


def _window(words: dict[str, str]) -> tuple[datetime, datetime]:
    """The two moments that were typed. Raises Invalid with a sentence for each box that is wrong."""
    faults, times = dict[str, str](), dict[str, datetime]()
    for box in ("from", "until"):
        try:
            times[box] = datetime.strptime(words[box].strip(), "%H:%M").replace(tzinfo=LOCAL)
        except ValueError:
            faults[box] = _("Hãy ghi giờ và phút, ví dụ 22:30.")
    try:
        day = typed_date(words["day"])
    except Unreadable as refused:
        faults = {"day": refused.message, **faults}
    if not words["reason"].strip():
        faults["reason"] = _("Hãy ghi vì sao bảo dưỡng.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    begins, ends = (one.replace(year=day.year, month=day.month, day=day.day) for one in times.values())
    return begins, ends


def _agency(text: str) -> UUID | None:
    return _id(text) if text else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NoSuchAgreement(_("Không có mục này.")) from error


def _certificate(row: Application, text: str) -> UUID:
    id = _id(text)
    if not row.certificates.filter(id=id).exists():
        raise NoSuchAgreement(_("Không có chứng thư này."))
    return id
