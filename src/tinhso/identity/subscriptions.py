"""What identity does when others' events happen."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.foundation import events
from tinhso.identity.contracts import PersonErased
from tinhso.identity.models import Post
from tinhso.identity.operations import relations
from tinhso.identity.queries.known import KNOWN


@events.subscribe(directory.AgencyDissolved)
def agency_dissolved(event: directory.AgencyDissolved) -> None:
    """Posts in a dissolved agency end with it; successors grant theirs anew, nothing is inherited."""
    _end([unit.id for unit in directory.units_ever(event.agency_id)], event.effective_date)


@events.subscribe(directory.UnitClosed)
def unit_closed(event: directory.UnitClosed) -> None:
    """Posts in a closed unit end with it; its successor grants theirs anew."""
    _end([event.unit_id], event.effective_date)


def _end(units: list[UUID], day: date) -> None:
    rows = Post.objects.filter(unit_id__in=units)
    rows.filter(valid_from__gte=day).delete()
    rows.filter(valid_to=None).update(valid_to=day)
    rows.filter(valid_to__gt=day).update(valid_to=day)
    KNOWN.changed()


@events.subscribe(PersonErased)
def person_erased(event: PersonErased) -> None:
    """Nobody files by or for the person any more."""
    relations.end_all_of(event.person_id, at=event.at)
