"""What the gateway does with a service's messages: where to, how kept, checked and guarded, for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.exchange.contracts import BodyLog, ContractCheck, ServiceKind, SubjectKind
from tinhso.exchange.diagnosing import own_keys
from tinhso.exchange.diagnosing.own_keys import Guarded
from tinhso.exchange.guards.breaker import Settings as Breaker
from tinhso.exchange.guards.mask_rules import Act, Place
from tinhso.exchange.models import MaintenanceWindow, Right, Service
from tinhso.exchange.operations import services
from tinhso.exchange.operations.descriptions import VERBS
from tinhso.exchange.operations.service_facts import MEBIBYTE
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done, name_of
from tinhso.exchange.pages.desk import service_words as words
from tinhso.exchange.pages.desk.services import HOME, tag_of, uploaded
from tinhso.exchange.pages.visiting import by_box, number, own_service, visit
from tinhso.exchange.protocol.globs import matches
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.ids import read
from tinhso.ui.api import paging

ON_A_PAGE = 50
BOXES = {
    "url": "dia-chi",
    "timeout_seconds": "cho",
    "most_bytes": "co-lon",
    "body_log": "nhat-ky",
    "masks": "che-truong",
    "contract_check": "kiem",
    "breaker": "lan-hong",
    "mirror": "ban-sao",
    "mock": "mau-cho",
    "subject": "ai",
    "method": "phuong-thuc",
    "path": "duong-dan",
}
"""Where the sentence about a fact stands."""


@never_cache
@access.officer("exchange.change_service")
@require_safe
def page(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """The facts of a service. Queries do not grow with rights, endpoints or windows."""
    return _page(request, own_service(request, service_id))


def _page(request: HttpRequest, row: Service, refused: Refusal = NOTHING) -> HttpResponse:
    _actor, at = visit(request)
    before = paging.before(request)
    rights = Right.objects.filter(service=row, ended_at=None)
    found = (rights.filter(id__lt=before) if before else rights).order_by("-id")
    shown, last = paging.cut(list(found[: ON_A_PAGE + 1]), ON_A_PAGE)
    endpoints = list(row.endpoints.order_by("path", "method"))
    windows = MaintenanceWindow.objects.filter(service=row, ends_at__gt=at, cancelled_at=None)
    sent = {name: request.POST.get(name, "")[:2000] for name in _FORMS.get(refused.of, ())}
    facts = {
        "title": _("Thông số của %s") % row.title,
        "row": row,
        "tag": tag_of(row),
        "home": f"{HOME}{row.id}/",
        "here": f"{HOME}{row.id}/thong-so/lam/",
        "described": row.kind == ServiceKind.OPENAPI,
        "logs": words.logs(),
        "evidence": row.body_log == BodyLog.FULL,
        "masks": [(words.mask(rule), index) for index, rule in enumerate(row.masks)],
        "places": words.places(),
        "acts": words.acts(),
        "checks": words.checks(),
        "breaker": Breaker.read(row.breaker) if row.breaker else None,
        "guarded": _guarded(row),
        "percent": words.percent(row.mirror.get("ratio", 1)) if row.mirror else "",
        "rights": [(right, words.subject(right), _opens(right, endpoints)) for right in shown],
        "next": paging.following(f"{HOME}{row.id}/thong-so/", last and last.id, anchor="quyen-muc"),
        "endpoints": len(endpoints),
        "subjects": words.subjects(),
        "groups": list(row.subsystem.groups.order_by("code").values_list("code", flat=True)[:50]),
        "methods": [("*", _("Mọi phương thức")), *((verb, verb) for verb in VERBS)],
        "windows": list(windows.order_by("begins_at")[:20]),
        "values": by_box(_kept(row) | sent),
    }
    return refused.draw(request, "exchange/desk/service_facts.html", facts, boxes=BOXES)


def _guarded(row: Service) -> Guarded | None:
    """What the gateway saw of the service; asked only where it watches something."""
    if not row.breaker and row.contract_check == ContractCheck.OFF:
        return None
    told = own_keys.health()
    return told.services.get(row.id, Guarded()) if told else None


def _kept(row: Service) -> dict[str, str]:
    """What stands in the boxes until somebody types."""
    guard = Breaker.read(row.breaker)
    return {
        "dia-chi": row.url,
        "cho": str(row.timeout_seconds),
        "co-lon": words.megabytes(row.most_bytes),
        "nhat-ky": row.body_log,
        "kiem": row.contract_check,
        "lan-hong": str(guard.failures),
        "lan-tot": str(guard.successes),
        "ma-hong": " ".join(map(str, sorted(guard.statuses))),
        "cho-dau": str(guard.first_seconds),
        "cho-lau": str(guard.most_seconds),
        "ban-sao": row.mirror.get("url", ""),
        "phan": words.percent(row.mirror.get("ratio", 1)),
        "mau-cho": words.decimal(row.mock.get("delay", 0)),
        "mau-ma": str(row.mock.get("status") or ""),
        "mau-ten": row.mock.get("example", ""),
        "phuong-thuc": "*",
        "duong-dan": "**",
    }


def _opens(right: Right, endpoints: list[Any]) -> int:
    """How many of the described endpoints a right opens."""
    return sum(
        right.method in ("*", one.method) and (right.path == "**" or matches(right.path, one.path))
        for one in endpoints
    )


@never_cache
@access.officer("exchange.change_service")
@require_POST
def act(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Change one group of facts, or a right."""
    row = own_service(request, service_id)
    return done(
        request,
        _ACTS,
        lambda do: do(request, row),
        back=f"{HOME}{row.id}/thong-so/#{name_of(request)}-muc",
        again=lambda refused: _page(request, row, refused),
    )


