"""Units and agencies end: their open dossiers go to whoever has their work, and applicants are told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import notices
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import passing, work
from tinhso.dossiers.operations.turns import UNIT_OF_ROLE, turn
from tinhso.dossiers.turning import Turn
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity

logger = logging.getLogger(__name__)


def follow(*, at: datetime, units: Sequence[UUID] | None = None) -> int:
    """Open dossiers of units (or of any) that stand no more go to their heirs; how many did.

    The unit's own successor has them; else, when the agency is gone too, the agency in its place, that of the
    applicant's commune where there are several. Code, promise, pauses and process stay. A dossier without an
    heir is logged and stays, and its place is told of as an empty post.
    """
    rows = Dossier.objects.filter(finished_at=None)
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    lying = set(rows.order_by().values_list("unit_id", flat=True).distinct())
    moved = 0
    for unit, heir in directory.unit_heirs(lying, today(at)).items():
        theirs = rows.filter(unit_id=unit).order_by("id").values_list("id", flat=True)
        moved += sum(_follows(id, unit, heir, at=at) for id in list(theirs))
    return moved


def _follows(dossier_id: UUID, gone: UUID, heir: directory.UnitView | None, *, at: datetime) -> bool:
    """Move one, unless it has no heir or somebody else was first."""
    try:
        with turn("transfer", dossier_id=dossier_id, by=SYSTEM, at=at) as taken:
            place = heir or _elsewhere(taken.dossier, at=at)
            if place is None:
                logger.error("no heir for the open dossier %s", taken.dossier.code)
            if place is None or taken.dossier.unit_id != gone:
                raise WrongTurn(_("Chưa có đơn vị nhận việc."), act="transfer")
            move(taken, place)
    except WrongTurn:
        return False
    return True


def move(taken: Turn, place: directory.UnitView) -> None:
    """Take the dossier to another unit, of its agency or of another, and tell the applicant.

    A hand-over that nobody acknowledged comes to nothing: the unit has the dossier now.
    """
    dossier = taken.dossier
    abroad = place.agency_id != dossier.agency_id
    before = dossier.agency_id if abroad else dossier.unit_id
    after = place.agency_id if abroad else place.id
    names = directory.names([before, after])
    passing.drop(dossier, at=taken.at)
    dossier.agency_id = place.agency_id
    there = identity.holders(role=dossier.role, unit=place.id, at=taken.at) if dossier.role else ()
    kept = dossier.holder if dossier.holder in there else None
    work.move(dossier, unit_id=place.id, holder=there[0] if len(there) == 1 else kept)
    taken.note = _("Từ %(before)s sang %(after)s.") % {"before": names[before], "after": names[after]}
    taken.work.record(unit=str(place.id), agency=str(place.agency_id))
    notices.transferred(taken, before=names[before], place=names[after])


def _elsewhere(dossier: Dossier, *, at: datetime) -> directory.UnitView | None:
    """The unit for the dossier's step in the agency that stands in the place of its own."""
    day = today(at)
    heirs = [
        one for one in directory.agency_successors(dossier.agency_id, day) if one.id != dossier.agency_id
    ]
    if not heirs:
        return None
    near = [one for one in heirs if one.territory_id and one.territory_id == dossier.applicant_territory_id]
    standing = directory.units_of((near or heirs)[0].id, day)
    kind = UNIT_OF_ROLE.get(dossier.role, directory.UnitKind.ONE_STOP)
    fitting = [unit for unit in standing if unit.kind is kind]
    return next(iter(fitting or standing), None)
