"""For whom a person may speak: themselves, and the organisations they represent on that day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.foundation import moments
from tinhso.foundation.refs import OwnerRef
from tinhso.identity.models import Representation


def speaks_for(person_id: UUID, owner: OwnerRef, at: datetime) -> bool:
    """Whether what belongs to `owner` is this person's to see and to do."""
    if owner.kind == "person":
        return owner.id == person_id
    return (
        owner.kind == "organisation"
        and Representation.objects.filter(
            person_id=person_id, organisation_id=owner.id, period__contains=moments.today(at)
        ).exists()
    )
