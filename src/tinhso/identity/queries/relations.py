"""Reads of relations: whom somebody files for, who files for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection

from tinhso.foundation import crypto, moments
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import proofs
from tinhso.identity.models import Proof, Relation
from tinhso.identity.relating import HOLDS, moment
from tinhso.identity.relation_contracts import (
    Capacity,
    MemberRole,
    Origin,
    ProofGiven,
    ProofView,
    RelationView,
    Represented,
)

_HOLDING = f"SELECT r.id FROM identity_relation r WHERE r.id = ANY(%(ids)s) AND {HOLDS}"  # noqa: S608 - our own


def relations_of(agent: UUID, *, name: str, at: datetime) -> tuple[RelationView, ...]:
    """For whom a person files, ended ones too, newest first; offers only when they name the person.

    Four queries at most, however many.
    """
    rows = Relation.objects.filter(agent_id=agent).order_by("ended_at", "-made_at")[:200]
    return _views([row for row in rows if row.names(name)], at=at, facts=True)


def relations_for(owner: OwnerRef, *, at: datetime) -> tuple[RelationView, ...]:
    """Who files for a person or an organisation, ended ones too, newest first. Three queries at most."""
    of = {"organisation_id": owner.id} if owner.kind == "organisation" else {"person_id": owner.id}
    return _views(list(Relation.objects.filter(**of).order_by("-made_at")[:200]), at=at, facts=False)


def relation(relation_id: UUID, *, at: datetime) -> RelationView | None:
    """One relation, whoever asks; the caller knows that they may."""
    return next(iter(_views(list(Relation.objects.filter(id=relation_id)), at=at, facts=True)), None)


def _views(rows: Sequence[Relation], *, at: datetime, facts: bool) -> tuple[RelationView, ...]:
    if not rows:
        return ()
    holding, latest = _holding([row.id for row in rows], at), _proofs([row.id for row in rows], at)
    known = _facts(rows) if facts else {}
    return tuple(
        RelationView(
            id=row.id,
            agent=row.agent_id,
            agent_name=row.agent_name,
            represented=row.represented,
            name=row.name,
            facts=known.get(row.id, Represented(row.name)),
            capacity=Capacity(row.capacity),
            role=MemberRole(row.role) if row.role else None,
            scope=tuple(row.scope),
            origin=Origin(row.origin),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            made_at=row.made_at,
            accepted_at=row.accepted_at,
            proven_at=row.proven_at,
            proven_by=row.proven_by,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            ended_because=row.ended_because,
            holds=row.id in holding,
            proof=latest.get(row.id),
        )
        for row in rows
    )


def _holding(ids: list[UUID], at: datetime) -> frozenset[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, {"ids": ids, **moment(at)})
        return frozenset(id for (id,) in cursor.fetchall())


def _facts(rows: Iterable[Relation]) -> dict[UUID, Represented]:
    """What was declared, sealed for each agent; nothing of what has ended."""
    sealed = [(row.id, row.agent_id, bytes(row.sealed)) for row in rows if row.sealed is not None]
    opened = crypto.unseal_many([(agent, data) for _id, agent, data in sealed]) if sealed else []
    return {
        id: msgspec.json.decode(data, type=Represented)
        for (id, _agent, _data), data in zip(sealed, opened, strict=True)
        if data
    }


def _proofs(ids: list[UUID], at: datetime) -> dict[UUID, ProofView]:
    """The latest proof of each."""
    day = moments.today(at)
    found: dict[UUID, ProofView] = {}
    for row in (
        Proof.objects.filter(relation_id__in=ids).order_by("added_at", "id").select_related("relation")
    ):
        kind = proofs.kind(Capacity(row.relation.capacity), row.kind, day)
        found[row.relation_id] = ProofView(
            id=row.id,
            given=ProofGiven(
                kind=row.kind,
                number=row.number,
                issued_on=row.issued_on,
                issuer=row.issuer,
                valid_until=row.valid_until,
                file_id=row.file_id,
            ),
            kind_name=kind.name if kind else row.kind,
            added_at=row.added_at,
            checked_at=row.checked_at,
            checked_by=row.checked_by,
            fault=row.fault,
        )
    return found
