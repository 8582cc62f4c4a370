"""What a bundle costs on its page: each dossier's own bill, what for, to whom, and where paying it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import PartState
from tinhso.dossiers.queries.bundles import BundleView, PartView
from tinhso.dossiers.queries.owing import bills_of
from tinhso.foundation.text import format_money
from tinhso.payments import api as payments


def drawn(bundle: BundleView, *, at: datetime) -> tuple[list[str], dict[UUID, list[dict[str, Any]]]]:
    """What of the whole bundle is to be paid in sentences, none when nothing ever was; and the bills of each
    of its dossiers. At most five queries, however many dossiers."""
    bills = bills_of(part.dossier for part in bundle.parts if part.dossier)
    paying = payments.under_way([bill.id for bill in bills], at=at) if bills else frozenset[UUID]()
    agencies = directory.names({bill.agency for bill in bills})
    of: dict[UUID, list[dict[str, Any]]] = {}
    for bill in bills:
        of.setdefault(bill.about.id, []).append(_bill(bill, agencies[bill.agency], waits=bill.id in paying))
    return _whole(bundle.parts, bills, paying), of


def _bill(bill: payments.BillView, agency: str, *, waits: bool) -> dict[str, Any]:
    lines = [(line.name, format_money(line.due) if line.due else _("Được miễn")) for line in bill.lines]
    return {
        "rows": [
            *lines,
            *([(_("Đã nhận"), format_money(bill.paid))] if bill.paid and bill.paid != bill.total else []),
            *([(_("Được miễn nộp"), format_money(bill.waived))] if bill.waived else []),
            *([(_("Còn phải nộp"), format_money(bill.left))] if 0 < bill.left < bill.total else []),
            *([(_("Đã quyết định hoàn"), format_money(bill.refunded))] if bill.refunded else []),
            (_("Cơ quan thu"), agency),
        ],
        "href": bill.href,
        "open": bill.state is payments.BillState.OPEN,
        "waits": waits and bill.state is payments.BillState.OPEN,
        "words": _("Nộp %(left)s") % {"left": format_money(bill.left)},
        "stands": _("Đã nộp đủ") if bill.paid else _("Không phải nộp"),
    }


def _whole(
    parts: Iterable[PartView], bills: Iterable[payments.BillView], paying: frozenset[UUID]
) -> list[str]:
    open_ones = [bill for bill in bills if bill.state is payments.BillState.OPEN]
    owed = [bill for bill in open_ones if bill.id not in paying]
    waits = len(open_ones) - len(owed)
    received = sum(bill.paid for bill in bills)
    said = []
    if owed:
        said.append(
            ngettext(
                "Còn phải nộp %(left)s cho %(n)d hồ sơ. Mỗi hồ sơ nộp riêng cho cơ quan giải quyết.",
                "Còn phải nộp %(left)s cho %(n)d hồ sơ. Mỗi hồ sơ nộp riêng cho cơ quan giải quyết.",
                len(owed),
            )
            % {"left": format_money(sum(bill.left for bill in owed)), "n": len(owed)}
        )
    if waits:
        said.append(
            ngettext(
                "%(n)d lần thanh toán đang chờ kết quả. Đừng chuyển tiền lần nữa.",
                "%(n)d lần thanh toán đang chờ kết quả. Đừng chuyển tiền lần nữa.",
                waits,
            )
            % {"n": waits}
        )
    if received:
        said.append(_("Cơ quan đã nhận %(paid)s.") % {"paid": format_money(received)})
    unbilled = any(part.unbilled for part in parts)
    if unbilled:
        said.append(_("Có hồ sơ đang được tính số phải nộp. Khi có, ông/bà được báo ngay."))
    if (said or unbilled) and any(part.state is PartState.WAITING for part in parts):
        said.append(_("Phí, lệ phí của thủ tục chưa gửi được tính khi hồ sơ ấy gửi đi."))
    return said
