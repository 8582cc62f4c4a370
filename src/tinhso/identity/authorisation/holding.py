"""Who holds which role where, after delegation and absence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity.contracts import Role, Unattended
from tinhso.identity.models import Delegation, Post
from tinhso.identity.queries.known import KNOWN


@dataclass(frozen=True, slots=True)
class Held:
    """A role an officer holds in a unit, on behalf of another when by delegation.

    With `acts` only these of the acts that are delegated apart come with it.
    """

    role: Role
    unit: UUID
    on_behalf_of: UUID | None
    acts: tuple[str, ...] = ()


_POSTS = """
    SELECT p.role, p.unit_id, NULL::uuid, '{}'::text[]
    FROM identity_post p JOIN identity_account a ON a.id = p.officer_id AND a.is_active
    WHERE p.officer_id = %s AND p.period @> %s::date
    UNION ALL
    SELECT d.role, d.unit_id, d.delegator_id, ARRAY(SELECT jsonb_array_elements_text(d.acts))
    FROM identity_delegation d
    JOIN identity_account a ON a.id = d.deputy_id AND a.is_active
    JOIN identity_post p ON p.officer_id = d.delegator_id AND p.role = d.role AND p.unit_id = d.unit_id
    WHERE d.deputy_id = %s AND d.period @> %s::timestamptz AND p.period @> %s::date
"""


_asked: ContextVar[dict[UUID, tuple[Held, ...]] | None] = ContextVar("asked", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside, what an officer holds is asked of the database once: for a page that only reads."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def held(officer_id: UUID, at: datetime) -> tuple[Held, ...]:
    """The roles an active officer holds at that moment, own ones first.

    One query, never from memory but on a page that only reads: see `asked_once`.
    """
    known = _asked.get()
    if known is None:
        return _held(officer_id, at)
    if officer_id not in known:
        known[officer_id] = _held(officer_id, at)
    return known[officer_id]


def units_held(actor: ActorRef, roles: Collection[Role], at: datetime) -> frozenset[UUID]:
    """The units in which an officer holds one of these roles; none for anybody else. One query, as `held`."""
    posts = held(actor.id, at) if actor.id else ()
    return frozenset(post.unit for post in posts if post.role in roles)


def _held(officer_id: UUID, at: datetime) -> tuple[Held, ...]:
    day = moments.today(at)
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, [officer_id, day, officer_id, at, day])
        return tuple(
            Held(Role(role), unit, behalf, tuple(acts)) for role, unit, behalf, acts in cursor.fetchall()
        )


@dataclass(frozen=True, slots=True)
class _Standing:
    """That an active officer holds a role, himself or as a deputy, and when: all of it must hold.

    A deputy for some acts only is none here: the role's work is not given to them.
    """

    officer: UUID
    on_behalf_of: UUID | None
    role: str
    sort: tuple[str, str]
    valid_from: date
    valid_to: date | None
    deputised: tuple[datetime, datetime] | None
    absences: tuple[tuple[datetime, datetime], ...]

    def at(self, moment: datetime, day: date) -> bool:
        """Whether the officer does the role's work at that moment, which lies on that legal day."""
        return self.holds(moment, day) and not self.away(moment)

    def holds(self, moment: datetime, day: date) -> bool:
        """Whether the role is the officer's then, there or not."""
        if day < self.valid_from or (self.valid_to is not None and day >= self.valid_to):
            return False
        return self.deputised is None or self.deputised[0] <= moment < self.deputised[1]

    def away(self, moment: datetime) -> bool:
        """Whether the officer is absent then."""
        return any(begins <= moment < ends for begins, ends in self.absences)


