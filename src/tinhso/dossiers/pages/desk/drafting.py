"""What is typed into the form of an act and not sent, kept for its writer."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import QueryDict

from tinhso.dossiers.models import ActDraft
from tinhso.dossiers.pages.desk.forms import LONGEST

MOST_BOXES = 100
LONGEST_NAME = 80
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "version", "xem", "q", "tt"})


def keep(posted: QueryDict, *, dossier: UUID, officer: UUID, slug: str, at: datetime) -> bool:
    """Keep what was typed; an empty form is forgotten. Whether there was something to keep."""
    kept: dict[str, Any] = {"dossier_id": dossier, "officer": officer, "slug": slug}
    fields = _typed(posted)
    if fields:
        ActDraft.objects.update_or_create(**kept, defaults={"fields": fields, "saved_at": at})
    else:
        ActDraft.objects.filter(**kept).delete()
    return bool(fields)


def forget(*, dossier: UUID, officer: UUID, slug: str) -> None:
    """What was kept while it was written is sent now."""
    ActDraft.objects.filter(dossier_id=dossier, officer=officer, slug=slug).delete()


def _typed(posted: QueryDict) -> dict[str, str]:
    """The boxes with something in them, no more and no longer than forms have."""
    found = (
        (name, value.replace("\x00", "")[:LONGEST])
        for name, value in posted.items()
        if isinstance(value, str) and value.strip() and name not in NOT_TYPED and len(name) <= LONGEST_NAME
    )
    return dict(islice(found, MOST_BOXES))
