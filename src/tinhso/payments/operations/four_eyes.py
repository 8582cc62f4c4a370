"""Of two who must be two: neither the officer nor the one by whose post they act may be the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import api as identity


def apart(by: ActorRef, act: str, on: SubjectRef, others: Iterable[UUID | None], *, at: datetime) -> bool:
    """Whether whoever does the act is none of the others, nor stands in for one of them while doing it: an
    officer away from the desk does not agree to their own proposal through the deputy they named."""
    acting = identity.acting_as(by, act, on, at) or by
    return not ({acting.id, acting.on_behalf_of} - {None}) & set(others)
