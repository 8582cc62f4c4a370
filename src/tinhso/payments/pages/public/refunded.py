"""What became of the money of a bill that goes back, in a sentence for its payer; no page names a person."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.moments import local
from tinhso.foundation.text import format_money
from tinhso.payments.queries import refunds
from tinhso.payments.refund_contracts import PayoutWay, RefundKind, RefundState, RefundView


def refund_words(bill_id: UUID) -> list[str]:
    """A sentence for each refund and waiver of a bill, oldest first. Two queries."""
    return [_said(one) for one in refunds.of_bill(bill_id)]


def _said(one: RefundView) -> str:
    moment = one.paid_at or one.decided_at or one.asked_at
    words = {"amount": format_money(one.amount), "day": f"{local(moment):%d/%m/%Y}"}
    if one.kind is RefundKind.WAIVER:
        return _waiver(one.state) % words
    if one.state is RefundState.PAID and one.way == PayoutWay.CASH:
        return _("Đã hoàn %(amount)s tiền mặt ngày %(day)s.") % words
    if one.state is RefundState.PAID:
        return _("Đã hoàn %(amount)s ngày %(day)s, chuyển khoản.") % words
    if one.state is RefundState.APPROVED and one.way == PayoutWay.CASH:
        return _("Được hoàn %(amount)s, quyết định ngày %(day)s. Mời ông/bà đến quầy nhận tiền.") % words
    if one.state is RefundState.APPROVED:
        return _("Được hoàn %(amount)s, quyết định ngày %(day)s. Tiền đang được chuyển.") % words
    if one.state is RefundState.REFUSED:
        return _("Đề nghị hoàn %(amount)s không được duyệt ngày %(day)s.") % words
    return _("Đang xem xét hoàn %(amount)s, từ ngày %(day)s.") % words


def _waiver(state: RefundState) -> str:
    if state is RefundState.APPROVED:
        return _("Được miễn nộp %(amount)s, quyết định ngày %(day)s.")
    if state is RefundState.REFUSED:
        return _("Đề nghị miễn nộp %(amount)s không được duyệt ngày %(day)s.")
    return _("Đang xem xét miễn nộp %(amount)s, từ ngày %(day)s.")
