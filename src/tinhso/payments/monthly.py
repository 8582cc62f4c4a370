"""A month's receipts for the treasury: by beneficiary, chapter and sub-item, from the ledger.

What came for a bill goes to its lines in their order, each filled before the next; a month gets what was
filled during it. Money given back is taken off the month it was decided in.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import xlsxwriter
from django.db import connection
from django.utils.translation import gettext as _

MONTH = """
WITH paid AS (
    SELECT e.bill_id,
           sum(CASE WHEN e.booked_on < %(first)s THEN s.amount ELSE 0 END) AS before, sum(s.amount) AS after
    FROM payments_entry e
    CROSS JOIN LATERAL (SELECT CASE WHEN e.why = 'refund_owed' THEN -e.amount ELSE e.amount END AS amount) s
    JOIN payments_bill b ON b.id = e.bill_id AND b.agency_id = ANY(%(agencies)s)
    WHERE e.booked_on < %(end)s AND e.why IN ('paid', 'assigned', 'refund_owed')
      AND b.id IN (SELECT bill_id FROM payments_entry
                   WHERE booked_on >= %(first)s AND booked_on < %(end)s AND bill_id IS NOT NULL)
    GROUP BY e.bill_id
), line AS (
    SELECT l.bill_id, l.revenue, l.amount - l.exempted AS due,
           sum(l.amount - l.exempted) OVER (PARTITION BY l.bill_id ORDER BY l.place)
             - (l.amount - l.exempted) AS above
    FROM payments_billline l JOIN paid ON paid.bill_id = l.bill_id
), share AS (
    SELECT line.bill_id, line.revenue, least(greatest(after - above, 0), due)
                                       - least(greatest(before - above, 0), due) AS amount
    FROM line JOIN paid ON paid.bill_id = line.bill_id
)
SELECT o.name, o.account, o.chapter, share.revenue, count(*) FILTER (WHERE share.amount > 0),
       sum(share.amount)
FROM share
JOIN payments_bill b ON b.id = share.bill_id
JOIN payments_beneficiary o ON o.agency_id = b.agency_id
     AND o.period @> (b.issued_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
WHERE share.amount <> 0
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Received:
    """What one beneficiary received under a chapter and sub-item, whole đồng, in how many charges."""

    beneficiary: str
    account: str
    chapter: str
    item: str
    count: int
    amount: int


def month(first: date, *, agencies: Iterable[UUID]) -> tuple[Received, ...]:
    """What these agencies received in the month that begins on `first` (legal days). One query."""
    end = (first + timedelta(days=32)).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(MONTH, {"first": first, "end": end, "agencies": list(agencies)})
        return tuple(
            Received(name, account, chapter, item, count, int(amount))
            for name, account, chapter, item, count, amount in cursor.fetchall()
        )


def xlsx(rows: Sequence[Received], *, first: date) -> bytes:
    """The form as an Excel file; numbers stay numbers."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(f"{first:%m-%Y}")
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "align": "center"})
    text, number = book.add_format({"border": 1}), book.add_format({"num_format": "#,##0", "border": 1})
    title = book.add_format({"bold": True, "font_size": 13})
    page.write_string(0, 0, _("Bảng kê thu phí, lệ phí tháng %(month)s") % {"month": f"{first:%m/%Y}"}, title)
    heads = (
        _("Đơn vị thụ hưởng"),
        _("Tài khoản"),
        _("Chương"),
        _("Tiểu mục"),
        _("Số khoản"),
        _("Số tiền (đồng)"),
    )
    for column, (head, width) in enumerate(zip(heads, (40, 20, 10, 10, 10, 18), strict=True)):
        page.set_column(column, column, width)
        page.write_string(2, column, head, bold)
    for place, row in enumerate(rows, start=3):
        for column, words in enumerate((row.beneficiary, row.account, row.chapter, row.item)):
            page.write_string(place, column, words, text)
        page.write_number(place, 4, row.count, number)
        page.write_number(place, 5, row.amount, number)
    last = len(rows) + 3
    page.merge_range(last, 0, last, 3, _("Tổng cộng"), bold)
    page.write_number(last, 4, sum(row.count for row in rows), number)
    page.write_number(last, 5, sum(row.amount for row in rows), number)
    book.close()
    return out.getvalue()
