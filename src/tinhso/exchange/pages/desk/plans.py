"""Plans at the desk: a new one, one with its conditions and life; and the classes of use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.exchange.contracts import NoSuchAgreement, PlanStatus, Quota, Validation
from tinhso.exchange.models import Conditions, Plan, QuotaClass, QuotaLimit
from tinhso.exchange.operations import parties, plans, quotas
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done
from tinhso.exchange.pages.desk.services import HOME as SERVICES
from tinhso.exchange.pages.forms import Box, draw
from tinhso.exchange.pages.visiting import (
    LONGEST,
    faults_of,
    lines,
    may,
    number,
    own_service,
    typed,
    visit,
)
from tinhso.exchange.queries import agreements as queries
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import Unreadable, typed_date

HOME = "/can-bo/truc/goi/"
QUOTAS = "/can-bo/truc/han-muc/"
NEW = ("code", "name", "description", "validation", "question", "quota_class", "longest_days", "endpoints")
LIMITS = ("per_minute", "per_day", "parallel", "since")


@never_cache
@access.officer("exchange.manage_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Begin a plan of a service."""
    service = own_service(request, service_id)
    return _form(
        request,
        title=_("Soạn gói cho %s") % service.title,
        back=(f"{SERVICES}{service.id}/", service.title),
        begin={"longest_days": "365"},
        do=lambda offer, by, at: plans.draft(service.id, offer, by=by, at=at),
    )


