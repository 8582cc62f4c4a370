"""How each officer likes the desk: kept per person, whichever computer they sit at."""

from __future__ import annotations

from django.http import HttpRequest

from tinhso.dossiers.models import DeskPreference
from tinhso.foundation.refs import ActorKind
from tinhso.identity import api as identity

_READ = "_desk_preference"


class OfOfficer:
    """Answers `ui.preference_store` from our table; one query a request."""

    def read(self, request: HttpRequest) -> str | None:
        """The officer's words; None for others, and for one who chose nothing yet."""
        actor = identity.actor_of(request)
        if actor.kind is not ActorKind.OFFICER or actor.id is None:
            return None
        if not hasattr(request, _READ):
            rows = DeskPreference.objects.filter(officer=actor.id)
            setattr(request, _READ, rows.values_list("words", flat=True).first())
        found: str | None = getattr(request, _READ)
        return found

    def write(self, request: HttpRequest, words: str) -> None:
        """Keep the officer's words; nobody else has any."""
        actor = identity.actor_of(request)
        if actor.kind is ActorKind.OFFICER and actor.id is not None:
            DeskPreference.objects.update_or_create(officer=actor.id, defaults={"words": words})
            setattr(request, _READ, words)
