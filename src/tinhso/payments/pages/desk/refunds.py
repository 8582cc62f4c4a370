"""Refunds and waivers: what waits for the officer, all of the agency, and one with what may be done."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access, legal
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.payments import refund_work
from tinhso.payments.models import Payout, Refund
from tinhso.payments.operations import paying_out, refunds
from tinhso.payments.operations.payees import Payee
from tinhso.payments.pages.desk.refunding import BILLS, HOME, held, looked, may, own_refund, tag
from tinhso.payments.pages.desk.visiting import visit
from tinhso.payments.queries import refunds as queries
from tinhso.payments.queries import tills
from tinhso.payments.refund_contracts import PayoutWay, RefundKind, RefundState


@never_cache
@access.officer("payments.see_refunds")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What waits for the officer, or all; a bill that was looked for leads to its page."""
    agencies, roles = held(request)
    actor, at = visit(request)
    everything, typed = "tat-ca" in request.GET, request.GET.get("q", "")
    bills = [bill for agency in sorted(agencies) for bill in tills.find(typed, agency=agency)]
    if len(bills) == 1:
        return HttpResponseRedirect(f"{BILLS}{bills[0].reference}/")
    mine = None if everything else actor.id
    found, following = queries.listed(agencies, officer=mine, roles=roles, after=request.GET.get("truoc", ""))
    count = len(found) + len(bills)
    purpose = _("Hoàn, miễn, xem khoản thu phí và lệ phí")
    identity.look_at_list(actor, query=f"hoan-mien {typed[:60]}", count=count, purpose=purpose, at=at)
    latest = _latest(found)
    facts = {
        "title": _("Hoàn, miễn"),
        "rows": [
            {
                "refund": row,
                "kind": RefundKind(row.kind).label,
                "amount": format_money(row.amount),
                "tag": tag(row, latest.get(row.id)),
            }
            for row in found
        ],
        "everything": everything,
        "next": f"{HOME}?{'tat-ca=1&' if everything else ''}truoc={following}" if following else "",
        "typed": typed[:100],
        "bills": [(bill, format_money(bill.total)) for bill in bills],
        "may_ask": bool(set(roles) & {identity.Role.ACCOUNTANT, identity.Role.LEADER}),
    }
    return render(request, "payments/desk/refunds.html", facts)


def _latest(found: list[Refund]) -> dict[UUID, Payout]:
    """The latest payout of each. One query."""
    rows = Payout.objects.filter(refund__in=found).order_by("number")
    return {row.refund_id: row for row in rows}


@never_cache
@access.officer("payments.see_refunds")
@require_safe
def one(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """One refund or waiver."""
    return _one(request, own_refund(request, refund_id))


def _one(request: HttpRequest, refund: Refund, *, fault: Unable | None = None, of: str = "") -> HttpResponse:
    actor, at = visit(request)
    looked(request, refund.bill, query=refund.reference)
    payouts = list(refund.payouts.order_by("number"))
    banks: dict[str, str] = legal.value("banks", on=today(at))
    last = payouts[-1] if payouts else None
    live = last if last and not last.outcome else None
    under_way = refund.state in (RefundState.ASKED, RefundState.APPROVED)
    waiver = refund.kind == RefundKind.WAIVER
    own = actor.id in {refund.asked_by, live.preparer if live else None}
    to_agree = live is not None and live.agreed_at is None
    decidable = (refund.state == RefundState.ASKED and waiver) or to_agree
    faults = dict(fault.faults) if isinstance(fault, Invalid) else {}
    facts = {
        "title": refund_work.title(refund),
        "refund": refund,
        "kind": RefundKind(refund.kind).label,
        "tag": tag(refund, last),
        "payouts": [(one, PayoutWay(one.way).label, banks.get(one.bank, "")) for one in payouts],
        "banks": banks.items(),
        "bank_box": {"list": "cac-ngan-hang"},
        "seen": refunds.mark(live),
        "may_prepare": under_way
        and not waiver
        and (live is None or to_agree)
        and may(actor, "prepare_refund", refund, request),
        "prepared": live is not None,
        "decidable": decidable,
        "own": own and decidable,
        "may_approve": decidable and not own and may(actor, "decide_refund", refund, request),
        "may_refuse": refund.state == RefundState.ASKED
        and not own
        and (waiver or live is not None or refund.asked_by is not None)
        and may(actor, "decide_refund", refund, request),
        "may_hand_out": live is not None
        and live.agreed_at is not None
        and live.way == PayoutWay.CASH
        and may(actor, "hand_out_refund", refund, request),
        "bill_address": f"{BILLS}{refund.bill.reference}/" if refund.bill else "",
        "fault": fault.message if fault else "",
        "of": of,
        "name_fault": faults.get("nguoi-nhan", ""),
        "bank_fault": faults.get("ngan-hang", ""),
        "account_fault": faults.get("tai-khoan", ""),
        "ground_fault": faults.get("can-cu", ""),
        "links": list(faults.items()) if of == "lap" and faults else [(of, fault.message)] if fault else [],
        "errors": fault is not None,
        "typed": _typed(request, refund, live),
        "by_bank": request.POST.get("cach", live.way if live else PayoutWay.BANK.value) == PayoutWay.BANK,
    }
    status = fault.status if fault else 200
    return render(request, "payments/desk/refund.html", facts, status=status)


def _typed(request: HttpRequest, refund: Refund, live: Payout | None) -> dict[str, str]:
    """What stands in the boxes: what was just typed, else what is known."""
    known = {
        "nguoi_nhan": live.payee if live else refund.bill.payer if refund.bill else "",
        "ngan_hang": live.bank if live else "",
        "tai_khoan": live.account if live else "",
        "can_cu": refund.ground,
        "loi": "",
    }
    return {name: request.POST.get(name.replace("_", "-"), value)[:500] for name, value in known.items()}


@never_cache
@access.officer("payments.see_refunds")
@require_POST
def act(request: HttpRequest, refund_id: UUID, act: str) -> HttpResponse:
    """Prepare, approve, refuse, or hand the money out."""
    refund, (actor, at) = own_refund(request, refund_id), visit(request)
    sent = request.POST
    try:
        if act == "lap":
            way = PayoutWay.CASH if sent.get("cach") == PayoutWay.CASH else PayoutWay.BANK
            payee = Payee(way, *(sent.get(box, "")[:200] for box in ("nguoi-nhan", "ngan-hang", "tai-khoan")))
            refunds.prepare(refund.id, payee=payee, ground=sent.get("can-cu", ""), by=actor, at=at)
        elif act == "duyet":
            refunds.approve(refund.id, seen=sent.get("da-xem", ""), by=actor, at=at)
        elif act == "tu-choi":
            refunds.refuse(refund.id, words=sent.get("loi", ""), by=actor, at=at)
        else:
            paying_out.hand_out(refund.id, by=actor, at=at)
    except Unable as refusal:
        return _one(request, own_refund(request, refund_id), fault=refusal, of=act)
    return HttpResponseRedirect(f"{HOME}{refund.id}/")
