"""A developer asks for a plan or for a renewal, and looks after the agreements of own systems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.exchange.contracts import NoSuchAgreement, PlanStatus
from tinhso.exchange.models import Agreement, Application, Conditions, Plan, QuotaClass
from tinhso.exchange.operations import agreements, plans, proving, wording
from tinhso.exchange.operations.wording import Wish
from tinhso.exchange.pages.desk.agreements import shown, stepped
from tinhso.exchange.pages.forms import Box, draw
from tinhso.exchange.pages.visiting import faults_of, lines, number, own_agreement, typed, visit
from tinhso.exchange.queries import agreements as queries
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import Unreadable, typed_date

HOME = agreements.PORTAL
PAGE = "exchange/developers/agreement.html"
BOXES = (
    "application",
    "legal_basis",
    "purpose",
    "data_fields",
    "retention_days",
    "reason_codes",
    "contact",
    "quota_class",
    "starts_on",
    "ends_on",
    "answer",
    "conditions",
)


@never_cache
@access.officer("exchange.ask_agreement")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Agreements of own systems."""
    actor, at = visit(request)
    own = queries.sight(actor, at=at).applications
    facts = {"title": _("Thỏa thuận của hệ thống tôi"), "rows": queries.of_applications(own, at=at)}
    return render(request, "exchange/developers/agreements.html", facts)


