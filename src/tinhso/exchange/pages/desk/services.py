"""Services at the desk: the list, one with its plans and acts, and a new one from its description."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.exchange.contracts import BodyLog, ServiceKind
from tinhso.exchange.models import ChangeNotice, Service, ServiceChange, Subsystem
from tinhso.exchange.operations import notices, parties, restating, services
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done
from tinhso.exchange.pages.desk.agreements import LOGS
from tinhso.exchange.pages.forms import Box, draw
from tinhso.exchange.pages.visiting import (
    by_box,
    faults_of,
    lines,
    may,
    own_service,
    typed,
    visit,
)
from tinhso.exchange.queries import agreements as queries
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.text import typed_date

HOME = "/can-bo/truc/dich-vu/"
MOST_BYTES = 4 * 1024 * 1024
ACTS = (
    "register_service",
    "change_service",
    "switch_service",
    "manage_plan",
    "tell_change",
    "deprecate_service",
)
BOXES = {"title": "tieu-de", "text": "noi-dung", "effective_on": "ngay", "retires_on": "ngay"}
"""Where the sentence about a fact stands."""
NEW = ("he-thong", "loai", "ma", "ten", "dia-chi", "chu", "can-cu", "ca-nhan", "nhom", "nhat-ky")


@never_cache
@access.officer("exchange.see_services")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The services an officer looks after."""
    actor, at = visit(request)
    seen = queries.sight(actor, at=at)
    words = request.GET.get("q", "")[:100]
    rows = queries.services(seen, typed=words)
    units = directory.units({row.owner_unit_id for row in rows if row.owner_unit_id})
    facts = {
        "title": _("Dịch vụ chia sẻ"),
        "rows": [
            {
                "row": row,
                "owner": units[row.owner_unit_id].name if row.owner_unit_id in units else "",
                "tag": tag_of(row),
                "class": classes()[row.service_class],
            }
            for row in rows
        ],
        "typed": words,
        "may_register": seen.operator,
    }
    return render(request, "exchange/desk/services.html", facts)


@never_cache
@access.officer("exchange.register_service")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A new service from an OpenAPI or WSDL file, or of which only the address is known."""
    (_actor, at), faults, status = visit(request), dict[str, str](), 200
    words = typed(request, NEW)
    if request.method == "POST":
        try:
            made = _registered(request, words)
        except Unable as refused:
            faults, status = faults_of(refused, otherwise="tep"), refused.status
        else:
            return HttpResponseRedirect(f"{HOME}{made}/")
    subsystems = Subsystem.objects.filter(ended_at=None).order_by("name", "id")
    boxes = (
        Box(
            "he-thong",
            _("Hệ thống cung cấp"),
            "select",
            items=[(str(row.id), f"{row.name} ({row.identifier})") for row in subsystems],
        ),
        Box(
            "loai",
            _("Mô tả bằng"),
            "select",
            items=[
                ("OPENAPI", _("Tệp OpenAPI 3 (JSON, YAML)")),
                ("WSDL", _("Tệp WSDL")),
                ("REST", _("Chưa có mô tả")),
            ],
        ),
        Box("tep", _("Tệp mô tả"), "file-upload", hint=_("Tối đa 4 MB.")),
        Box(
            "ma",
            _("Mã dịch vụ"),
            hint=_("Ví dụ: tra-cuu. WSDL lấy mã từ các thao tác trong tệp."),
            classes="govuk-input--width-20",
        ),
        Box("ten", _("Tên dịch vụ"), hint=_("Để trống thì lấy trong tệp mô tả.")),
        Box("dia-chi", _("Địa chỉ máy chủ"), hint=_("Ví dụ: https://10.1.2.3/tra-cuu")),
        Box("chu", _("Đơn vị chủ dữ liệu"), "select", items=owner_units(at)),
        Box("can-cu", _("Căn cứ pháp lý")),
        Box(
            "ca-nhan",
            _("Trường dữ liệu cá nhân"),
            "textarea",
            hint=_("Mỗi dòng một trường. Để trống nếu không có."),
        ),
        Box("nhom", _("Nhóm chia sẻ"), "select", items=list(classes().items())),
        Box("nhat-ky", _("Ghi nhật ký"), "select", items=_logs()),
    )
    return draw(
        request,
        boxes,
        title=_("Đăng ký dịch vụ"),
        back=(HOME, _("Dịch vụ chia sẻ")),
        submit=_("Đăng ký"),
        typed=words,
        faults=faults,
        intro=_("Dịch vụ mới được đăng ký ở trạng thái tắt. Thử xong thì mở ở trang của dịch vụ."),
        status=status,
    )


@never_cache
@access.officer("exchange.see_services")
@require_safe
def one(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """A service with its plans, agreements and notices."""
    return _shown(request, own_service(request, service_id))


@never_cache
@access.officer("exchange.see_services")
@require_POST
def act(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Open or close it, tell a change, or say that it ends."""
    row = own_service(request, service_id)
    return done(
        request,
        _ACTS,
        lambda do: do(request, row),
        back=f"{HOME}{row.id}/",
        again=lambda refused: _shown(request, row, refused),
    )


