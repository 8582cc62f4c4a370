"""Receipts at the desk: their list, one with what two people decide about it, and series of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.text import Unreadable, format_money, typed_date
from tinhso.identity import api as identity
from tinhso.payments import caretakers, subjects
from tinhso.payments.models import Receipt, ReceiptChange, ReceiptPaper
from tinhso.payments.operations import ending_receipts, handing_receipts, receipt_series
from tinhso.payments.operations.receipt_series import HOME
from tinhso.payments.pages.desk.visiting import visit
from tinhso.payments.queries import receipts, series
from tinhso.payments.receipt_contracts import (
    ChangeKind,
    NoSuchReceipt,
    PaperKind,
    ReceiptState,
    TaxState,
)
from tinhso.payments.receipt_facts import seven

SERIES = f"{HOME}dai-so/"
TAGS = {ReceiptState.ISSUED: "green", ReceiptState.VOIDED: "red", ReceiptState.REPLACED: "grey"}
TAX_TAGS = {TaxState.WAITING: "grey", TaxState.HANDED: "green", TaxState.REFUSED: "red"}
KINDS = {"huy": ChangeKind.VOID, "thay": ChangeKind.REPLACE}


def served_agencies(request: HttpRequest) -> frozenset[UUID]:
    """The agencies whose receipts the officer may see. Two queries."""
    actor, at = visit(request)
    return caretakers.agencies_seen(actor, at=at)


def own(request: HttpRequest, id: UUID) -> Receipt:
    """A receipt this officer may see. Raises NoSuchReceipt for any other."""
    rows = Receipt.objects.select_related("series", "bill", "replaces__series", "replaced_by__series")
    found = rows.prefetch_related("papers", "changes").filter(id=id).first()
    actor, at = visit(request)
    if found is None or not identity.can(actor, "payments.see_receipts", subjects.of_receipt(found), at):
        raise NoSuchReceipt(_("Không có biên lai này."))
    return found


@never_cache
@access.officer("payments.see_receipts")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Receipts by number or code, series, day and state; those that wait for a decision with `cho`."""
    actor, at = visit(request)
    typed = {name: request.GET.get(name, "").strip()[:40] for name in ("q", "ngay", "trang-thai")}
    fault, day = "", None
    try:
        day = typed_date(typed["ngay"]) if typed["ngay"] else None
    except Unreadable as unread:
        fault = str(unread)
    asked = receipts.Asked(text=typed["q"], day=day, state=typed["trang-thai"], waiting="cho" in request.GET)
    found, following = receipts.listed(served_agencies(request), asked, after=request.GET.get("truoc", ""))
    identity.look_at_list(
        actor, query=urlencode(typed), count=len(found), purpose=_("Quản lý biên lai"), at=at
    )
    kept = {name: value for name, value in typed.items() if value} | ({"cho": "1"} if asked.waiting else {})
    facts = {
        "title": _("Biên lai chờ duyệt huỷ, thay thế") if asked.waiting else _("Biên lai"),
        "rows": [_row(one) for one in found],
        "typed": typed,
        "fault": fault,
        "links": [("ngay", fault)] if fault else [],
        "errors": bool(fault),
        "states": [{"value": "", "text": _("Tất cả")}]
        + [
            {"value": one.value, "text": one.label, "selected": one.value == typed["trang-thai"]}
            for one in ReceiptState
        ],
        "waiting": asked.waiting,
        "clear": HOME if any(typed.values()) else "",
        "next": f"{HOME}?{urlencode(kept | {'truoc': following})}" if following else "",
        "may_open": bool(caretakers.agencies_cared_for(actor, at=at)),
    }
    return render(request, "payments/desk/receipts.html", facts, status=422 if fault else 200)


