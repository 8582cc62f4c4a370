"""The work list as a list to take out: what the officer may list, with the columns they may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers.contracts import DossierRow
from tinhso.dossiers.marks import status_words
from tinhso.dossiers.pages.desk import filters
from tinhso.dossiers.pages.desk.visiting import Came, came_of
from tinhso.dossiers.queries import desks, tracing
from tinhso.dossiers.queries.choices import VIA
from tinhso.dossiers.queries.lists import walked
from tinhso.dossiers.queries.narrowing import Filter, narrowed
from tinhso.exports import api as exports
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

CELLS: Mapping[str, Callable[[DossierRow], exports.Cell]] = {
    "ma": lambda row: row.code,
    "ma-thu-tuc": lambda row: row.procedure_code,
    "thu-tuc": lambda row: row.procedure_name,
    "linh-vuc": lambda row: row.sector_name,
    "co-quan": lambda row: row.agency_name,
    "don-vi": lambda row: row.unit_name,
    "trang-thai": lambda row: status_words(row.status, row.flags),
    "buoc": lambda row: row.step_name,
    "giu": lambda row: row.holder_name,
    "kenh": lambda row: _(VIA[row.via]),
    "nhan": lambda row: row.submitted_at,
    "tiep-nhan": lambda row: row.accepted_at,
    "han": lambda row: row.due_at,
    "xong": lambda row: row.finished_at,
    "chu": lambda row: row.applicant_name,
    "xa": lambda row: row.commune_name,
}
COLUMNS = (
    exports.Column("ma", gettext_lazy("Mã hồ sơ")),
    exports.Column("ma-thu-tuc", gettext_lazy("Mã thủ tục")),
    exports.Column("thu-tuc", gettext_lazy("Thủ tục")),
    exports.Column("linh-vuc", gettext_lazy("Lĩnh vực")),
    exports.Column("co-quan", gettext_lazy("Cơ quan")),
    exports.Column("don-vi", gettext_lazy("Đơn vị")),
    exports.Column("trang-thai", gettext_lazy("Trạng thái")),
    exports.Column("buoc", gettext_lazy("Bước")),
    exports.Column("giu", gettext_lazy("Người giữ")),
    exports.Column("kenh", gettext_lazy("Kênh nộp")),
    exports.Column("nhan", gettext_lazy("Nhận lúc")),
    exports.Column("tiep-nhan", gettext_lazy("Tiếp nhận lúc")),
    exports.Column("han", gettext_lazy("Hạn")),
    exports.Column("xong", gettext_lazy("Kết thúc lúc")),
    exports.Column("chu", gettext_lazy("Chủ hồ sơ"), personal=True),
    exports.Column("xa", gettext_lazy("Xã, phường nơi ở"), personal=True),
)


def written(narrow: Filter, columns: Sequence[str]) -> exports.Prepared:
    """A list of dossiers with these columns, newest sent first."""
    cells = [CELLS[word] for word in columns]
    return exports.Prepared(
        total=narrowed(narrow).count(),
        batches=([[cell(row) for cell in cells] for row in rows] for rows in walked(narrow)),
    )


def _came(query: str) -> Came:
    return came_of(QueryDict(query))


def describe(query: str, by: ActorRef, at: datetime) -> str:
    """The list in words, a searched number cut short."""
    came = _came(query)
    said = [came.view.label, *(f"{chip.label}: {chip.text}" for chip in filters.chips(came))]
    if came.q:
        said.append(_("tìm “%(q)s”") % {"q": identity.masked_query(came.q)})
    return "; ".join(said)


def prepare(query: str, columns: Sequence[str], by: ActorRef, at: datetime) -> exports.Prepared:
    """The rows of a work list that the officer sees now. Raises NotAllowed for who lists none."""
    came = _came(query)
    narrow = came.narrow(desks.desk_of(by, at), at)
    prepared = written(narrow, columns)
    if not came.q:
        return prepared
    ids = list(narrowed(narrow).values_list("id", flat=True)[:1000])
    tracing.looks_by_number(came.q, ids, by=by, at=at)
    return prepared


exports.declare(
    exports.Source(
        name="dossiers.list",
        label=gettext_lazy("Danh sách hồ sơ"),
        act="dossiers.list",
        personal_act="dossiers.export_personal",
        columns=COLUMNS,
        describe=describe,
        prepare=prepare,
    )
)
