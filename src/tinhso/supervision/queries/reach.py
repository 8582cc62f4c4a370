"""Whose dossiers an officer supervises.

| who | supervises |
|---|---|
| leader, supervisor of an agency | that agency and those beneath it |
| the same in an agency named by the dated value `supervising_agencies` | the whole province |
| inspector | the agencies of the decisions that run, with the decision's number in the trace |
| everybody else | nothing |
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import legal
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import sort_key
from tinhso.identity import api as identity
from tinhso.supervision.contracts import Reach

HEADS = frozenset({identity.Role.LEADER, identity.Role.SUPERVISOR})


def reach(actor: ActorRef, at: datetime) -> Reach:
    """What the officer supervises. Three queries at most. Raises NotAllowed for who supervises nothing."""
    day = today(at)
    views = {view.id: view for view in directory.agencies(on=day)}
    posts = identity.held(actor.id, at) if actor.id else ()
    places = directory.units({post.unit for post in posts if post.role in HEADS})
    own = {place.agency_id for place in places.values()}
    watching = frozenset(legal.value("supervising_agencies", on=day))
    everywhere = any(views[id_].code in watching for id_ in own if id_ in views)
    found = set(views) if everywhere else {id_ for id_ in views if _above(id_, views) & own}
    because = ""
    if actor.id and any(post.role is identity.Role.INSPECTOR for post in posts):
        running = [each for each in identity.inspections(officer_id=actor.id) if _runs(each, at)]
        inspected = {each.agency for each in running} - found
        because = ", ".join(each.decision for each in running if each.agency in inspected)
        found |= inspected
    if not found:
        raise NotAllowed(_("Tài khoản này không theo dõi cơ quan nào. Nếu cần, hãy hỏi người quản trị."))
    names = directory.names(found)
    ordered = sorted(found, key=lambda id_: sort_key(names.get(id_, "")))
    return Reach(
        {id_: names.get(id_, "") for id_ in ordered},
        own=tuple(id_ for id_ in ordered if id_ in own),
        everywhere=everywhere,
        because=because,
    )


def _above(agency: UUID, views: dict[UUID, directory.AgencyView]) -> set[UUID]:
    """The agency and those it stands under."""
    found: set[UUID] = set()
    place: UUID | None = agency
    while place is not None and place not in found:
        found.add(place)
        view = views.get(place)
        place = view.parent_id if view else None
    return found


def _runs(inspection: identity.InspectionView, at: datetime) -> bool:
    return inspection.valid_from <= today(at) < inspection.valid_to