@never_cache
@access.officer("exchange.ask_agreement")
@require_safe
def one(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """An agreement of an own system."""
    return shown(request, own_agreement(request, agreement_id), PAGE)


@never_cache
@access.officer("exchange.ask_agreement")
@require_POST
def act(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Pause, resume, accept conditions, end."""
    row = own_agreement(request, agreement_id)
    return stepped(request, row, PAGE, f"{HOME}{row.id}/")


@never_cache
@access.officer("exchange.ask_agreement")
@require_safe
def evidence(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """The agreement as a sealed file."""
    row = own_agreement(request, agreement_id)
    actor, at = visit(request)
    answer = HttpResponse(proving.export(row.id, by=actor, at=at), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.zip"'
    return answer


@never_cache
@access.officer("exchange.ask_agreement")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Ask for a plan."""
    plan = plans.held(plan_id)
    if plan.status != PlanStatus.PUBLISHED:
        raise NoSuchAgreement(_("Gói này không nhận đề nghị."))
    actor, at = visit(request)
    day = today(at)

    def do(words: dict[str, str], by: ActorRef, at: datetime) -> UUID:
        wish = _wish(words)
        if words["conditions"] != str(plan.conditions_revision):
            raise _unaccepted(plan, wish, at)
        application = _id(words["application"])
        return agreements.ask(application, plan.id, wish, conditions=plan.conditions_revision, by=by, at=at)

    own = queries.sight(actor, at=at).applications
    systems = [(str(row.id), row.name) for row in Application.objects.filter(id__in=own).order_by("name")]
    first = (Box("application", _("Hệ thống sử dụng"), "select", items=systems),)
    accepted = Conditions.objects.filter(plan=plan, revision=plan.conditions_revision).first()
    last = (
        Box(
            "conditions",
            _("Điều kiện sử dụng"),
            "select",
            text=accepted.text if accepted else "",
            items=[
                ("", _("Chưa chấp nhận")),
                (
                    str(plan.conditions_revision),
                    _("Đã đọc và chấp nhận bản %d") % plan.conditions_revision,
                ),
            ],
        ),
    )
    return _form(
        request,
        plan,
        title=_("Đề nghị kết nối: %s") % plan.service.title,
        back=(f"{plans.CATALOGUE}{plan.service_id}/", plan.service.title),
        begin={
            "starts_on": f"{day:%d/%m/%Y}",
            "ends_on": f"{day + timedelta(plan.longest_days - 1):%d/%m/%Y}",
            "quota_class": str(plan.quota_class_id),
            "legal_basis": plan.service.legal_basis,
            "data_fields": "\n".join(plan.service.personal_fields),
        },
        before=first,
        after=last,
        do=do,
    )


@never_cache
@access.officer("exchange.ask_agreement")
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Ask for another period or other terms."""
    row = own_agreement(request, agreement_id)
    terms = row.terms
    if terms is None:
        raise NoSuchAgreement(_("Thỏa thuận này chưa được chấp thuận."))

    def do(words: dict[str, str], by: ActorRef, at: datetime) -> UUID:
        agreements.ask_anew(row.id, _wish(words), by=by, at=at)
        return row.id

    _actor, at = visit(request)
    begins = max(today(at), terms.starts_on)
    begin = {
        "legal_basis": terms.legal_basis,
        "purpose": terms.purpose,
        "data_fields": "\n".join(terms.data_fields),
        "retention_days": str(terms.retention_days),
        "contact": terms.contact,
        "reason_codes": "\n".join(terms.reason_codes),
        "quota_class": str(terms.quota_class_id),
        "answer": terms.answer,
        "starts_on": f"{begins:%d/%m/%Y}",
        "ends_on": f"{begins + timedelta(row.plan.longest_days - 1):%d/%m/%Y}",
    }
    return _form(
        request,
        row.plan,
        title=_("Gia hạn, đổi nội dung %s") % row.number,
        back=(f"{HOME}{row.id}/", row.number),
        begin=begin,
        do=do,
    )


def _form(
    request: HttpRequest,
    plan: Plan,
    *,
    title: str,
    back: tuple[str, str],
    begin: dict[str, str],
    do: Callable[[dict[str, str], ActorRef, datetime], UUID],
    before: tuple[Box, ...] = (),
    after: tuple[Box, ...] = (),
) -> HttpResponse:
    (actor, at), faults, status, words = visit(request), dict[str, str](), 200, begin
    if request.method == "POST":
        words = typed(request, BOXES)
        try:
            made = do(words, actor, at)
        except Unreadable as refused:
            faults, status = {"starts_on": refused.message}, 422
        except Unable as refused:
            if refused.status in (403, 404):
                raise
            faults, status = faults_of(refused, otherwise="legal_basis"), refused.status
        else:
            return HttpResponseRedirect(f"{HOME}{made}/")
    narrow = "govuk-input--width-10"
    classes = [(str(row.id), row.name) for row in QuotaClass.objects.order_by("name")]
    question = (Box("answer", plan.question, "textarea"),) if plan.question else ()
    boxes = (
        *before,
        Box("legal_basis", _("Căn cứ pháp lý"), hint=_("Văn bản, điều khoản cho phép dùng dữ liệu.")),
        Box("purpose", _("Dùng dữ liệu để làm gì"), "textarea"),
        Box("data_fields", _("Trường dữ liệu cần dùng"), "textarea", hint=_("Mỗi dòng một trường.")),
        Box(
            "retention_days",
            _("Lưu giữ dữ liệu nhận được bao nhiêu ngày"),
            classes="govuk-input--width-5",
        ),
        Box(
            "reason_codes",
            _("Mã lý do của lượt gọi (không bắt buộc)"),
            "textarea",
            hint=_(
                "Mỗi dòng một mã. Nếu ghi, mỗi lượt gọi phải kèm một trong các mã này, nếu không bị từ chối."
            ),
        ),
        Box("contact", _("Người liên hệ và số điện thoại")),
        Box("quota_class", _("Hạn mức"), "select", items=classes),
        Box("starts_on", _("Từ ngày"), classes=narrow),
        Box("ends_on", _("Đến hết ngày"), classes=narrow),
        *question,
        *after,
    )
    return draw(
        request,
        boxes,
        title=title,
        back=back,
        submit=_("Gửi đề nghị"),
        typed=words,
        faults=faults,
        intro=_("Chủ dữ liệu xem và trả lời; người vận hành mở kỹ thuật sau khi được chấp thuận."),
        status=status,
    )


def _unaccepted(plan: Plan, wish: Wish, at: datetime) -> Invalid:
    """That the conditions are not accepted, and whatever else is wrong."""
    sentence, faults = _("Hãy đọc và chấp nhận điều kiện sử dụng."), dict[str, str]()
    try:
        wording.check(Agreement(plan=plan), wish, at=at)
    except Invalid as refused:
        faults = dict(refused.faults)
    return Invalid(sentence, faults={**faults, "conditions": sentence})


def _wish(words: dict[str, str]) -> Wish:
    days = {}
    for name in ("starts_on", "ends_on"):
        try:
            days[name] = typed_date(words[name])
        except Unreadable as refused:
            raise Invalid(refused.message, faults={name: refused.message}) from refused
    return Wish(
        legal_basis=words["legal_basis"],
        purpose=words["purpose"],
        data_fields=lines(words["data_fields"]),
        retention_days=number(words["retention_days"]),
        contact=words["contact"],
        reason_codes=lines(words["reason_codes"]),
        quota_class=_id(words["quota_class"]) if words["quota_class"] else None,
        answer=words["answer"],
        starts_on=days["starts_on"],
        ends_on=days["ends_on"],
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NoSuchAgreement(_("Không có mục này.")) from error