@never_cache
@access.officer("exchange.manage_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Change a plan that is being written."""
    row = _own(request, plan_id)

    def do(offer: plans.Offer, by: ActorRef, at: datetime) -> UUID:
        plans.change(row.id, offer, by=by, at=at)
        return row.id

    begin = {name: str(getattr(row, name, "")) for name in NEW} | {
        "quota_class": str(row.quota_class_id),
        "endpoints": "\n".join(" ".join(pair) for pair in row.endpoints if pair != ["*", "**"]),
    }
    return _form(
        request, title=_("Sửa gói %s") % row.name, back=(f"{HOME}{row.id}/", row.name), begin=begin, do=do
    )


def _form(
    request: HttpRequest,
    *,
    title: str,
    back: tuple[str, str],
    begin: dict[str, str],
    do: Callable[[plans.Offer, ActorRef, datetime], UUID],
) -> HttpResponse:
    (actor, at), faults, status, words = visit(request), dict[str, str](), 200, begin
    if request.method == "POST":
        words = typed(request, NEW)
        try:
            made = do(_offer(words), actor, at)
        except Unable as refused:
            faults, status = faults_of(refused, otherwise="code"), refused.status
        else:
            return HttpResponseRedirect(f"{HOME}{made}/")
    classes = [(str(row.id), row.name) for row in QuotaClass.objects.order_by("name")]
    boxes = (
        Box("code", _("Mã gói"), hint=_("Ví dụ: co-ban."), classes="govuk-input--width-20"),
        Box("name", _("Tên gói")),
        Box("description", _("Dành cho ai (không bắt buộc)"), "textarea"),
        Box(
            "validation",
            _("Ai chấp thuận"),
            "select",
            items=[(each.value, each.label) for each in reversed(Validation)],
        ),
        Box("question", _("Câu hỏi cho bên đề nghị (không bắt buộc)")),
        Box("quota_class", _("Hạn mức"), "select", items=classes),
        Box("longest_days", _("Thời hạn dài nhất, số ngày"), classes="govuk-input--width-5"),
        Box(
            "endpoints",
            _("Chỉ cho gọi (không bắt buộc)"),
            "textarea",
            hint=_("Mỗi dòng một phương thức và đường dẫn, ví dụ: GET /cong-dan/*. Để trống là cả dịch vụ."),
        ),
    )
    return draw(
        request,
        boxes,
        title=title,
        back=back,
        submit=_("Lưu"),
        typed=words,
        faults=faults,
        intro=_("Chưa ai thấy gói cho đến khi công bố điều kiện sử dụng và mở gói."),
        status=status,
    )


@never_cache
@access.officer("exchange.see_services")
@require_safe
def one(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A plan."""
    return _shown(request, _own(request, plan_id))


@never_cache
@access.officer("exchange.manage_plan")
@require_POST
def act(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Publish conditions, open, deprecate or close."""
    row = _own(request, plan_id)
    return done(
        request,
        _ACTS,
        lambda do: do(request, row.id),
        back=f"{HOME}{row.id}/",
        again=lambda refused: _shown(request, plans.held(row.id), refused),
    )


def _publish_conditions(request: HttpRequest, plan_id: UUID) -> None:
    (actor, at), words = visit(request), _said(request)
    plans.publish_conditions(plan_id, words, material="nho" not in request.POST, by=actor, at=at)


def _publish(request: HttpRequest, plan_id: UUID) -> None:
    actor, at = visit(request)
    plans.publish(plan_id, by=actor, at=at)


def _deprecate(request: HttpRequest, plan_id: UUID) -> None:
    actor, at = visit(request)
    plans.deprecate(plan_id, by=actor, at=at)


def _close(request: HttpRequest, plan_id: UUID) -> None:
    actor, at = visit(request)
    plans.close(plan_id, ground=_said(request), by=actor, at=at)


_ACTS: Acts[Callable[[HttpRequest, UUID], None]] = {
    "dieu-kien": (_publish_conditions, "dieu-kien"),
    "mo": (_publish, "mo"),
    "thoi-nhan": (_deprecate, "thoi-nhan"),
    "dong": (_close, "dong"),
}


def _said(request: HttpRequest) -> str:
    return request.POST.get("chu", "")[:LONGEST]


def _shown(request: HttpRequest, row: Plan, refused: Refusal = NOTHING) -> HttpResponse:
    here = PlanStatus(row.status)
    manages = "manage_plan" in may(request, ("manage_plan",), parties.plan_ref(row))
    facts = {
        "title": row.name,
        "row": row,
        "status": here.label,
        "colour": {"published": "green", "staging": "blue"}.get(row.status, "grey"),
        "validation": Validation(row.validation).label,
        "endpoints": [" ".join(pair) for pair in row.endpoints if pair != ["*", "**"]],
        "conditions": list(Conditions.objects.filter(plan=row).order_by("-revision")),
        "agreements": row.agreements.filter(status__in=["pending", "accepted"]).count(),
        "manages": manages,
        "may_change": manages and here is PlanStatus.STAGING,
        "may_open": manages and here is PlanStatus.STAGING and row.conditions_revision,
        "may_deprecate": manages and here is PlanStatus.PUBLISHED,
        "may_close": manages and here is not PlanStatus.CLOSED,
        "typed": _said(request),
        "links": refused.links,
    }
    return refused.draw(request, "exchange/desk/plan.html", facts)


@never_cache
@access.officer("exchange.see_services")
@require_safe
def quota_classes(request: HttpRequest) -> HttpResponse:
    """The classes of use with their numbers, present and coming."""
    actor, at = visit(request)
    limits = list(QuotaLimit.objects.order_by("valid_from"))
    rows = [
        {
            "row": row,
            "limits": [
                one
                for one in limits
                if one.quota_class_id == row.id and (one.valid_to is None or one.valid_to > today(at))
            ],
        }
        for row in QuotaClass.objects.order_by("name")
    ]
    facts = {
        "title": _("Hạn mức"),
        "rows": rows,
        "may_set": queries.sight(actor, at=at).operator,
        "today": today(at),
    }
    return render(request, "exchange/desk/quotas.html", facts)


@never_cache
@access.officer("exchange.set_quota")
@require_http_methods(["GET", "HEAD", "POST"])
def set_quota(request: HttpRequest, quota_id: UUID | None = None) -> HttpResponse:
    """A new class, or other numbers of one from a day on."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    row = QuotaClass.objects.filter(id=quota_id).first() if quota_id else None
    if quota_id and row is None:
        raise NoSuchAgreement(_("Không có hạn mức này."))
    words = typed(request, ("code", "name", *LIMITS))
    if request.method == "POST":
        try:
            quota = Quota(*(number(words[name]) for name in LIMITS[:3]))
            since = typed_date(words["since"])
            if row is None:
                quotas.name_quota(words["code"], words["name"], quota, since=since, by=actor, at=at)
            else:
                quotas.set_quota(row.id, quota, since=since, by=actor, at=at)
        except Unreadable as refused:
            faults, status = {"since": refused.message}, 422
        except Unable as refused:
            faults, status = faults_of(refused, otherwise="since"), refused.status
        else:
            return HttpResponseRedirect(QUOTAS)
    narrow = "govuk-input--width-10"
    naming = (
        (Box("code", _("Mã hạn mức"), classes="govuk-input--width-20"), Box("name", _("Tên hạn mức")))
        if row is None
        else ()
    )
    boxes = (
        *naming,
        Box("per_minute", _("Số lượt mỗi phút"), classes=narrow),
        Box("per_day", _("Số lượt mỗi ngày"), classes=narrow),
        Box("parallel", _("Số lượt cùng lúc"), classes=narrow),
        Box("since", _("Từ ngày"), hint=_("Ví dụ: 1 3 2027."), classes=narrow),
    )
    return draw(
        request,
        boxes,
        title=_("Đổi hạn mức %s") % row.name if row else _("Thêm hạn mức"),
        back=(QUOTAS, _("Hạn mức")),
        submit=_("Lưu"),
        typed=words,
        faults=faults,
        status=status,
    )


def _own(request: HttpRequest, plan_id: UUID) -> Plan:
    row = plans.held(plan_id)
    own_service(request, row.service_id)
    return row


def _offer(words: dict[str, str]) -> plans.Offer:
    faults = dict[str, str]()
    try:
        quota = UUID(words["quota_class"])
    except ValueError:
        quota = UUID(int=0)
    if not QuotaClass.objects.filter(id=quota).exists():
        faults["quota_class"] = _("Hãy chọn hạn mức. Chưa có thì nhờ người vận hành đặt.")
    if words["validation"] not in {each.value for each in Validation}:
        faults["validation"] = _("Hãy chọn ai chấp thuận.")
    pairs = [line.split(maxsplit=1) for line in lines(words["endpoints"])]
    if any(len(pair) != 2 for pair in pairs):
        faults["endpoints"] = _("Mỗi dòng ghi một phương thức và một đường dẫn, cách nhau bằng dấu cách.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    return plans.Offer(
        code=words["code"],
        name=words["name"],
        quota_class=quota,
        description=words["description"],
        validation=Validation(words["validation"]),
        question=words["question"],
        longest_days=number(words["longest_days"]),
        endpoints=[(pair[0], pair[1]) for pair in pairs],
    )
