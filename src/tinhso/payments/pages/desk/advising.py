"""What a difference is about and what is usually done, in words; and bills its money may be for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation.text import format_money
from tinhso.payments import caretakers, ledger
from tinhso.payments.contracts import BillState, Trouble
from tinhso.payments.models import Bill, Problem
from tinhso.payments.operations import depositing
from tinhso.payments.operations.suggesting import suggestions

NO_BILL = (Trouble.ORPHAN, Trouble.WRONG_CODE)
HELD = (*NO_BILL, Trouble.OVER, Trouble.DOUBLE, Trouble.LATE)
"""Kinds whose money, or a part of it, waits for a decision where it goes."""
MOST = 5


def advice(problem: Problem, *, left: int, waiting: int) -> str:
    """The next step, in a sentence or two. `left` is what its bill still wants, `waiting` what is held."""
    sums = {"left": format_money(left), "waiting": format_money(waiting)}
    said = {
        Trouble.PARTIAL: _(
            "Người nộp còn thiếu %(left)s; trang nộp tiền của họ đã ghi đúng số còn lại. Hãy nhắc họ."
            " Nộp đủ thì việc này tự đóng."
        ),
        Trouble.OVER: _(
            "Khoản thu đã đủ. Phần thừa %(waiting)s đang chờ: hoàn lại, hoặc gán cho khoản khác của người ấy."
        ),
        Trouble.DOUBLE: _(
            "Khoản thu đã đủ từ trước, nên cả lần nộp sau, %(waiting)s, đang chờ: hoàn lại, hoặc gán cho"
            " khoản khác của người ấy."
        ),
        Trouble.LATE: _(
            "Khoản thu đã huỷ trước khi tiền về. %(waiting)s đang chờ: gán cho khoản lập thay nếu có, không"
            " thì hoàn lại."
        ),
        Trouble.WRONG_CODE: _(
            "Mã trong nội dung sai một hai ký tự. Người chuyển và số tiền hợp với hồ sơ được gợi ý thì gán."
        ),
        Trouble.ORPHAN: _(
            "Tìm chủ bằng người chuyển, số tiền và ngày. Chưa ra thì hỏi ngân hàng, để tiền chờ."
            " Đừng gán đoán."
        ),
        Trouble.MISSING: _(
            "Lấy lại danh sách của ngày, hoặc hỏi bên báo tin. Tiền lên sao kê sau thì việc này tự đóng."
        ),
        Trouble.DIFFERS: _(
            "Hỏi ngân hàng số nào đúng, ghi câu trả lời rồi chấp nhận. Phần lệch vào chênh lệch của cơ quan."
        ),
        Trouble.PAYOUT_DIFFERS: _(
            "Hỏi bên trung gian thanh toán phần lệch chuyển khi nào, ghi câu trả lời rồi chấp nhận."
        ),
        Trouble.OUTGOING: _(
            "Xem giấy báo nợ của ngân hàng. Đúng là phí của ngân hàng thì ghi rõ rồi chấp nhận; không rõ ai"
            " chuyển thì báo lãnh đạo ngay."
        ),
        Trouble.DEPOSIT: _(
            "Hỏi người nộp, xem bản gốc giấy nộp, rồi hỏi ngân hàng. Tiền lên sao kê sau thì việc này"
            " tự đóng."
        ),
    }
    return str(said[Trouble(problem.kind)]) % sums


def suggested(problem: Problem) -> list[dict[str, Any]]:
    """Open bills its money may be for, why, and how sure. At most four queries."""
    if problem.money is None:
        return []
    if problem.bill:
        return _of_the_same(problem.bill)
    if problem.kind not in NO_BILL:
        return []
    (said,) = suggestions([problem.money])
    names = [name for name in (said.order, *said.others) if name]
    bills = {bill.reference: bill for bill in Bill.objects.filter(reference__in=names)}
    found = [bills[name] for name in names if name in bills]
    return [
        {"bill": bill, "why": said.why, "score": said.score, "total": format_money(bill.total)}
        for bill in found
    ]


def _of_the_same(bill: Bill) -> list[dict[str, Any]]:
    """Other open bills of the same subject or the same person."""
    same = Q(about_kind=bill.about_kind, about_id=bill.about_id)
    if bill.owner_id:
        same |= Q(owner_kind=bill.owner_kind, owner_id=bill.owner_id)
    rows = list(Bill.objects.filter(same, state=BillState.OPEN.value).order_by("-issued_at")[:MOST])
    left = ledger.owed_of_all([row.id for row in rows]) if rows else {}
    return [
        {
            "bill": row,
            "why": _("Khoản khác của cùng hồ sơ.")
            if row.about_id == bill.about_id
            else _("Khoản khác của cùng người nộp."),
            "score": 0,
            "total": format_money(left.get(row.id, 0)),
        }
        for row in rows
        if row.id != bill.id
    ]


def cards(problem: Problem, *, at: datetime) -> list[dict[str, Any]]:
    """Agencies of the account whose card terminals took money that has not come up. A query an agency."""
    money = problem.money
    if money is None or problem.kind != Trouble.ORPHAN:
        return []
    agencies = caretakers.agencies_of(money.source, at=at)
    names = directory.names(agencies)
    sums = {agency: ledger.balance(ledger.clearing(f"card:{agency.hex}")) for agency in agencies}
    return [
        {"agency": agency, "name": names[agency], "sum": format_money(total)}
        for agency, total in sums.items()
        if total >= money.amount
    ]


def slips(problem: Problem) -> list[dict[str, Any]]:
    """Cash of tills on its way to the account at which the money came up. One query."""
    money = problem.money
    if money is None or problem.kind != Trouble.ORPHAN or not money.source.startswith(caretakers.BANK):
        return []
    sums: dict[str, int] = {}
    whose: dict[str, str] = {}
    for one in depositing.waiting_at(money.source.removeprefix(caretakers.BANK)):
        sums[one.slip] = sums.get(one.slip, 0) + one.amount
        whose.setdefault(one.slip, f"{one.drawer.till}, {one.drawer.cashier}")
    near = sorted(sums, key=lambda slip: abs(sums[slip] - money.amount))[:MOST]
    return [
        {
            "slip": slip,
            "whose": whose[slip],
            "sum": format_money(sums[slip]),
            "gap": format_money(abs(sums[slip] - money.amount)) if sums[slip] != money.amount else "",
        }
        for slip in near
    ]
