"""What is typed into the form of an act and not sent, kept for its writer."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpRequest, QueryDict

from tinhso.dossiers.models import ActDraft
from tinhso.dossiers.pages.desk.forms import LONGEST
from tinhso.dossiers.pages.desk.visiting import came_from

MOST_BOXES = 100
LONGEST_NAME = 80
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "version"})


def keep(request: HttpRequest, *, dossier: UUID, officer: UUID, slug: str, at: datetime) -> bool:
    """Keep what was typed; an empty form is forgotten. Whether there was something to keep.

    What leads back to the list is not typed.
    """
    kept: dict[str, Any] = {"dossier_id": dossier, "officer": officer, "slug": slug}
    beside = {name for name, _value in parse_qsl(came_from(request).query)}
    fields = _typed(request.POST, not_typed=NOT_TYPED | beside)
    if fields:
        ActDraft.objects.update_or_create(**kept, defaults={"fields": fields, "saved_at": at})
    else:
        ActDraft.objects.filter(**kept).delete()
    return bool(fields)


def forget(*, dossier: UUID, officer: UUID, slug: str) -> None:
    """What was kept while it was written is sent now."""
    ActDraft.objects.filter(dossier_id=dossier, officer=officer, slug=slug).delete()


def _typed(posted: QueryDict, *, not_typed: frozenset[str]) -> dict[str, str]:
    """The boxes with something in them, no more and no longer than forms have."""
    found = (
        (name, value.replace("\x00", "")[:LONGEST])
        for name, value in posted.items()
        if isinstance(value, str) and value.strip() and name not in not_typed and len(name) <= LONGEST_NAME
    )
    return dict(islice(found, MOST_BOXES))
