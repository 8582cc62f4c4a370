"""The catalogue: services with an open plan, what each asks and answers, and a try against its mock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.exchange.contracts import BodyLog, NoSuchAgreement, PlanStatus, ServiceKind, Validation
from tinhso.exchange.models import ChangeNotice, Conditions, Plan, QuotaLimit, Service
from tinhso.exchange.offers import offered
from tinhso.exchange.operations import trying_out
from tinhso.exchange.pages.desk.agreements import LOGS
from tinhso.exchange.pages.desk.services import classes, tag_of
from tinhso.exchange.pages.visiting import visit
from tinhso.exchange.protocol import metadata
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ServiceId, parse_client
from tinhso.exchange.queries import describing
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import today

HOME = "/can-bo/nha-phat-trien/dich-vu/"


@never_cache
@access.officer("exchange.see_catalogue")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Services one may ask for."""
    words = request.GET.get("q", "")[:100]
    rows = offered()
    if words:
        rows = rows.filter(title__icontains=words) | rows.filter(code__icontains=words)
    found = list(rows.order_by("title", "id")[:200])
    units = directory.units({row.owner_unit_id for row in found if row.owner_unit_id})
    agencies = directory.names(list({unit.agency_id for unit in units.values()}))
    facts = {
        "title": _("Danh mục dịch vụ"),
        "rows": [
            {
                "row": row,
                "owner": agencies.get(units[row.owner_unit_id].agency_id, "")
                if row.owner_unit_id in units
                else "",
                "tag": tag_of(row),
                "class": classes()[row.service_class],
            }
            for row in found
        ],
        "typed": words,
    }
    return render(request, "exchange/developers/catalogue.html", facts)


@never_cache
@access.officer("exchange.see_catalogue")
@require_safe
def one(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """A service: description, plans, conditions, changes told."""
    return _shown(request, _own(service_id))


@never_cache
@access.officer("exchange.see_catalogue")
@require_safe
def description(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """The description, to make a client from, with addresses of the exchange as the gateway gives it (§6)."""
    row = _own(service_id)
    if not row.description:
        raise NoSuchAgreement(_("Dịch vụ này chưa có mô tả."))
    wsdl = row.kind == ServiceKind.WSDL
    try:
        content = metadata.wsdl(row.description.encode()) if wsdl else _addressed(row)
    except Fault as error:
        raise NoSuchAgreement(_("Dịch vụ này chưa có mô tả.")) from error
    answer = HttpResponse(content, content_type="application/xml" if wsdl else "text/plain")
    ending = "wsdl" if wsdl else "json" if row.description.lstrip().startswith("{") else "yaml"
    answer["Content-Disposition"] = f'attachment; filename="{row.id}.{ending}"'
    return answer


def _addressed(row: Service) -> bytes:
    name = ServiceId(parse_client(row.subsystem.identifier), row.code)
    return metadata.open_api(row.description.encode(), "", f"/r1/{name}")


@never_cache
@access.officer("exchange.see_catalogue")
@require_POST
def attempt(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Call the mock once and show what it answered."""
    row = _own(service_id)
    method, target = request.POST.get("method", "GET"), request.POST.get("target", "")
    try:
        tried = trying_out.answer(row, method=method, target=target)
    except Unable as refused:
        return _shown(request, row, fault=refused.message, status=refused.status)
    return _shown(request, row, tried=tried)


def _shown(
    request: HttpRequest,
    row: Service,
    *,
    fault: str = "",
    tried: trying_out.Tried | None = None,
    status: int = 200,
) -> HttpResponse:
    _actor, at = visit(request)
    described = None
    if row.kind == ServiceKind.OPENAPI and row.description:
        try:
            described = describing.openapi(row.description)
        except Invalid:
            described = None
    first = (
        next(((one.method, one.path) for one in described.operations), ("", "")) if described else ("", "")
    )
    facts: dict[str, Any] = {
        "title": row.title,
        "row": row,
        "tag": tag_of(row),
        "log": LOGS[BodyLog(row.body_log)],
        "class": classes()[row.service_class],
        "described": described,
        "plans": _plans(row, today(at)),
        "notices": list(ChangeNotice.objects.filter(service=row).order_by("-told_at", "-id")[:10]),
        "may_try": trying_out.possible(row),
        "methods": [(name, name) for name in trying_out.METHODS],
        "typed": {
            name: request.POST.get(name, usual)[: trying_out.LONGEST_TARGET]
            for name, usual in zip(("method", "target"), first, strict=True)
        },
        "tried": tried,
        "fault": fault,
        "links": [("target", fault)] if fault else [],
        "errors": bool(fault),
    }
    return render(request, "exchange/developers/service.html", facts, status=status)


def _plans(row: Service, day: object) -> Sequence[dict[str, Any]]:
    plans = list(
        Plan.objects.select_related("quota_class")
        .filter(service=row, status=PlanStatus.PUBLISHED)
        .order_by("code")
    )
    limits = {
        one.quota_class_id: one
        for one in QuotaLimit.objects.filter(
            quota_class__in=[plan.quota_class_id for plan in plans], period__contains=day
        )
    }
    conditions = {(one.plan_id, one.revision): one for one in Conditions.objects.filter(plan__in=plans)}
    return [
        {
            "row": plan,
            "limit": limits.get(plan.quota_class_id),
            "conditions": conditions.get((plan.id, plan.conditions_revision)),
            "validation": Validation(plan.validation).label,
        }
        for plan in plans
    ]


def _own(service_id: UUID) -> Service:
    found = offered().filter(id=service_id).first()
    if found is None:
        raise NoSuchAgreement(_("Không có dịch vụ này trong danh mục."))
    return found
