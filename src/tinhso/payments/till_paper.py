"""Papers of the till: the slip a person takes along, and the closing count."""

from __future__ import annotations

from datetime import datetime

from tinhso.directory import api as directory
from tinhso.foundation import paper
from tinhso.foundation.moments import local
from tinhso.foundation.text import amount_in_words, format_money
from tinhso.payments.closing_paper import Denomination, TillCount, till_sheet_pdf
from tinhso.payments.contracts import Channel
from tinhso.payments.models import Drawer, Taking
from tinhso.payments.queries import tills

SLIP = "payments/slip"


def slip_pdf(taking: Taking, *, at: datetime) -> bytes:
    """The slip of one taking, 80 mm wide. It is no receipt: that one goes out by itself."""
    data = {
        "title": f"Phiếu thu {taking.number}",
        "unit": directory.names([taking.unit_id])[taking.unit_id],
        "rows": [
            ["Hồ sơ", taking.bill.about_code],
            ["Người nộp", taking.bill.payer],
            ["Cách nộp", Channel(taking.channel).label],
            *([["Mã chuẩn chi", taking.approval]] if taking.approval else []),
            ["Đã thu", format_money(taking.amount)],
            *(
                [["Khách đưa", format_money(taking.given)], ["Trả lại", format_money(taking.change)]]
                if taking.change
                else []
            ),
            ["Lúc", f"{local(taking.taken_at):%H:%M %d/%m/%Y}"],
            ["Người thu", taking.drawer.cashier],
        ],
        "words": amount_in_words(taking.amount),
        "undone": taking.undone_why,
    }
    return paper.render(template=SLIP, data=data, made_at=at)


def closing_pdf(drawer: Drawer, *, at: datetime) -> bytes:
    """The closing count of a counted session, for both to sign."""
    sums = tills.sums(drawer.id)
    last = drawer.takings.count()
    back = tills.handed_out(drawer.id)
    cash = (drawer.expected or 0) - drawer.float_in + back
    agency = directory.units([drawer.unit_id])[drawer.unit_id].agency_id
    names = directory.names([drawer.unit_id, agency])
    count = TillCount(
        agency=names.get(agency, ""),
        unit=names.get(drawer.unit_id, ""),
        till=drawer.till,
        cashier=drawer.cashier,
        receiver=drawer.receiver,
        opened_at=drawer.opened_at,
        closed_at=drawer.counted_at or at,
        float_in=drawer.float_in,
        taken=max(cash, 0),
        paid_out=back + max(-cash, 0),
        receipts=f"phiếu 1 đến {last}" if last else "không có",
        card_count=sums["card"][0],
        card_total=sums["card"][1],
        notes=tuple(Denomination(int(value), pieces) for value, pieces in drawer.notes.items()),
        explanation=drawer.explanation,
    )
    return till_sheet_pdf(count, at=at)
