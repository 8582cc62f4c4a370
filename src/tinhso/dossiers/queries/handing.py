"""The hand-overs of a dossier, each on time or late: what the control sheet and the screen show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.dossiers.models import HandOver
from tinhso.foundation.moments import local
from tinhso.identity import api as identity


class OnTime(StrEnum):
    """How a hand-over stood to the deadline of its moment (trước hạn, đúng hạn, quá hạn)."""

    EARLY = "early"
    ON_THE_DAY = "on_the_day"
    LATE = "late"
    STOOD = "stood"

    @property
    def label(self) -> str:
        """What people read."""
        return _(_WORDS[self])


_WORDS = {
    OnTime.EARLY: gettext_noop("Trước hạn"),
    OnTime.ON_THE_DAY: gettext_noop("Đúng hạn"),
    OnTime.LATE: gettext_noop("Quá hạn"),
    OnTime.STOOD: gettext_noop("Đang tạm dừng"),
}


@dataclass(frozen=True, slots=True)
class Handed:
    """One hand-over in words: the step that was left, who gave, who took, when, and how it stood."""

    at: datetime
    step: str
    giver: str
    taker: str
    due_at: datetime | None
    standing: OnTime | None


def hand_overs(dossier_id: UUID) -> tuple[Handed, ...]:
    """Every hand-over, oldest first. Three queries."""
    rows = list(HandOver.objects.filter(dossier_id=dossier_id).order_by("id"))
    units = directory.names({unit for row in rows for unit in (row.from_unit, row.to_unit) if unit})
    people = identity.names({one for row in rows for one in (row.from_holder, row.to_holder) if one})

    def party(unit: UUID | None, person: UUID | None) -> str:
        return ", ".join(
            part
            for part in (people.get(person, "") if person else "", units.get(unit, "") if unit else "")
            if part
        )

    return tuple(
        Handed(
            at=row.at,
            step=row.step_name or _("Nộp hồ sơ"),
            giver=party(row.from_unit, row.from_holder) or row.by_name,
            taker=party(row.to_unit, row.to_holder) or _("kết thúc"),
            due_at=row.due_at,
            standing=_standing(row),
        )
        for row in rows
    )


def _standing(row: HandOver) -> OnTime | None:
    if row.due_at is None:
        return None
    if row.stood:
        return OnTime.STOOD
    if row.at > row.due_at:
        return OnTime.LATE
    return OnTime.ON_THE_DAY if local(row.at).date() == local(row.due_at).date() else OnTime.EARLY
