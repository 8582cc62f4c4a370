"""Series of receipt numbers: opened by an accountant, from a day on; told when an agency has none."""

from __future__ import annotations

import logging
import re
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tinhso.directory import api as directory
from tinhso.foundation import legal, transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.foundation.text import normal
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.payments import caretakers, subjects
from tinhso.payments.models import ReceiptSeries
from tinhso.tasks import api as tasks

logger = logging.getLogger(__name__)
OPEN = "payments.open_series"
HOME = "/can-bo/bien-lai/"
MISSING = notify.declare(
    "payments.no_receipt_series",
    subject=gettext_noop("Chưa lập được biên lai: %(agency)s chưa có dải số"),
    body=gettext_noop(
        "Tiền đã nộp vẫn được ghi nhận. Biên lai sẽ tự lập ngay khi kế toán mở dải số."
        " Bấm vào liên kết để mở dải số."
    ),
    kind=notify.OVERDUE,
)
transactions.explain(
    "receipt_series_one_at_a_time",
    gettext_lazy("Cơ quan đã có dải số bắt đầu từ ngày ấy hoặc sau đó. Hãy chọn ngày khác."),
)
transactions.explain(
    "receipt_series_once",
    gettext_lazy("Ký hiệu này đã dùng cho một dải số của cơ quan. Hãy chọn ký hiệu khác."),
)


def open_series(
    agency: UUID,
    *,
    form: str,
    symbol: str,
    address: str,
    basis: str,
    valid_from: date,
    by: ActorRef,
    at: datetime,
) -> ReceiptSeries:
    """Open a series from a legal day on; the one before ends there. Numbers begin at one.

    Raises Invalid with its faults by field, Conflict, NotAllowed. Shapes: legal value `receipt_shapes`.
    """
    shapes = legal.value("receipt_shapes", on=valid_from)
    given = {"form": form.strip().upper(), "symbol": symbol.strip().upper()}
    whole = {"address": normal(address), "basis": normal(basis)}
    faults = {}
    if not re.fullmatch(shapes["form"], given["form"]):
        faults["mau"] = _("Mẫu số có dạng %(sample)s.") % {"sample": shapes["form_sample"]}
    if not re.fullmatch(shapes["symbol"], given["symbol"]):
        faults["ky-hieu"] = _("Ký hiệu có dạng %(sample)s.") % {"sample": shapes["symbol_sample"]}
    if not whole["address"]:
        faults["dia-chi"] = _("Hãy ghi địa chỉ của cơ quan thu.")
    if not whole["basis"]:
        faults["can-cu"] = _("Hãy ghi số, ngày thông báo phát hành đã gửi cơ quan thuế.")
    if valid_from < today(at):
        faults["tu-ngay"] = _("Dải số bắt đầu từ hôm nay hoặc sau hôm nay.")
    if faults:
        raise Invalid(_("Chưa mở được dải số. Hãy xem lại các ô được đánh dấu."), faults=faults)
    series = ReceiptSeries(
        agency_id=agency, valid_from=valid_from, opened_by=by.name, opened_at=at, **given, **whole
    )
    with transactions.act(OPEN, by=by, at=at, on=subjects.of_receipts_of(agency, at=at)) as work:
        ReceiptSeries.objects.filter(
            agency=agency, period__contains=valid_from, valid_from__lt=valid_from
        ).update(valid_to=valid_from)
        series.save(force_insert=True)
        tasks.close(subject=subjects.RECEIPTS, subject_id=agency, by=by, at=at)
        work.record(form=series.form, symbol=series.symbol, valid_from=str(valid_from))
    return series


def none_stands(agency: UUID, *, at: datetime) -> None:
    """Tell the accountants that receipts of an agency wait for a series, once until one stands."""
    if tasks.open_on(subject=subjects.RECEIPTS, subject_id=agency):
        return
    unit = caretakers.unit_for([agency], at=at)
    if unit is None:
        logger.error("receipts of agency %s wait for a series, and there is no accountant", agency)
        return
    name, on = directory.names([agency])[agency], subjects.of_receipts_of(agency, at=at)
    try:
        with transactions.act("payments.miss_series", by=SYSTEM, at=at, on=on):
            tasks.give(
                subject=subjects.RECEIPTS,
                subject_id=agency,
                act=OPEN,
                title=_("Mở dải số biên lai cho %(agency)s") % {"agency": name},
                role=identity.Role.ACCOUNTANT.value,
                unit_id=unit,
                holder=None,
                due_at=None,
                by=SYSTEM,
                at=at,
            )
            there = identity.holders(role=identity.Role.ACCOUNTANT, unit=unit, at=at)
            notify.send_all(
                [
                    notify.Notice(
                        to=notify.Recipient(name=who, kind="officer", id=officer),
                        template=MISSING,
                        facts={"agency": name},
                        about=on,
                        link=f"{HOME}dai-so/",
                    )
                    for officer, who in identity.names(there).items()
                ],
                at=at,
            )
    except Conflict:
        logger.info("another told the accountants of agency %s first", agency)
