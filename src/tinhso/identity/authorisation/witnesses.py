"""Who is the second person of an opening in an emergency: one rule for the page and for the act."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.identity.authorisation.holding import Held, agencies_of, holders_by_place
from tinhso.identity.contracts import Role

WITNESSES = (Role.SUPERVISOR, Role.LEADER)


def watchers(agencies: Iterable[UUID], at: datetime) -> dict[UUID, frozenset[UUID]]:
    """Who supervises or leads each agency at that moment. Two queries at most, however many agencies."""
    wanted = sorted(set(agencies))
    agency_of = {unit.id: unit.agency_id for unit in directory.units_of(wanted, moments.today(at))}
    found: dict[UUID, set[UUID]] = {agency: set() for agency in wanted}
    for (_role, unit), officers in holders_by_place(roles=WITNESSES, units=agency_of, at=at).items():
        found[agency_of[unit]] |= set(officers)
    return {agency: frozenset(officers) for agency, officers in found.items()}


def may_witness(posts: Iterable[Held], *, agency: UUID, opener: UUID, near: Collection[UUID]) -> bool:
    """Whether these posts make a second person: by one over the agency that is not held for the opener.

    An administrator is one only where nobody but the opener is `near`, that is watches over the agency.
    """
    posts = tuple(posts)
    over = [post for post in posts if post.role in WITNESSES and agency in agencies_of([post.unit])]
    if over:
        return any(post.on_behalf_of != opener for post in over)
    return not set(near) - {opener} and any(post.role is Role.ADMINISTRATOR for post in posts)