def _row(one: Receipt) -> dict[str, object]:
    state, papers = ReceiptState(one.state), list(one.papers.all())
    newest = max(papers, key=lambda paper: paper.kind)
    return {
        "receipt": one,
        "number": seven(one.number),
        "payer": one.facts["payer"],
        "amount": format_money(one.amount),
        "tag": (TAGS[state], state.label),
        "files": _files(newest),
        "waits": any(change.decided_at is None for change in one.changes.all()),
    }


def _files(paper: ReceiptPaper) -> tuple[str, str]:
    """How far a file is on its way: to be signed, to be handed over, there or refused."""
    if paper.sealed_at is None:
        return ("amber", _("Chưa ký được")) if paper.fault else ("grey", _("Đang ký số"))
    tax = TaxState(paper.tax)
    return TAX_TAGS[tax], tax.label


@never_cache
@access.officer("payments.see_receipts")
@require_safe
def one(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """One receipt: what it says, its files, what is asked of it and was decided."""
    return _one(request, own(request, receipt_id))


def _one(
    request: HttpRequest, found: Receipt, *, refusal: Unable | None = None, of: str = ""
) -> HttpResponse:
    actor, at = visit(request)
    identity.look_at_list(actor, query=str(found.id), count=1, purpose=_("Quản lý biên lai"), at=at)
    on, changes = subjects.of_receipt(found), list(found.changes.order_by("proposed_at"))
    waiting = next((change for change in changes if change.decided_at is None), None)
    standing = found.state == ReceiptState.ISSUED
    papers = sorted(found.papers.all(), key=lambda paper: paper.kind)
    faults = refusal.faults if isinstance(refusal, Invalid) else {}
    facts = {
        **_row(found),
        "title": _("Biên lai %(symbol)s số %(number)s")
        % {"symbol": found.series.symbol, "number": seven(found.number)},
        "facts": found.facts,
        "lines": [(line["name"], format_money(line["amount"])) for line in found.facts["lines"]],
        "papers": [
            {
                "paper": paper,
                "name": _("Bản huỷ") if paper.kind == PaperKind.VOIDED else _("Bản lập"),
                "tag": _files(paper),
            }
            for paper in papers
        ],
        "sealed": any(paper.sealed_at for paper in papers),
        "refused": any(paper.tax == TaxState.REFUSED for paper in papers)
        and identity.can(actor, "payments.hand_receipt", on, at),
        "before": _other(found.replaces),
        "after": _other(getattr(found, "replaced_by", None)),
        "changes": [_said(change) for change in changes],
        "waiting": waiting and _said(waiting),
        "may_decide": waiting is not None
        and waiting.proposed_by != actor.id
        and identity.can(actor, "payments.decide_receipt", on, at),
        "may_propose": standing
        and waiting is None
        and identity.can(actor, "payments.propose_receipt", on, at),
        "fault": refusal.message if refusal else "",
        "of": of,
        "faults": _plain(faults),
        "typed": _plain(request.POST),
        "links": [(f"{of}-{name}", sentence) for name, sentence in faults.items()],
        "errors": refusal is not None,
    }
    status = refusal.status if refusal else 200
    return render(request, "payments/desk/receipt.html", facts, status=status)


def _plain(given: Mapping[str, str]) -> dict[str, str]:
    """Values by names that a template can say."""
    return {name.replace("-", "_"): value for name, value in given.items()}


def _said(change: ReceiptChange) -> dict[str, object]:
    return {"change": change, "kind": ChangeKind(change.kind).label}


def _other(found: Receipt | None) -> dict[str, object] | None:
    return {"id": found.id, "name": f"{found.series.symbol}, {seven(found.number)}"} if found else None


@never_cache
@access.officer("payments.propose_receipt")
@require_POST
def propose(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Ask that it be voided (`viec` huy) or replaced (thay)."""
    found, (actor, at), wanted = own(request, receipt_id), visit(request), request.POST.get("viec", "")
    try:
        ending_receipts.propose(
            found.id,
            KINDS.get(wanted, ChangeKind.VOID),
            reason=request.POST.get("ly-do", ""),
            payer=request.POST.get("nguoi-nop", ""),
            payer_address=request.POST.get("dia-chi", ""),
            by=actor,
            at=at,
        )
    except Unable as refusal:
        return _one(
            request, own(request, receipt_id), refusal=refusal, of=wanted if wanted in KINDS else "huy"
        )
    return HttpResponseRedirect(f"{HOME}{found.id}/")


@never_cache
@access.officer("payments.decide_receipt")
@require_POST
def decide(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Agree to what is asked (`viec` dong-y), or refuse it."""
    found, (actor, at) = own(request, receipt_id), visit(request)
    try:
        ending_receipts.decide(
            found.id,
            agreed=request.POST.get("viec") == "dong-y",
            remark=request.POST.get("nhan-xet", ""),
            by=actor,
            at=at,
        )
    except Unable as refusal:
        return _one(request, own(request, receipt_id), refusal=refusal, of="duyet")
    return HttpResponseRedirect(f"{HOME}{found.id}/")


@never_cache
@access.officer("payments.hand_receipt")
@require_POST
def hand_again(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Have what the tax side refused handed over again."""
    found, (actor, at) = own(request, receipt_id), visit(request)
    handing_receipts.again(found.id, by=actor, at=at)
    return HttpResponseRedirect(f"{HOME}{found.id}/")


@never_cache
@access.officer("payments.open_series")
@require_safe
def all_series(request: HttpRequest) -> HttpResponse:
    """Series of the agencies this accountant looks after, and where one is opened."""
    return _series(request)


def _series(request: HttpRequest, *, refusal: Unable | None = None) -> HttpResponse:
    actor, at = visit(request)
    cared = caretakers.agencies_cared_for(actor, at=at)
    faults = refusal.faults if isinstance(refusal, Invalid) else {}
    if refusal is not None and not faults:
        faults = {"tu-ngay": refusal.message}
    typed = {name: request.POST.get(name, "")[:300] for name in ("mau", "ky-hieu", "dia-chi", "can-cu")}
    typed["tu-ngay"] = request.POST.get("tu-ngay", f"{today(at):%d/%m/%Y}")[:20]
    facts = {
        "title": _("Dải số biên lai"),
        "rows": series.listed(cared, at=at),
        "agencies": [
            {"value": str(id), "text": name, "selected": str(id) == request.POST.get("co-quan")}
            for id, name in series.agency_names(cared)
        ],
        "typed": _plain(typed),
        "faults": _plain(faults),
        "links": list(faults.items()),
        "errors": bool(faults),
        "done": "moi" in request.GET,
    }
    status = refusal.status if refusal else 200
    return render(request, "payments/desk/receipt_series.html", facts, status=status)


@never_cache
@access.officer("payments.open_series")
@require_POST
def open_series(request: HttpRequest) -> HttpResponse:
    """Open a series of numbers for one of one's agencies."""
    actor, at = visit(request)
    given = request.POST
    wanted = [id for id in caretakers.agencies_cared_for(actor, at=at) if str(id) == given.get("co-quan")]
    if not wanted:
        raise NoSuchReceipt(_("Không có cơ quan này trong số cơ quan anh/chị làm kế toán."))
    try:
        receipt_series.open_series(
            wanted[0],
            form=given.get("mau", ""),
            symbol=given.get("ky-hieu", ""),
            address=given.get("dia-chi", ""),
            basis=given.get("can-cu", ""),
            valid_from=_day(given.get("tu-ngay", "")),
            by=actor,
            at=at,
        )
    except Unable as refusal:
        return _series(request, refusal=refusal)
    return HttpResponseRedirect(f"{SERIES}?moi=1")


def _day(typed: str) -> date:
    """The day that was typed. Raises Invalid."""
    try:
        return typed_date(typed)
    except Unreadable as unread:
        raise Invalid(str(unread), faults={"tu-ngay": str(unread)}) from unread