_STANDING = """
    WITH holder AS (
        SELECT p.unit_id, p.role, p.officer_id, NULL::uuid AS on_behalf_of, p.valid_from, p.valid_to,
               NULL::timestamptz AS begins_at, NULL::timestamptz AS ends_at
        FROM identity_post p WHERE p.unit_id = ANY(%(units)s)
        UNION ALL
        SELECT p.unit_id, p.role, d.deputy_id, d.delegator_id, p.valid_from, p.valid_to,
               d.begins_at, d.ends_at
        FROM identity_post p JOIN identity_delegation d
          ON d.delegator_id = p.officer_id AND d.role = p.role AND d.unit_id = p.unit_id AND d.acts = '[]'
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
        for unit, role, officer, whose, first, last, begins, ends, sort, away, back in cursor.fetchall():
            found[unit].append(
                _Standing(
                    officer=officer,
                    on_behalf_of=whose,
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


def holders_anywhere(*, role: Role, at: datetime) -> tuple[UUID, ...]:
    """`holders` of a role anywhere in the province, for when nobody nearer is left. Two queries."""
    places = Post.objects.filter(role=role.value).order_by().values_list("unit_id", flat=True).distinct()
    return holders(role=role, unit=list(places), at=at)


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


def unattended(*, roles: Iterable[Role], units: Iterable[UUID], at: datetime) -> tuple[Unattended, ...]:
    """The work of these roles in these units that is in nobody's hands at that moment: of each officer who is
    away without a deputy, and of each role that nobody is there for. One query at most."""
    day, places = moments.today(at), list(units)
    standing = _standing(places)
    found: list[Unattended] = []
    for unit in places:
        rows = standing.get(unit, ())
        for role in roles:
            there = [row for row in rows if row.role == role.value and row.at(at, day)]
            covered = {row.on_behalf_of or row.officer for row in there}
            found += [
                Unattended(role, unit, row.officer)
                for row in rows
                if row.role == role.value
                and row.on_behalf_of is None
                and row.officer not in covered
                and row.holds(at, day)
            ]
            if not there:
                found.append(Unattended(role, unit, None))
    return tuple(found)


def heads(*, agency: UUID, at: datetime) -> dict[UUID, tuple[UUID, ...]]:
    """Who answers for each unit of an agency at that moment, by unit: a leader of the unit itself, else the
    agency's leaders, else its supervisors; with nobody of them, nobody. Two queries at most."""
    units = [unit.id for unit in directory.units_of(agency, moments.today(at))]
    leaders = {unit: holders(role=Role.LEADER, unit=unit, at=at) for unit in units}
    of_all = holders(role=Role.LEADER, unit=units, at=at) or holders(role=Role.SUPERVISOR, unit=units, at=at)
    return {unit: leaders[unit] or of_all for unit in units}


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
      AND d.acts = '[]'
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


_STILL = """
    SELECT t.officer, t.role, t.unit
    FROM unnest(%(officers)s::uuid[], %(roles)s::text[], %(units)s::uuid[]) AS t (officer, role, unit)
    JOIN identity_account a ON a.id = t.officer AND a.is_active
    WHERE EXISTS (
        SELECT FROM identity_post p
        WHERE p.officer_id = t.officer AND p.role = t.role AND p.unit_id = t.unit
          AND p.period @> %(day)s::date
    ) OR EXISTS (
        SELECT FROM identity_delegation d
        JOIN identity_post p ON p.officer_id = d.delegator_id AND p.role = d.role AND p.unit_id = d.unit_id
        WHERE d.deputy_id = t.officer AND d.role = t.role AND d.unit_id = t.unit
          AND d.period @> %(at)s::timestamptz AND p.period @> %(day)s::date
    )
"""


def still_held(places: Collection[tuple[UUID, str, UUID]], at: datetime) -> frozenset[tuple[UUID, str, UUID]]:
    """Those of the places (officer, role, unit) that the officer holds at that moment, there or not, by a
    post or as a deputy. One query."""
    facts: dict[str, Any] = {
        "officers": [officer for officer, _role, _unit in places],
        "roles": [role for _officer, role, _unit in places],
        "units": [unit for _officer, _role, unit in places],
        "at": at,
        "day": moments.today(at),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STILL, facts)
        return frozenset((officer, role, unit) for officer, role, unit in cursor.fetchall())


def stood_in_for(deputy: UUID, *, role: Role, unit: UUID, at: datetime) -> UUID | None:
    """For whom the officer last stood in there before that moment; None when for nobody. One query."""
    rows = Delegation.objects.filter(deputy_id=deputy, role=role, unit_id=unit, begins_at__lte=at)
    return rows.order_by("-ends_at").values_list("delegator_id", flat=True).first()


_agency_of: dict[UUID, UUID] = {}


def agencies_of(units: Iterable[UUID]) -> frozenset[UUID]:
    """The agencies of units; remembered, since a unit never changes its agency."""
    wanted = list(units)
    missing = [unit for unit in wanted if unit not in _agency_of]
    if missing:
        for id, view in directory.units(missing).items():
            _agency_of[id] = view.agency_id
    return frozenset(_agency_of[unit] for unit in wanted if unit in _agency_of)
