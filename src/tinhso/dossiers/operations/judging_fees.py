"""An officer says what a dossier pays, where the rules leave it to a person to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.operations import charging
from tinhso.dossiers.operations.turns import turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import format_money
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures

MOST = 10_000_000_000
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Judged:
    """What an officer says of one line: the sum and what of it is let go, whole đồng, and the ground."""

    amount: int
    exempted: int
    ground: str


def judge(
    *, dossier_id: UUID, judged: Sequence[Judged], by: ActorRef, at: datetime, seen: int | None = None
) -> None:
    """Say what each line of the rules comes to; bills follow at once, and who filed is told.

    Raises Invalid, by line (`tien-0`, `giam-0`, `can-cu-0`), for sums that cannot be, for what departs from
    the rules without a ground, and for a line that the rules have fixed: letting that go takes two people.
    """
    with turn("judge_fees", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        said = charging.assessed(taken.dossier)
        if len(said) != len(judged):
            raise Invalid(_("Biểu phí của hồ sơ vừa thay đổi. Hãy mở lại trang và ghi lại."))
        if faults := _faults(said, judged):
            raise Invalid(_("Hãy sửa các ô được nêu."), faults=faults)
        lines = [_line(one, given) for one, given in zip(said, judged, strict=True)]
        taken.note = _("Phải nộp %(due)s.") % {"due": format_money(sum(line.due for line in lines))}
        charging.keep(taken.dossier, said, lines, occasion=charging.JUDGED, by=by.name, at=at)
        taken.work.record(lines=[[line.code, line.amount, line.exempted] for line in lines])


def _line(said: procedures.ChargeLine, given: Judged) -> payments.Charge:
    return replace(
        charging.as_charge(said),
        amount=given.amount,
        exempted=given.exempted,
        exempt_ground=given.ground.strip()[:LONGEST] or (said.exempt_ground if given.exempted else ""),
    )


def _faults(said: Sequence[procedures.ChargeLine], judged: Sequence[Judged]) -> dict[str, str]:
    found = {}
    for place, (line, given) in enumerate(zip(said, judged, strict=True)):
        if not 0 <= given.amount <= MOST:
            found[f"tien-{place}"] = _("Hãy ghi số tiền từ 0 đồng.")
        if not 0 <= given.exempted <= given.amount:
            found[f"giam-{place}"] = _("Số miễn, giảm không được lớn hơn số tiền của dòng này.")
        departs = (given.amount, given.exempted) != (line.amount, line.exempted)
        if departs and not line.open:
            found[f"tien-{place}"] = _("Biểu phí đã định dòng này. Muốn miễn, giảm thì đề nghị miễn nộp.")
        elif departs and not given.ground.strip():
            found[f"can-cu-{place}"] = _("Khác với biểu phí thì phải ghi căn cứ.")
    return found
