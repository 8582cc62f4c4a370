"""One bill for the officer who looks after its money: how it stands, and every move of it in words."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access
from tinhso.foundation.errors import Unable
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.payments import ledger, subjects
from tinhso.payments.contracts import AttemptState, BillState, Channel, Trouble
from tinhso.payments.models import Bill, Payout
from tinhso.payments.models.ledger import Purse, Why
from tinhso.payments.operations import refunds
from tinhso.payments.pages.desk.refunding import BILLS, HOME, looked, own_bill, tag
from tinhso.payments.pages.desk.visiting import visit
from tinhso.payments.pages.till.visiting import sum_typed
from tinhso.payments.queries import days
from tinhso.payments.refund_contracts import RefundKind

STATES = {
    BillState.OPEN: ("amber", gettext_lazy("chờ nộp")),
    BillState.SETTLED: ("green", gettext_lazy("đã xong")),
    BillState.CANCELLED: ("grey", gettext_lazy("đã huỷ")),
}
ATTEMPTS = {
    AttemptState.UNDER_WAY: gettext_lazy("đang chờ kết quả"),
    AttemptState.PAID: gettext_lazy("đã có tiền"),
    AttemptState.FAILED: gettext_lazy("không thành"),
    AttemptState.EXPIRED: gettext_lazy("hết hạn"),
}


@never_cache
@access.officer("payments.see")
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One bill."""
    return _one(request, own_bill(request, reference))


def _one(request: HttpRequest, bill: Bill, *, fault: Unable | None = None, of: str = "") -> HttpResponse:
    actor, at = visit(request)
    subject = subjects.of_bill(bill)
    looked(request, bill)
    stands = ledger.standing([bill.id]).get(bill.id, ledger.Standing())
    sums = (
        (_("Phải nộp"), bill.total),
        (_("Đã nộp"), stands.paid),
        (_("Được miễn"), stands.waived),
        (_("Quyết định hoàn"), stands.refunded),
        (_("Còn phải nộp"), stands.left if bill.state == BillState.OPEN else 0),
    )
    faults = dict(getattr(fault, "faults", {}))
    facts = {
        "title": _("Khoản thu %(code)s") % {"code": bill.about_code},
        "bill": bill,
        "tag": STATES[BillState(bill.state)],
        "sums": [
            (name, format_money(amount)) for place, (name, amount) in enumerate(sums) if amount or place < 2
        ],
        "lines": [(line.name, format_money(line.amount - line.exempted)) for line in bill.lines.all()],
        "moves": _moves(bill),
        "attempts": [
            (one, Channel(one.channel).label, format_money(one.amount), ATTEMPTS[AttemptState(one.state)])
            for one in bill.attempts.order_by("-opened_at")
        ],
        "moneys": [
            (one, Channel(one.channel).label, format_money(one.amount))
            for one in bill.moneys.order_by("paid_at", "id")
        ],
        "problems": [(one, Trouble(one.kind).label) for one in bill.problems.order_by("opened_at", "id")],
        "refunds": _refunds(bill),
        "may_refund": stands.paid > stands.refunded
        and identity.can(actor, "payments.ask_refund", subject, at),
        "may_waive": bill.state == BillState.OPEN and identity.can(actor, "payments.ask_waiver", subject, at),
        "of": of,
        "fault": fault.message if fault else "",
        "faults": {
            "amount": faults.get("so-tien", ""),
            "reason": faults.get("ly-do", ""),
            "ground": faults.get("can-cu", ""),
        },
        "links": [(f"{name}-{of}", words) for name, words in faults.items()]
        or ([(of, fault.message)] if fault else []),
        "errors": fault is not None,
        "typed": {
            name: request.POST.get(name.replace("_", "-"), "")[:500]
            for name in ("so_tien", "ly_do", "can_cu")
        },
        "most_back": format_money(stands.paid - stands.refunded),
        "most_off": format_money(stands.left),
    }
    return render(request, "payments/desk/bill.html", facts, status=fault.status if fault else 200)


def _moves(bill: Bill) -> list[dict[str, object]]:
    """Its part of the ledger in words, oldest first. One query."""
    rows = bill.entries.select_related("debit", "credit").order_by("at", "id")
    return [
        {
            "at": row.at,
            "why": Why(row.why).label,
            "amount": format_money(row.amount),
            "credit": _account(row.credit.purse, row.credit.key),
            "debit": _account(row.debit.purse, row.debit.key),
            "by": _("Ngân hàng") if row.by == "bank" else days.name_of(row.by),
        }
        for row in rows
    ]


def _account(purse: str, key: str) -> str:
    name = str(Purse(purse).label)
    if purse == Purse.REVENUE:
        return f"{name} {key.rpartition(':')[2]}"
    return f"{name} {key}" if purse == Purse.BANK else name


def _refunds(bill: Bill) -> list[dict[str, object]]:
    """Refunds and waivers of a bill. Two queries."""
    rows = list(bill.refunds.order_by("asked_at", "id"))
    last = {one.refund_id: one for one in Payout.objects.filter(refund__in=rows).order_by("number")}
    return [
        {
            "refund": row,
            "kind": RefundKind(row.kind).label,
            "amount": format_money(row.amount),
            "tag": tag(row, last.get(row.id)),
            "address": f"{HOME}{row.id}/",
        }
        for row in rows
    ]


ASKS: dict[str, Callable[..., UUID]] = {
    "hoan": lambda bill, ground, **rest: refunds.ask_refund_of_bill(bill, **rest),
    "mien": lambda bill, ground, **rest: refunds.ask_waiver(bill, ground=ground, **rest),
}


@never_cache
@access.officer("payments.see")
@require_POST
def ask(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """Ask that money of the bill be given back (`hoan`), or that what is left be let go (`mien`)."""
    bill, (actor, at) = own_bill(request, reference), visit(request)
    sent = request.POST
    try:
        made = ASKS[act](
            bill.id,
            sent.get("can-cu", ""),
            amount=sum_typed(request, "so-tien") or 0,
            reason=sent.get("ly-do", ""),
            by=actor,
            at=at,
        )
    except Unable as refusal:
        return _one(request, bill, fault=refusal, of=act)
    if identity.can(actor, "payments.see_refunds", subjects.of_refund(refunds.known(made)), at):
        return HttpResponseRedirect(f"{HOME}{made}/")
    return HttpResponseRedirect(f"{BILLS}{reference}/")