def _shown(request: HttpRequest, row: Service, refused: Refusal = NOTHING) -> HttpResponse:
    actor, at = visit(request)
    owner = directory.units([row.owner_unit_id]).get(row.owner_unit_id) if row.owner_unit_id else None
    lines_of, _more = queries.listed(queries.sight(actor, at=at), view="", at=at, service=row.id)
    facts: dict[str, Any] = {
        "title": row.title,
        "row": row,
        "tag": tag_of(row),
        "owner": owner,
        "agency": directory.names([owner.agency_id])[owner.agency_id] if owner else "",
        "class": classes()[row.service_class],
        "log": LOGS[BodyLog(row.body_log)],
        "endpoints": list(row.endpoints.order_by("path", "method")[:100]),
        "plans": queries.plans_of(row.id),
        "agreements": lines_of,
        "notices": list(ChangeNotice.objects.filter(service=row).order_by("-told_at", "-id")[:10]),
        "ending": _("Báo trước ít nhất %(n)d ngày.") % {"n": notices.days_before_end(at)},
        "acts": may(request, ACTS, parties.service_ref(row)),
        "change_waits": ServiceChange.objects.filter(service=row, accepted=None).exists(),
        "typed": by_box(typed(request, ("chu", "tieu-de", "noi-dung", "ngay", "thay"))),
        "links": [(f"{refused.of}-{BOXES.get(box, box)}", text) for box, text in refused.faults.items()],
    }
    return refused.draw(request, "exchange/desk/service.html", facts, boxes=BOXES)


def _enable(request: HttpRequest, row: Service) -> None:
    actor, at = visit(request)
    services.enable(service_id=row.id, by=actor, at=at)


def _disable(request: HttpRequest, row: Service) -> None:
    actor, at = visit(request)
    services.disable(service_id=row.id, notice=request.POST.get("chu", "")[:2000], by=actor, at=at)


def _tell(request: HttpRequest, row: Service) -> None:
    actor, at = visit(request)
    notices.tell_change(
        row.id,
        title=request.POST.get("tieu-de", "")[:200],
        text=request.POST.get("noi-dung", "")[:4000],
        effective_on=typed_date(request.POST.get("ngay", "")),
        by=actor,
        at=at,
    )


def _deprecate(request: HttpRequest, row: Service) -> None:
    actor, at = visit(request)
    notices.deprecate_service(
        row.id,
        retires_on=typed_date(request.POST.get("ngay", "")),
        successor=request.POST.get("thay", "")[:200],
        text=request.POST.get("noi-dung", "")[:4000],
        by=actor,
        at=at,
    )


_ACTS: Acts[Callable[[HttpRequest, Service], None]] = {
    "mo": (_enable, "chu"),
    "tat": (_disable, "chu"),
    "bao": (_tell, "ngay"),
    "ngung": (_deprecate, "ngay"),
}