def _change(request: HttpRequest, row: Service, **facts: Any) -> None:
    actor, at = visit(request)
    services.change(service_id=row.id, by=actor, at=at, **facts)


def _said(request: HttpRequest, box: str) -> str:
    return request.POST.get(box, "").strip()[:2000]


def _number(request: HttpRequest, box: str) -> int:
    found = number(_said(request, box))
    if found < 0:
        sentence = _("Nhập một số, ví dụ 30.")
        raise Invalid(sentence, faults={box: sentence})
    return found


def _connection(request: HttpRequest, row: Service) -> None:
    size = words.read_decimal(_said(request, "co-lon"))
    if size is None:
        sentence = _("Nhập số MB, ví dụ 10.")
        raise Invalid(sentence, faults={"co-lon": sentence})
    _change(
        request,
        row,
        url=_said(request, "dia-chi"),
        verify_tls=request.POST.get("kiem-tls") == "1",
        timeout_seconds=_number(request, "cho"),
        most_bytes=round(size * MEBIBYTE),
    )


def _log(request: HttpRequest, row: Service) -> None:
    try:
        chosen = BodyLog(_said(request, "nhat-ky"))
    except ValueError as error:
        sentence = _("Hãy chọn cách ghi nhật ký.")
        raise Invalid(sentence, faults={"nhat-ky": sentence}) from error
    _change(request, row, body_log=chosen)


def _mask(request: HttpRequest, row: Service) -> None:
    (actor, at), chosen = visit(request), _said(request, "che-cach")
    rule = {"in": _said(request, "che-noi"), "at": _said(request, "che-truong"), "as": chosen}
    if rule["in"] not in frozenset(Place) or chosen not in frozenset(Act):
        sentence = _("Chọn nơi có trường và cách che.")
        raise Invalid(sentence, faults={"che-noi": sentence})
    if chosen != Act.REMOVE and (text := _said(request, "che-thay")):
        rule["with"] = text
    if chosen == Act.REGEX:
        rule["pattern"] = _said(request, "che-bieu-thuc")
    services.change_masks(service_id=row.id, add=rule, by=actor, at=at)


def _unmask(request: HttpRequest, row: Service) -> None:
    (actor, at), index = visit(request), number(_said(request, "cua"))
    if not 0 <= index < len(row.masks) or row.masks[index].get("at", "") != request.POST.get("la", ""):
        raise NotFound(_("Không có quy tắc che này, hoặc đã có người bỏ."))
    services.change_masks(service_id=row.id, remove=row.masks[index], by=actor, at=at)


