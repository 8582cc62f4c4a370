"""Who holds which role where, after delegation and absence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.identity.contracts import Role
from tinhso.identity.queries.known import KNOWN


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
    """The roles an active officer holds at that moment, own ones first. One query, never from memory."""
    day = moments.today(at)
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, [officer_id, day, officer_id, at, day])
        return tuple(Held(Role(role), unit, behalf) for role, unit, behalf in cursor.fetchall())


@dataclass(frozen=True, slots=True)
class _Standing:
    """That an active officer holds a role, himself or as a deputy, and when: all of it must hold."""

    officer: UUID
    role: str
    sort: tuple[str, str]
    valid_from: date
    valid_to: date | None
    deputised: tuple[datetime, datetime] | None
    absences: tuple[tuple[datetime, datetime], ...]

    def at(self, moment: datetime, day: date) -> bool:
        """Whether the officer does the role's work at that moment, which lies on that legal day."""
        if day < self.valid_from or (self.valid_to is not None and day >= self.valid_to):
            return False
        if self.deputised is not None and not self.deputised[0] <= moment < self.deputised[1]:
            return False
        return not any(begins <= moment < ends for begins, ends in self.absences)


_STANDING = """
    WITH holder AS (
        SELECT p.unit_id, p.role, p.officer_id, p.valid_from, p.valid_to,
               NULL::timestamptz AS begins_at, NULL::timestamptz AS ends_at
        FROM identity_post p WHERE p.unit_id = ANY(%(units)s)
        UNION ALL
        SELECT p.unit_id, p.role, d.deputy_id, p.valid_from, p.valid_to, d.begins_at, d.ends_at
        FROM identity_post p JOIN identity_delegation d
          ON d.delegator_id = p.officer_id AND d.role = p.role AND d.unit_id = p.unit_id
        WHERE p.unit_id = ANY(%(units)s)
    )
    SELECT holder.*, o.sort,
           ARRAY(SELECT begins_at FROM identity_absence x WHERE x.officer_id = holder.officer_id ORDER BY id),
           ARRAY(SELECT ends_at FROM identity_absence x WHERE x.officer_id = holder.officer_id ORDER BY id)
    FROM holder
    JOIN identity_officer o ON o.account_id = holder.officer_id
    JOIN identity_account a ON a.id = holder.officer_id AND a.is_active
    ORDER BY o.sort, o.account_id
"""


@KNOWN.each
def _standing(units: list[UUID]) -> dict[UUID, tuple[_Standing, ...]]:
    """Whoever holds, held or will hold a role in these units, in Vietnamese order."""
    found: dict[UUID, list[_Standing]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"units": units})
        for unit, role, officer, first, last, begins, ends, sort, away, back in cursor.fetchall():
            found[unit].append(
                _Standing(
                    officer=officer,
                    role=role,
                    sort=(sort, str(officer)),
                    valid_from=first,
                    valid_to=last,
                    deputised=(begins, ends) if begins else None,
                    absences=tuple(zip(away, back, strict=True)),
                )
            )
    return {unit: tuple(rows) for unit, rows in found.items()}


def holders(*, role: Role | str, unit: UUID | Iterable[UUID], at: datetime) -> tuple[UUID, ...]:
    """The officers who do a role's work in a unit (or units) at that moment, in Vietnamese order.

    Those absent are left out; their deputies stand in. Empty when nobody is there. One query at most: who
    holds what when is remembered, and what another process changes is seen within seconds.
    """
    units, wanted, day = [unit] if isinstance(unit, UUID) else unit, Role(role).value, moments.today(at)
    rows = [row for place in _standing(units).values() for row in place if row.role == wanted]
    there = sorted((row for row in rows if row.at(at, day)), key=lambda row: row.sort)
    return tuple(dict.fromkeys(row.officer for row in there))


def holders_by_place(
    *, roles: Iterable[Role], units: Iterable[UUID], at: datetime
) -> dict[tuple[Role, UUID], tuple[UUID, ...]]:
    """`holders` of several roles in several units, by role and unit. One query at most."""
    wanted, day = {role.value for role in roles}, moments.today(at)
    found: dict[tuple[Role, UUID], dict[UUID, None]] = defaultdict(dict)
    for unit, rows in _standing(units).items():
        for row in rows:
            if row.role in wanted and row.at(at, day):
                found[Role(row.role), unit][row.officer] = None
    return {place: tuple(officers) for place, officers in found.items()}


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
