"""The trace of looks: every deliberate look at one person; every list once, with its query and count."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote_plus, unquote_plus
from uuid import UUID

from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.foundation.text import mask
from tinhso.identity.models import Look

NUMBER = re.compile(
    r"(?P<ours>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\bH[0-9]{2}[0-9.]*-[0-9]{6}-[0-9]{4,}\b)"
    r"|\d(?:[\s.,()/–-]*\d){8,}",
    re.IGNORECASE,
)
"""Phones and personal ids in any grouping; `ours` are our own ids and dossier codes."""


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
    """Trace a list of many people's data: the query, and how many rows it gave.

    Phones and personal ids searched for are kept by their last three digits only: the trace is no register.
    """
    Look.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        unit_id=actor.unit,
        purpose=purpose,
        query=masked_query(query),
        count=count,
    )


def masked_query(query: str) -> str:
    """A list's address with phones and personal ids cut down to their last three digits."""
    return "&".join(_masked(part) for part in query.split("&"))


def _masked(part: str) -> str:
    """One name and value of an address; written anew only when a number stands in it."""
    name, equals, value = part.rpartition("=")
    plain = unquote_plus(value)
    hidden = NUMBER.sub(_hidden, plain)
    return part if hidden == plain else name + equals + quote_plus(hidden).replace(quote_plus("•"), "•")


def _hidden(found: re.Match[str]) -> str:
    if found["ours"]:
        return found[0]
    return mask("".join(letter for letter in found[0] if letter.isdigit()))
