"""Where an editor saves a part: JSON in, JSON out, and a clash that loses nothing."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tinhso.foundation import access
from tinhso.studio import parts
from tinhso.studio.bodies import shapes
from tinhso.studio.contracts import Clash
from tinhso.studio.operations import drafts
from tinhso.studio.pages.posting import posted
from tinhso.studio.pages.visiting import WORDS, told, visit
from tinhso.studio.queries import drafts as reading

PARTS = {word: part for part, word in WORDS.items()}


@never_cache
@access.officer("studio.write")
@require_POST
def save(request: HttpRequest, draft_id: UUID, word: str) -> HttpResponse:
    """`{seen, body}` saved; answers `{revision, body, problems}`, or 409 `{title, places, kept, current}`."""
    here, part = visit(request, draft_id), PARTS[word]
    sent = posted(request, body=dict)
    seen = sent["seen"] if isinstance(sent.get("seen"), int) else 0
    with transaction.atomic():
        try:
            revision, kept = drafts.save(
                draft_id=draft_id,
                part=part,
                body=sent["body"],
                seen=seen,
                by=here.actor,
                at=here.at,
            )
        except Clash as clash:
            answer = {"title": clash.message, "places": clash.places, "kept": str(clash.kept)}
            return JsonResponse({**answer, "current": clash.current}, status=409)
        try:
            parts.KINDS[part].say(kept)
            found = told(reading.draft(draft_id), part)
        except shapes.STRANGE as fault:
            raise shapes.unreadable(fault) from None
    return JsonResponse({"revision": revision, "body": kept, "problems": found})
