"""Who holds which role where, after delegation and absence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.identity.contracts import Role


@dataclass(frozen=True, slots=True)
class Held:
    """A role an officer holds in a unit, on behalf of another when by delegation."""

    role: Role
    unit: UUID
    on_behalf_of: UUID | None


_POSTS = """
    SELECT p.role, p.unit_id, NULL::uuid
    FROM identity_post p JOIN identity_account a ON a.id = p.officer_id AND a.is_active
    WHERE p.officer_id = %s AND p.period @> %s::date
    UNION ALL
    SELECT d.role, d.unit_id, d.delegator_id
    FROM identity_delegation d
    JOIN identity_account a ON a.id = d.deputy_id AND a.is_active
    JOIN identity_post p ON p.officer_id = d.delegator_id AND p.role = d.role AND p.unit_id = d.unit_id
    WHERE d.deputy_id = %s AND d.period @> %s::timestamptz AND p.period @> %s::date
"""


def held(officer_id: UUID, at: datetime) -> tuple[Held, ...]:
    """The roles an active officer holds at that moment, own ones first. One query."""
    day = moments.today(at)
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, [officer_id, day, officer_id, at, day])
        return tuple(Held(Role(role), unit, behalf) for role, unit, behalf in cursor.fetchall())


_HOLDERS = """
    WITH post AS (
        SELECT p.officer_id, p.role, p.unit_id FROM identity_post p
        WHERE p.unit_id = ANY(%(units)s) AND p.role = ANY(%(roles)s) AND p.period @> %(day)s::date
    ), holder AS (
        SELECT officer_id, role, unit_id FROM post
        UNION
        SELECT d.deputy_id, d.role, d.unit_id FROM identity_delegation d
        JOIN post ON post.officer_id = d.delegator_id AND post.role = d.role AND post.unit_id = d.unit_id
        WHERE d.period @> %(at)s::timestamptz
    )
    SELECT holder.officer_id, holder.role, holder.unit_id FROM holder
    JOIN identity_officer o ON o.account_id = holder.officer_id
    JOIN identity_account a ON a.id = holder.officer_id AND a.is_active
    WHERE NOT EXISTS (
        SELECT 1 FROM identity_absence x
        WHERE x.officer_id = holder.officer_id AND x.period @> %(at)s::timestamptz
    )
    ORDER BY o.sort, o.account_id
"""


def _holding(roles: Iterable[Role], units: Iterable[UUID], at: datetime) -> list[tuple[UUID, str, UUID]]:
    named = [role.value for role in roles]
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"units": list(units), "roles": named, "day": moments.today(at), "at": at})
        return [(officer, role, unit) for officer, role, unit in cursor.fetchall()]


def holders(*, role: Role | str, unit: UUID | Iterable[UUID], at: datetime) -> tuple[UUID, ...]:
    """The officers who do a role's work in a unit (or units) at that moment, in Vietnamese order. One query.

    Those absent are left out; their deputies stand in. Empty when nobody is there.
    """
    units = [unit] if isinstance(unit, UUID) else unit
    return tuple(dict.fromkeys(officer for officer, _role, _unit in _holding([Role(role)], units, at)))


def holders_by_place(
    *, roles: Iterable[Role], units: Iterable[UUID], at: datetime
) -> dict[tuple[Role, UUID], tuple[UUID, ...]]:
    """`holders` of several roles in several units, by role and unit. One query."""
    found: dict[tuple[Role, UUID], tuple[UUID, ...]] = {}
    for officer, role, unit in _holding(roles, units, at):
        found[Role(role), unit] = (*found.get((Role(role), unit), ()), officer)
    return found


_DEPUTIES = """
    SELECT d.delegator_id, d.role, d.unit_id, d.deputy_id FROM identity_delegation d
    JOIN identity_post p ON p.officer_id = d.delegator_id AND p.role = d.role AND p.unit_id = d.unit_id
    JOIN identity_officer o ON o.account_id = d.deputy_id
    JOIN identity_account a ON a.id = d.deputy_id AND a.is_active
    WHERE d.delegator_id = ANY(%(of)s) AND d.period @> %(at)s::timestamptz AND p.period @> %(day)s::date
      AND NOT EXISTS (
        SELECT 1 FROM identity_absence x
        WHERE x.officer_id = d.deputy_id AND x.period @> %(at)s::timestamptz
      )
    ORDER BY o.sort, o.account_id
"""


def deputies(of: Iterable[UUID], at: datetime) -> dict[tuple[UUID, Role, UUID], tuple[UUID, ...]]:
    """Who stands in for these officers at that moment, by officer, role and unit. One query."""
    found: dict[tuple[UUID, Role, UUID], tuple[UUID, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DEPUTIES, {"of": list(of), "at": at, "day": moments.today(at)})
        for delegator, role, unit, deputy in cursor.fetchall():
            key = (delegator, Role(role), unit)
            found[key] = (*found.get(key, ()), deputy)
    return found


_agency_of: dict[UUID, UUID] = {}


def agencies_of(units: Iterable[UUID]) -> frozenset[UUID]:
    """The agencies of units; remembered, since a unit never changes its agency."""
    wanted = list(units)
    missing = [unit for unit in wanted if unit not in _agency_of]
    if missing:
        for id, view in directory.units(missing).items():
            _agency_of[id] = view.agency_id
    return frozenset(_agency_of[unit] for unit in wanted if unit in _agency_of)