def _registered(request: HttpRequest, words: dict[str, str]) -> UUID:
    """Register what was typed; the (first) service's id. Raises Invalid, Conflict, NotAllowed."""
    actor, at = visit(request)
    kind = words["loai"]
    subsystem, owner = _uuid(words["he-thong"]), _uuid(words["chu"])
    faults = dict[str, str]()
    if subsystem is None or not Subsystem.objects.filter(id=subsystem, ended_at=None).exists():
        faults["he-thong"] = _("Hãy chọn hệ thống cung cấp. Chưa có thì đăng ký hệ thống trước.")
    if owner is None:
        faults["chu"] = _("Hãy chọn đơn vị chủ dữ liệu.")
    if words["nhom"] not in classes():
        faults["nhom"] = _("Hãy chọn nhóm chia sẻ.")
    if words["nhat-ky"] not in dict(_logs()):
        faults["nhat-ky"] = _("Hãy chọn cách ghi nhật ký.")
    if not words["can-cu"].strip():
        faults["can-cu"] = _("Hãy ghi văn bản cho phép chia sẻ dữ liệu.")
    if kind != ServiceKind.WSDL and not words["ma"].strip():
        faults["ma"] = _("Hãy ghi mã dịch vụ.")
    if kind == ServiceKind.REST and not words["ten"].strip():
        faults["ten"] = _("Hãy ghi tên dịch vụ.")
    if faults or subsystem is None:
        raise Invalid(next(iter(faults.values())), faults=faults)
    facts: dict[str, Any] = {
        "owner_unit_id": owner,
        "legal_basis": words["can-cu"].strip(),
        "personal_fields": list(lines(words["ca-nhan"])),
        "service_class": words["nhom"],
        "body_log": words["nhat-ky"],
    }
    if words["ten"].strip() and kind != ServiceKind.WSDL:
        facts["title"] = words["ten"].strip()
    code, url = words["ma"].strip(), words["dia-chi"].strip()
    if kind == ServiceKind.REST:
        title = facts.pop("title")
        return services.register_rest(
            subsystem_id=subsystem, code=code, title=title, url=url, by=actor, at=at, **facts
        )
    text = uploaded(request)
    if kind == ServiceKind.OPENAPI:
        return services.register_openapi(
            subsystem_id=subsystem, code=code, url=url, description=text, by=actor, at=at, **facts
        )
    made = services.register_wsdl(subsystem_id=subsystem, description=text, url=url, by=actor, at=at, **facts)
    return made[0]


def uploaded(request: HttpRequest) -> str:
    """The description that was given as a file. Raises Invalid."""
    given = request.FILES.get("tep")
    if given is None or isinstance(given, list) or (given.size or 0) > MOST_BYTES:
        raise Invalid(_("Hãy chọn tệp mô tả, không quá 4 MB."), faults={"tep": "missing"})
    try:
        return bytes(given.read()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(_("Tệp mô tả phải là chữ UTF-8."), faults={"tep": "letters"}) from error


def tag_of(row: Service) -> tuple[str, str]:
    """Colour and words of how a service stands."""
    if not row.enabled:
        return "grey", _("Tắt")
    if row.retires_at is not None:
        return "amber", _("Sắp ngừng")
    return "green", _("Đang mở")


def classes() -> dict[str, str]:
    """The classes of services, as people read them."""
    return {one.value: str(words) for one, words in restating.CLASSES.items()}


def _logs() -> list[tuple[str, str]]:
    return [(log.value, str(words)) for log, words in LOGS.items() if log is not BodyLog.MASKED]


def owner_units(at: datetime) -> list[tuple[str, str]]:
    """Every unit that stands, by its agency. Two queries."""
    agencies = {agency.id: agency.name for agency in directory.agencies(today(at))}
    units = directory.units_of(agencies, today(at))
    order = {id: place for place, id in enumerate(agencies)}
    named = sorted(units, key=lambda unit: (order[unit.agency_id], unit.code))
    return [
        ("", _("Chọn đơn vị")),
        *((str(unit.id), f"{agencies[unit.agency_id]}: {unit.name}") for unit in named),
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
