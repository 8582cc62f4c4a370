"""Cuts of an officer's desk that others tell of: how much lies in each, and the list it opens to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tinhso.dossiers.pages.desk.visiting import Came
from tinhso.dossiers.queries import desks, lists
from tinhso.dossiers.queries.choices import Choice
from tinhso.dossiers.queries.desks import Desk
from tinhso.dossiers.queries.narrowing import Filter


class DeskCut(StrEnum):
    """Own work that is late or due later today, untaken work of the units, all own work; own work that is
    properly somebody else's, who is away or has no successor yet."""

    LATE = "late"
    TODAY = "today"
    NEW = "new"
    AWAY = "away"
    MINE = "mine"


_LISTS = {
    DeskCut.LATE: Came(desks.MINE, Choice(due="tre")),
    DeskCut.TODAY: Came(desks.MINE, Choice(due="hom-nay")),
    DeskCut.NEW: Came(desks.BASKET),
    DeskCut.AWAY: Came(desks.MINE),
    DeskCut.MINE: Came(desks.MINE),
}


def desk_cut(cut: DeskCut, desk: Desk, *, at: datetime) -> tuple[int, str]:
    """How many dossiers lie in a cut, and the address of its list; of AWAY the list of all own work, which
    says of each whose it is. One query."""
    came = _LISTS[cut]
    if cut is not DeskCut.AWAY:
        return lists.count(came.narrow(desk, at)), came.href
    away = [hand for hand in desk.hands if hand.on_behalf_of is not None or hand.unattended]
    return (lists.count(Filter(hands=away, open_only=True)) if away else 0), came.href