def _check(request: HttpRequest, row: Service) -> None:
    try:
        chosen = ContractCheck(_said(request, "kiem"))
    except ValueError as error:
        sentence = _("Chọn cách kiểm.")
        raise Invalid(sentence, faults={"kiem": sentence}) from error
    _change(request, row, contract_check=chosen)


def _describe(request: HttpRequest, row: Service) -> None:
    actor, at = visit(request)
    services.describe_anew(service_id=row.id, description=uploaded(request), by=actor, at=at)


def _break(request: HttpRequest, row: Service) -> None:
    if request.POST.get("bat") != "1":
        _change(request, row, breaker={})
        return
    _change(
        request,
        row,
        breaker={
            "failures": _number(request, "lan-hong"),
            "successes": _number(request, "lan-tot"),
            "statuses": [number(each) for each in _said(request, "ma-hong").replace(",", " ").split()],
            "first_seconds": _number(request, "cho-dau"),
            "most_seconds": _number(request, "cho-lau"),
        },
    )


def _mirror(request: HttpRequest, row: Service) -> None:
    address, part = _said(request, "ban-sao"), words.read_decimal(_said(request, "phan"))
    if request.POST.get("bat") != "1":
        _change(request, row, mirror={})
        return
    if part is None:
        sentence = _("Nhập số phần trăm, ví dụ 5 hoặc 0,5.")
        raise Invalid(sentence, faults={"phan": sentence})
    _change(request, row, mirror={"url": address, "ratio": part / 100})


def _mock(request: HttpRequest, row: Service) -> None:
    if request.POST.get("bat") != "1":
        _change(request, row, mock={})
        return
    delay, status = words.read_decimal(_said(request, "mau-cho")), _said(request, "mau-ma")
    made: dict[str, Any] = {"delay": -1 if delay is None else delay}
    if status:
        made["status"] = number(status)
    if name := _said(request, "mau-ten"):
        made["example"] = name
    _change(request, row, mock=made)


def _allow(request: HttpRequest, row: Service) -> None:
    actor, at = visit(request)
    try:
        kind = SubjectKind(_said(request, "ben"))
    except ValueError as error:
        sentence = _("Chọn cấp quyền cho ai.")
        raise Invalid(sentence, faults={"ben": sentence}) from error
    services.allow(
        service_id=row.id,
        kind=kind,
        subject=_said(request, "ai"),
        method=_said(request, "phuong-thuc"),
        path=_said(request, "duong-dan"),
        by=actor,
        at=at,
    )


def _withdraw(request: HttpRequest, row: Service) -> None:
    (actor, at), id = visit(request), read(_said(request, "cua"))
    if id is None or not Right.objects.filter(id=id, service=row, agreement_id=None).exists():
        raise NotFound(_("Không có quyền gọi này."))
    services.withdraw(right_id=id, by=actor, at=at)


_ACTS: Acts[Callable[[HttpRequest, Service], None]] = {
    "ket-noi": (_connection, "dia-chi"),
    "nhat-ky": (_log, "nhat-ky"),
    "che": (_mask, "che-truong"),
    "bo-che": (_unmask, "nhat-ky"),
    "hop-dong": (_check, "kiem"),
    "mo-ta": (_describe, "tep"),
    "ngat": (_break, "lan-hong"),
    "sao": (_mirror, "ban-sao"),
    "mau": (_mock, "mau-cho"),
    "quyen": (_allow, "ai"),
    "thu-quyen": (_withdraw, "ai"),
}
_FORMS: dict[str, tuple[str, ...]] = {
    "ket-noi": ("dia-chi", "cho", "co-lon"),
    "nhat-ky": ("nhat-ky",),
    "che": ("che-noi", "che-truong", "che-cach", "che-thay", "che-bieu-thuc"),
    "hop-dong": ("kiem",),
    "ngat": ("lan-hong", "lan-tot", "ma-hong", "cho-dau", "cho-lau"),
    "sao": ("ban-sao", "phan"),
    "mau": ("mau-cho", "mau-ma", "mau-ten"),
    "quyen": ("ben", "ai", "phuong-thuc", "duong-dan"),
}
"""The boxes of each form: what was typed stands in the one that was refused, the others as they are kept."""
