"""The trace of looks: every deliberate look at one person; every list once, with its query and count."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.identity.models import Look


def look(
    actor: ActorRef,
    person_id: UUID,
    purpose: str,
    subject: SubjectRef | None,
    at: datetime,
    *,
    shown_from: datetime | None = None,
) -> None:
    """Trace a look at one person's data. `purpose` is a Vietnamese sentence that the person will read.

    People looking at themselves leave no trace. `shown_from` delays what the person sees, where a dated
    legal rule says so.
    """
    if actor.kind is ActorKind.PERSON and actor.id == person_id:
        return
    Look.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        unit_id=actor.unit,
        person_id=person_id,
        purpose=purpose,
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else None,
        shown_from=shown_from,
    )


def look_at_list(actor: ActorRef, *, query: str, count: int, purpose: str, at: datetime) -> None:
    """Trace a list of many people's data: the query as asked, and how many rows it gave."""
    Look.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        unit_id=actor.unit,
        purpose=purpose,
        query=query,
        count=count,
    )
