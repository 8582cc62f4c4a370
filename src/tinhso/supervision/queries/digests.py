"""What a digest tells: figures of the officer's own desk and of what they supervise, each with its list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers import api as dossiers
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import ActorRef
from tinhso.supervision.contracts import Cut, DigestView
from tinhso.supervision.models import Digest
from tinhso.supervision.queries import overview
from tinhso.supervision.queries.reach import reach

PLACE = "/can-bo/giam-sat/"


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of a digest and the list it opens to."""

    cut: Cut
    number: int
    href: str


def told(actor: ActorRef, contents: Iterable[str], *, at: datetime) -> tuple[Told, ...]:
    """The figures of these contents at that moment; what does not concern the officer is left out.

    One query for each, and what the desk and the reach ask.
    """
    wanted = frozenset(contents)
    found = []
    try:
        desk = dossiers.desk_of(actor, at)
    except NotAllowed:
        desk = None
    for cut in Cut:
        if cut not in wanted:
            continue
        if cut is Cut.AGENCY_LATE:
            found += _agency_late(actor, at=at)
        elif desk is not None:
            found.append(Told(cut, *dossiers.desk_cut(dossiers.DeskCut(cut.value), desk, at=at)))
    return tuple(found)


def _agency_late(actor: ActorRef, *, at: datetime) -> list[Told]:
    try:
        within = reach(actor, at)
    except NotAllowed:
        return []
    among = dossiers.Among(agencies=tuple(within.agencies), everywhere=within.everywhere)
    whole = overview.total(overview.by_place(among, within.agencies, at=at))
    return [Told(Cut.AGENCY_LATE, whole.late, PLACE)]


def chosen(officer: UUID) -> DigestView | None:
    """What an officer chose; None for who wants no digest. One query."""
    row = Digest.objects.filter(officer=officer).first()
    return DigestView(hour=row.hour, contents=tuple(map(Cut, row.contents))) if row else None
