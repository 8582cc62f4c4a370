"""Days of reconciliation: their list, one of them, statements taken in, the day put forward and closed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access
from tinhso.foundation.errors import NotFound, Unable
from tinhso.foundation.files.serving import served
from tinhso.foundation.moments import today
from tinhso.foundation.text import format_money
from tinhso.payments import jobs, monthly
from tinhso.payments.models import Beneficiary, ReconciledDay
from tinhso.payments.operations import closing_days, taking_in
from tinhso.payments.pages.desk.visiting import HOME, agencies, look, own_day, visit
from tinhso.payments.queries import days

FIELD = "sao-ke"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@access.officer("payments.reconcile")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The days, the latest first, and where a statement is uploaded."""
    return _listed(request)


def _listed(request: HttpRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    served_here = agencies(request)
    found, following = days.listed(served_here, after=request.GET.get("truoc", ""))
    _actor, at = visit(request)
    facts = {
        "title": _("Đối soát tiền nộp"),
        "rows": [
            {
                "day": row,
                "name": days.name_of(row.source),
                "told": format_money(row.told_sum),
                "stated": format_money(row.stated_sum),
                "tag": _tag(row),
            }
            for row in found
        ],
        "next": f"{HOME}?truoc={following}" if following else "",
        "accounts": [{"value": one, "text": one} for one in _accounts(request)],
        "waiting": days.counted(served_here),
        "fault": fault,
        "errors": bool(fault),
        "done": _("Đã nhận sao kê, đang đối soát. Tải lại trang sau ít phút.")
        if "nhan" in request.GET
        else "",
        "month": today(at).replace(day=1) - timedelta(days=1),
        "sent": [(one, format_money(one.amount)) for one in days.on_the_way(served_here)],
    }
    return render(request, "payments/desk/days.html", facts, status=status)


def _tag(row: ReconciledDay) -> tuple[str, str]:
    if row.closed_at:
        return "green", _("đã khoá")
    if row.prepared_at:
        return "amber", _("chờ khoá")
    return ("blue", _("đã đối soát")) if row.complete else ("grey", _("chưa trọn ngày"))


def _accounts(request: HttpRequest) -> list[str]:
    _actor, at = visit(request)
    rows = Beneficiary.objects.filter(agency__in=agencies(request), period__contains=today(at))
    return list(rows.order_by("account").values_list("account", flat=True).distinct())


@never_cache
@access.officer("payments.take_list")
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a statement in; its days are reconciled behind the page."""
    actor, at = visit(request)
    sent, account = request.FILES.get(FIELD), request.POST.get("tai-khoan", "")
    if sent is None:
        return _listed(request, fault=_("Hãy chọn tệp sao kê của ngân hàng."), status=422)
    try:
        taken = taking_in.of_file(sent.read(), account=account, by=actor, at=at)
    except Unable as refusal:
        return _listed(request, fault=refusal.message, status=refusal.status)
    for day in taken.days:
        jobs.reconcile.defer(source=taken.source, day=str(day))
    return HttpResponseRedirect(f"{HOME}?nhan=1")


@never_cache
@access.officer("payments.reconcile")
@require_safe
def one(request: HttpRequest, day_id: UUID) -> HttpResponse:
    """One day: both sides, what does not fit, and what is left to do."""
    return _one(request, own_day(request, day_id))


def _one(request: HttpRequest, row: ReconciledDay, *, fault: str = "", status: int = 200) -> HttpResponse:
    found = list(days.of_day(row)[: days.PAGE])
    look(request, query=str(row), count=len(found))
    actor, _at = visit(request)
    facts = {
        "title": _("Đối soát %(name)s ngày %(day)s")
        % {"name": days.name_of(row.source), "day": f"{row.day:%d/%m/%Y}"},
        "row": row,
        "tag": _tag(row),
        "told": format_money(row.told_sum),
        "stated": format_money(row.stated_sum),
        "gap": format_money(row.stated_sum - row.told_sum),
        "problems": found,
        "fault": fault,
        "may_prepare": row.complete and not row.prepared_at and not row.closed_at,
        "may_close": row.prepared_at and not row.closed_at and row.prepared_by != actor.id,
        "own": row.prepared_by == actor.id and not row.closed_at,
        "may_fetch": not row.closed_at,
    }
    return render(request, "payments/desk/day.html", facts, status=status)


@never_cache
@access.officer("payments.prepare_day")
@require_POST
def act(request: HttpRequest, day_id: UUID) -> HttpResponse:
    """Put the day forward, close it, or ask for its list again."""
    row, (actor, at) = own_day(request, day_id), visit(request)
    wanted = request.POST.get("viec", "")
    try:
        if wanted == "trinh":
            closing_days.prepare(row.id, by=actor, at=at)
        elif wanted == "khoa":
            closing_days.close(row.id, by=actor, at=at)
            jobs.seal_day.defer(day_id=str(row.id))
        elif wanted == "lay":
            jobs.fetch_list.defer_once(
                f"payments.list:{row.source}:{row.day}", {"source": row.source, "day": str(row.day)}
            )
    except Unable as refusal:
        return _one(request, own_day(request, day_id), fault=refusal.message, status=refusal.status)
    return HttpResponseRedirect(f"{HOME}ngay/{row.id}/")


@never_cache
@access.officer("payments.reconcile")
@require_safe
def sheet(request: HttpRequest, day_id: UUID) -> HttpResponseBase:
    """The sealed sheet of a closed day."""
    row = own_day(request, day_id)
    if row.file_id is None:
        raise NotFound(_("Bảng đối soát đang được lập và đóng dấu. Hãy mở lại sau ít phút."))
    return served(row.file_id, name=f"doi-soat-{row.day}.pdf")


@never_cache
@access.officer("payments.reconcile")
@require_safe
def month(request: HttpRequest, word: str) -> HttpResponse:
    """The month's form for the treasury as an Excel file."""
    first = _month(word)
    content = monthly.xlsx(monthly.month(first, agencies=agencies(request)), first=first)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="kho-bac-{first:%Y-%m}.xlsx"'
    return answer


@never_cache
@access.officer("payments.reconcile")
@require_safe
def month_page(request: HttpRequest, word: str) -> HttpResponse:
    """The month's form to look at, with the months around it."""
    first = _month(word)
    rows = monthly.month(first, agencies=agencies(request))
    _actor, at = visit(request)
    following = (first + timedelta(days=32)).replace(day=1)
    facts = {
        "title": _("Bảng kê gửi kho bạc tháng %(month)s") % {"month": f"{first:%m/%Y}"},
        "rows": [{"of": row, "amount": format_money(row.amount)} for row in rows],
        "count": sum(row.count for row in rows),
        "total": format_money(sum(row.amount for row in rows)),
        "month": f"{first:%Y-%m}",
        "before": first - timedelta(days=1),
        "after": following if following <= today(at) else None,
        "running": following > today(at),
    }
    return render(request, "payments/desk/month.html", facts)


def _month(word: str) -> date:
    """The first day of `YYYY-MM`. Raises NotFound."""
    year, _dash, number = word.partition("-")
    if not (re.fullmatch(r"20[0-9]{2}", year) and re.fullmatch(r"0[1-9]|1[0-2]", number)):
        raise NotFound(_("Không có tháng này."))
    return date(int(year), int(number), 1)
