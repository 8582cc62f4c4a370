"""Paying a bill: what for, how much, to whom; a way; waiting for the money; the receipt.

Who holds the address of a bill may pay it; its pages name no person.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.directory import api as directory
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import today
from tinhso.foundation.text import format_money
from tinhso.payments import jobs, subjects, vietqr
from tinhso.payments.channels import payplat, standing, vnpay
from tinhso.payments.channels.ways import NotBegun, ways
from tinhso.payments.contracts import (
    AttemptState,
    AttemptView,
    BillState,
    BillView,
    Channel,
    ForgedNotice,
    NoSuchBill,
    UnderWay,
)
from tinhso.payments.operations import asking, opening
from tinhso.payments.pages.public import telling
from tinhso.payments.pages.public.refunded import refund_words
from tinhso.payments.queries import bills, receipts
from tinhso.payments.queries.beneficiaries import beneficiary

THEIRS = "who holds the address of a bill may pay it; the page names no person"
BACK = "/thanh-toan/tra-ve/"
COMING = timedelta(minutes=10)
USUAL = Channel.VIETQR.value
"""The way that most phones can take stands first, and is chosen until another is."""
CODE_SHOWN = "cho"
BEGAN, REMEMBERED = "lan-nop", timedelta(hours=2)
"""The cookie of the attempt that was begun here, sent to where providers send the person back alone."""


@never_cache
@access.anyone(reason=THEIRS)
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """The bill and the ways to pay it. A POST begins with the way chosen (`cach`).

    `phan` asks for the receipt alone, once it is paid.
    """
    bill, at = bills.bill_by_token(token), moments.now()
    if request.method == "POST" and bill.state is BillState.OPEN:
        return _begun(request, bill, at=at)
    if "phan" in request.GET and bill.state is BillState.SETTLED:
        return render(request, "payments/public/settled.html", _facts(bill, on=at, at=at))
    return _shown(request, bill, at=at)


@never_cache
@access.anyone(reason=THEIRS)
@require_safe
def wait(request: HttpRequest, token: str, reference: str) -> HttpResponse:
    """One attempt: the code to scan, and whether the money has come. `phan` asks for that part alone; a page
    that shows the code asks with `cho`, and once nothing is awaited it is loaded anew, without the code."""
    attempt = bills.attempt(reference)
    bill, at = bills.bill_by_token(token), moments.now()
    if attempt is None or attempt.bill != bill.id:
        raise NoSuchBill(_("Không có lần thanh toán này. Hãy mở lại khoản nộp."))
    facts = _waiting(request, bill, attempt, at=at)
    template, part = "wait", request.GET.get("phan", "")
    if part:
        over = "settled" if facts["settled"] and part != CODE_SHOWN else "again"
        template = "wait_piece" if facts["waiting"] else over
    return render(request, f"payments/public/{template}.html", facts)


@never_cache
@access.anyone(reason=THEIRS)
@require_safe
def image(request: HttpRequest, token: str, reference: str) -> HttpResponse:
    """The code of an attempt that waits, as a picture to save: nobody can scan their own screen."""
    attempt = bills.attempt(reference)
    bill, at = bills.bill_by_token(token), moments.now()
    if (
        attempt is None
        or attempt.bill != bill.id
        or not _waits(bill, attempt, at=at)
        or attempt.channel is not Channel.VIETQR
    ):
        raise NoSuchBill(_("Mã này không còn dùng để nộp tiền. Hãy mở lại khoản nộp."))
    answer = HttpResponse(vietqr.image(attempt.proof), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="ma-nop-{attempt.reference}.png"'
    return answer


@never_cache
@access.anyone(reason="VNPAY sends the person back here; the page decides nothing")
@require_safe
def back_from_vnpay(request: HttpRequest) -> HttpResponse:
    """Where VNPAY sends the person: to the attempt, whatever the address says happened."""
    try:
        vnpay.checked(dict(request.GET.lists()))
    except ForgedNotice:
        signed = False
    else:
        signed = True
    return _back(request, request.GET.get("vnp_TxnRef", ""), signed=signed)


@never_cache
@access.anyone(reason="the payment platform sends the person back here; the page decides nothing")
@require_safe
def back_from_payplat(request: HttpRequest) -> HttpResponse:
    """Where the platform sends the person: to the attempt, whatever the address says happened."""
    name = request.GET.get("MaTraCuuTT", "")
    reference = payplat.sent_back(name)
    return _back(request, reference or name, signed=bool(reference))


def _back(request: HttpRequest, reference: str, *, signed: bool = False) -> HttpResponse:
    """To the attempt, for whoever began it here or was sent by the provider: references can be counted up,
    and the address of a bill leads to its receipt."""
    began = request.get_signed_cookie(BEGAN, default="", max_age=REMEMBERED)
    theirs = signed or (bool(reference) and began == reference)
    attempt = bills.attempt(reference[:40].replace("\0", "")) if theirs else None
    bill = bills.bill(attempt.bill) if attempt else None
    if attempt is None or bill is None:
        raise NoSuchBill(_("Không có lần thanh toán này. Hãy mở lại khoản nộp."))
    if asking.soon(attempt.reference, at=moments.now()):
        jobs.ask.defer_once(f"payments.ask:{attempt.reference}", {"reference": attempt.reference})
    return HttpResponseRedirect(f"{bill.href}{attempt.reference}/")


def _begun(request: HttpRequest, bill: BillView, *, at: datetime) -> HttpResponse:
    chosen = request.POST.get("cach", "")
    if chosen not in {channel.value for channel in Channel if channel.online}:
        fault = _("Hãy chọn một cách thanh toán.")
        return _shown(request, bill, fault=fault, status=422, at=at)
    by = subjects.payer(str(request.META.get("REMOTE_ADDR", "")))
    back = request.build_absolute_uri(f"{BACK}{chosen}/")
    try:
        attempt = opening.begin(
            bill, Channel(chosen), back=back, knowing="biet" in request.POST, by=by, at=at
        )
    except UnderWay as refused:
        return _shown(request, bill, chosen=chosen, under_way=refused.message, status=409, at=at)
    except NotBegun:
        fault = _("Bên trung gian thanh toán chưa trả lời. Hãy thử lại sau ít phút hoặc chọn cách khác.")
        return _shown(request, bill, chosen=chosen, fault=fault, status=503, at=at)
    except Unable as refused:
        return _shown(request, bill, chosen=chosen, fault=refused.message, status=refused.status, at=at)
    if attempt.channel is Channel.VIETQR:
        return HttpResponseRedirect(f"{bill.href}{attempt.reference}/")
    answer = HttpResponseRedirect(attempt.proof)
    answer.set_signed_cookie(
        BEGAN,
        attempt.reference,
        max_age=REMEMBERED,
        path=BACK,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _shown(
    request: HttpRequest,
    bill: BillView,
    *,
    at: datetime,
    chosen: str = "",
    fault: str = "",
    under_way: str = "",
    status: int = 200,
) -> HttpResponse:
    to = beneficiary(bill.agency, on=today(at))
    down = standing.shut(at=at)
    ready = [(name, way) for name, way in ways if to is not None and way.ready(to, bill)]
    offered = sorted(ready, key=lambda one: one[0] != USUAL)
    tried = bills.attempts(bill.id)
    open_now = [one for one in tried if one.may_bring_money(at)]
    return render(
        request,
        "payments/public/pay.html",
        _facts(bill, on=at, at=at)
        | {
            "items": [
                {"value": name, "text": way.channel.label, "checked": name == (chosen or USUAL)}
                for name, way in offered
                if name not in down
            ],
            "down": [way.channel.label for name, way in offered if name in down],
            "fault": fault,
            "links": [("cach", fault)],
            "under_way": under_way,
            "open_now": open_now[0] if open_now else None,
            "opened": telling.when(open_now[0].opened_at) if open_now else "",
            "ran_out": telling.ran_out(tried, at=at),
        },
        status=status,
    )


def _waiting(request: HttpRequest, bill: BillView, attempt: AttemptView, *, at: datetime) -> dict[str, Any]:
    waiting = _waits(bill, attempt, at=at)
    asked = vietqr.read(attempt.proof) if waiting and attempt.channel is Channel.VIETQR else None
    return _facts(bill, on=attempt.opened_at, at=at) | {
        "attempt": attempt,
        "asked": asked,
        "copies": telling.copies(asked) if asked else [],
        "sum": format_money(attempt.amount),
        "picture": vietqr.picture(attempt.proof) if asked else "",
        "image": f"{request.path}ma-qr.png",
        "waiting": waiting,
        "failed": attempt.state is AttemptState.FAILED,
        "piece": f"{request.path}?phan={CODE_SHOWN if waiting else 1}",
    }


def _waits(bill: BillView, attempt: AttemptView, *, at: datetime) -> bool:
    """Whether money is still awaited of an attempt that the person can go on with."""
    return attempt.may_bring_money(at) and bool(attempt.proof) and bill.state is BillState.OPEN


def _facts(bill: BillView, *, on: datetime, at: datetime) -> dict[str, Any]:
    """What every page of a bill shows; the account is that of the moment `on`."""
    names = directory.names([bill.unit, bill.agency])
    agency = names[bill.agency]
    settled = bill.state is BillState.SETTLED
    to = beneficiary(bill.agency, on=today(on))
    return telling.whom(to, agency) | {
        "title": _title(bill),
        "bill": bill,
        "reference": bill.reference,
        "counter": names[bill.unit],
        "address": bill.href,
        "left": format_money(bill.left),
        "total": format_money(bill.paid),
        "free": not bill.paid,
        "refunds": refund_words(bill.id),
        "settled": settled,
        "cancelled": bill.state is BillState.CANCELLED,
        "rows": [
            *((line.name, format_money(line.due) if line.due else _("Được miễn")) for line in bill.lines),
            *([(_("Được miễn nộp"), f"-{format_money(bill.waived)}")] if bill.waived else []),
        ],
        "paid_rows": telling.paid(bill, agency) if settled else [],
        "misfits": telling.misfits(bills.misfits(bill.id), bill),
        "receipts": receipts.receipts_of(bill.id) if settled else (),
        "receipt_waits": settled and receipts.waits(bill.id),
        "receipt_coming": _receipt_coming(bill, at=at),
    }


def _title(bill: BillView) -> str:
    if bill.state is BillState.OPEN:
        return _("Nộp phí, lệ phí")
    return _("Đã nộp tiền") if bill.state is BillState.SETTLED else _("Khoản này đã huỷ")


def _receipt_coming(bill: BillView, *, at: datetime) -> bool:
    """Whether its receipt may be there any moment, so that the page asks again."""
    lately = bill.ended_at is not None and bill.ended_at > at - COMING
    return bill.state is BillState.SETTLED and lately and receipts.waits(bill.id)
