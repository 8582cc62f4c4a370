"""Who is signed in, for every template: `officer` or `person`, each with `full_name`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tinhso.foundation import moments
from tinhso.foundation.refs import ActorKind
from tinhso.identity import limits
from tinhso.identity.contracts import Visitor
from tinhso.identity.visiting import visitor_of


def visitor(request: HttpRequest) -> dict[str, Any]:
    """Adds `visitor`, and `officer` or `person` when one is signed in. No query."""
    found = visitor_of(request)
    shown = {"id": found.actor.id, "full_name": found.actor.name}
    context: dict[str, Any] = {"visitor": found}
    if found.actor.kind is ActorKind.OFFICER:
        context["officer"] = shown
    elif found.actor.kind is ActorKind.PERSON:
        context["person"] = shown
        context["session"] = _session(found)
    return context


def _session(visitor: Visitor) -> dict[str, int]:
    """What a page needs to warn before the sign-in ends, in seconds; `minutes` are those of a whole wait."""
    at = moments.now()
    idle = int(limits.minutes("session_idle_person", at).total_seconds())
    ends = visitor.ends_at
    return {
        "left": int((ends - at).total_seconds()) if ends else idle,
        "idle": idle,
        "warn": int(limits.minutes("session_warning_person", at).total_seconds()),
        "minutes": idle // 60,
    }
