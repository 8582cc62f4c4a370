"""The history of an agreement: one step after another, each bound to the one before by its digest."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import orjson

from tinhso.exchange.models import Agreement, Transition
from tinhso.exchange.open_work import open_work
from tinhso.exchange.operations.lives import Step
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef

START = "0" * 64


def write(
    agreement: Agreement, step: Step, *, before: str, ground: str = "", by: ActorRef, at: datetime
) -> Transition:
    """Write a step down within the caller's act, which holds the agreement's row."""
    last = Transition.objects.filter(agreement=agreement).order_by("-number").first()
    row = Transition(
        id=new_id(),
        agreement=agreement,
        number=last.number + 1 if last else 1,
        kind=step,
        at=at,
        actor_id=by.id,
        actor_name=by.name,
        on_behalf_of=by.on_behalf_of,
        ground=ground,
        before=before,
        after=agreement.status,
        terms_revision=agreement.terms.revision if agreement.terms else 0,
        conditions_revision=agreement.conditions_accepted,
    )
    row.digest = digest(last.digest if last else START, row)
    row.save(force_insert=True)
    open_work.changed()
    return row


def digest(before: str, row: Transition) -> str:
    """SHA-256 (hex) of the digest before and the step's facts as `facts` gives them."""
    return hashlib.sha256(before.encode() + b"\n" + orjson.dumps(facts(row))).hexdigest()


def facts(row: Transition) -> dict[str, object]:
    """A step as it is exported, in this order."""
    return {
        "number": row.number,
        "kind": str(row.kind),
        "at": row.at.astimezone(UTC).isoformat(),
        "actor": _text(row.actor_id),
        "name": row.actor_name,
        "on_behalf_of": _text(row.on_behalf_of),
        "ground": row.ground,
        "before": str(row.before),
        "after": str(row.after),
        "terms": row.terms_revision,
        "conditions": row.conditions_revision,
    }


def whole(agreement_id: UUID) -> bool:
    """Whether no step was changed, left out or put in."""
    before = START
    for place, row in enumerate(Transition.objects.filter(agreement=agreement_id).order_by("number"), 1):
        if row.number != place or row.digest != digest(before, row):
            return False
        before = row.digest
    return True


def _text(id: UUID | None) -> str:
    return str(id) if id else ""
