"""What a payer is told on the pages of a bill: what came and does not fit it, an attempt that ran out, who
takes the money and how to see that it is the right one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.moments import local
from tinhso.foundation.text import format_money
from tinhso.payments.contracts import AttemptState, AttemptView, Beneficiary, BillView, Misfit, Trouble
from tinhso.payments.vietqr import Transfer


def when(moment: datetime) -> str:
    """A moment on the province's clock: "09:15 02/03/2026"."""
    return f"{local(moment):%H:%M %d/%m/%Y}"


def misfits(found: Sequence[Misfit], bill: BillView) -> list[str]:
    """Of each sum that does not fit the bill: what came, and what happens next."""
    said = {
        Trouble.PARTIAL: _("Đã nhận %(amount)s lúc %(when)s. Còn thiếu %(left)s, nộp nốt ở trang này."),
        Trouble.OVER: _(
            "Đã nhận %(amount)s lúc %(when)s, thừa %(held)s. Kế toán đang xem để trả lại phần thừa."
        ),
        Trouble.DOUBLE: _(
            "Đã nhận thêm %(amount)s lúc %(when)s, khi khoản này đã nộp đủ. Kế toán đang xem để trả lại."
        ),
        Trouble.LATE: _(
            "Đã nhận %(amount)s lúc %(when)s, khi khoản này đã huỷ. Kế toán đang xem để trả lại."
        ),
    }
    return [
        said[one.trouble]
        % {
            "amount": format_money(one.amount),
            "when": when(one.paid_at),
            "left": format_money(bill.left),
            "held": format_money(one.held),
        }
        for one in found
        if one.trouble is not Trouble.PARTIAL or bill.left
    ]


def ran_out(attempts: Sequence[AttemptView], *, at: datetime) -> str:
    """What to know of the last attempt when its time ran out without money; empty otherwise."""
    last = attempts[0] if attempts else None
    if last is None or last.state in (AttemptState.PAID, AttemptState.FAILED) or last.expires_at > at:
        return ""
    return _(
        "Lần thanh toán lúc %(when)s chưa thấy tiền đến. Nếu ông/bà đã chuyển, đừng chuyển lần nữa: tiền đến"
        " sau vẫn được ghi nhận."
    ) % {"when": when(last.opened_at)}


def paid(bill: BillView, agency: str) -> list[tuple[str, str]]:
    """What was paid for, to whom, when, and our reference."""
    return [
        (_("Nộp cho việc"), bill.about.title),
        (_("Cơ quan thu"), agency),
        (_("Lúc"), when(bill.ended_at) if bill.ended_at else ""),
        (_("Mã khoản nộp"), bill.reference),
    ]


def copies(asked: Transfer) -> list[dict[str, str]]:
    """What a transfer without the code is typed from, each with what is copied and said then."""
    amount = asked.amount or 0
    return [
        {
            "label": _("Số tài khoản"),
            "shown": asked.account,
            "text": asked.account,
            "act": _("Chép số tài khoản"),
            "copied": _("Đã chép số tài khoản"),
        },
        {
            "label": _("Số tiền"),
            "shown": format_money(amount),
            "text": str(amount),
            "act": _("Chép số tiền"),
            "copied": _("Đã chép số tiền"),
        },
        {
            "label": _("Nội dung"),
            "shown": asked.purpose,
            "text": asked.purpose,
            "act": _("Chép nội dung"),
            "copied": _("Đã chép nội dung"),
        },
    ]


def whom(to: Beneficiary | None, agency: str) -> dict[str, Any]:
    """The official account, and the address of this site to compare with."""
    return {"to": to, "agency": agency, "host": urlsplit(settings.ORIGIN).netloc}
