"""The board as a list to take out; it tells of no person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from tinhso.exports import api as exports
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.studio.bodies.labels import LEVELS
from tinhso.studio.pages import board
from tinhso.studio.queries.board import Row

BATCH = 500
CELLS: Mapping[str, Callable[[Row], exports.Cell]] = {
    "ma": lambda row: row.standing.code,
    "ten": lambda row: row.standing.name,
    "linh-vuc": lambda row: row.standing.sector_name,
    "cap": lambda row: str(LEVELS[row.standing.agency_level]),
    "tinh-trang": lambda row: str(board.STAGES[row.stage]),
    "vuong": board.keeps,
    "ho-so": lambda row: row.filed,
}
COLUMNS = (
    exports.Column("ma", gettext_lazy("Mã thủ tục")),
    exports.Column("ten", gettext_lazy("Thủ tục")),
    exports.Column("linh-vuc", gettext_lazy("Lĩnh vực")),
    exports.Column("cap", gettext_lazy("Cấp")),
    exports.Column("tinh-trang", gettext_lazy("Tình trạng")),
    exports.Column("vuong", gettext_lazy("Còn vướng gì để toàn trình")),
    exports.Column("ho-so", gettext_lazy("Hồ sơ 12 tháng qua")),
)


def describe(query: str, by: ActorRef, at: datetime) -> str:
    """What the list holds, in words."""
    return board.describe(board.narrow_of(QueryDict(query)))


def prepare(query: str, columns: Sequence[str], by: ActorRef, at: datetime) -> exports.Prepared:
    """The rows of the board as it stands. Raises NotAllowed."""
    identity.require(by, "studio.write", None, at)
    rows = board.rows_of(query, at=at)
    cells = [CELLS[word] for word in columns]

    def batches() -> Iterator[Sequence[Sequence[exports.Cell]]]:
        for start in range(0, len(rows), BATCH):
            yield [[cell(row) for cell in cells] for row in rows[start : start + BATCH]]

    return exports.Prepared(total=len(rows), batches=batches())


exports.declare(
    exports.Source(
        name="studio.board",
        label=gettext_lazy("Bảng thủ tục"),
        act="studio.write",
        personal_act="studio.write",
        columns=COLUMNS,
        describe=describe,
        prepare=prepare,
    )
)
