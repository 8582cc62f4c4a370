"""Who is signed in, for every template: `officer` or `person`, each with `full_name`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tinhso.foundation.refs import ActorKind
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
    return context
