"""Who else has a dossier open: shown, never a lock."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from tinhso.dossiers.models import Presence
from tinhso.foundation.refs import ActorRef

FRESH = timedelta(minutes=2)


def seen(dossier_id: UUID, *, by: ActorRef, at: datetime, writing: bool | None = False) -> list[Presence]:
    """Note that the officer has it open, and give the others who do. Two queries.

    `writing` None leaves as it was whether a form is open.
    """
    if by.id is None:
        return []
    Presence.objects.bulk_create(
        [Presence(dossier_id=dossier_id, officer=by.id, name=by.name, seen_at=at, writing=bool(writing))],
        update_conflicts=True,
        unique_fields=["dossier", "officer"],
        update_fields=["seen_at", "name"] if writing is None else ["seen_at", "name", "writing"],
    )
    fresh = Presence.objects.filter(dossier_id=dossier_id, seen_at__gte=at - FRESH)
    return list(fresh.exclude(officer=by.id).order_by("name"))
