"""The dossiers behind a figure of online payment as a list to take out; no column names a payer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.exports import api as exports
from tinhso.foundation.refs import ActorRef
from tinhso.payments import api as payments
from tinhso.supervision.pages.asking import Asked, asked_of
from tinhso.supervision.pages.money import SHARES, meant, share_of
from tinhso.supervision.queries.reach import reach

CELLS: Mapping[str, Callable[[payments.OwedSubject, Asked], exports.Cell]] = {
    "ma": lambda row, asked: row.code,
    "ma-thu-tuc": lambda row, asked: row.service,
    "thu-tuc": lambda row, asked: row.title,
    "co-quan": lambda row, asked: asked.reach.agencies.get(row.agency, ""),
    "phai-nop": lambda row, asked: row.total,
    "lap": lambda row, asked: row.since,
    "truc-tuyen": lambda row, asked: _("có") if row.online else _("không"),
}
COLUMNS = (
    exports.Column("ma", gettext_lazy("Mã hồ sơ")),
    exports.Column("ma-thu-tuc", gettext_lazy("Mã thủ tục")),
    exports.Column("thu-tuc", gettext_lazy("Thủ tục")),
    exports.Column("co-quan", gettext_lazy("Cơ quan")),
    exports.Column("phai-nop", gettext_lazy("Phải nộp (đồng)")),
    exports.Column("lap", gettext_lazy("Lập lúc")),
    exports.Column("truc-tuyen", gettext_lazy("Nộp trực tuyến")),
)


def _asked(query: str, by: ActorRef, at: datetime) -> tuple[payments.Share, Asked]:
    given = QueryDict(query)
    return share_of(given.get("muc", "")), asked_of(given, reach(by, at), at=at)


def describe(query: str, by: ActorRef, at: datetime) -> str:
    """The figure, whose it is and when, in words."""
    share, asked = _asked(query, by, at)
    place = asked.reach.agencies[asked.agency] if asked.agency else _("Tất cả cơ quan")
    return f"{_(SHARES[share])}; {place}; {asked.period.label}"


def prepare(query: str, columns: Sequence[str], by: ActorRef, at: datetime) -> exports.Prepared:
    """The rows behind a figure, within what the officer supervises now. Raises NotAllowed."""
    share, asked = _asked(query, by, at)
    cells = [CELLS[word] for word in columns]
    return exports.Prepared(
        total=None,
        batches=(
            [[cell(row, asked) for cell in cells] for row in rows]
            for rows in payments.every_owed_subject(meant(asked), share)
        ),
    )


exports.declare(
    exports.Source(
        name="supervision.online_payment",
        label=gettext_lazy("Hồ sơ thanh toán trực tuyến"),
        act="supervision.watch",
        personal_act="dossiers.export_personal",
        columns=COLUMNS,
        describe=describe,
        prepare=prepare,
    )
)
