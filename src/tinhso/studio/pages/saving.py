"""Where an editor saves a part: JSON in, JSON out, and a clash that loses nothing."""

from __future__ import annotations

from uuid import UUID

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tinhso.foundation import access
from tinhso.foundation.errors import Invalid
from tinhso.studio import parts, shapes
from tinhso.studio.contracts import Clash
from tinhso.studio.operations import drafts
from tinhso.studio.pages.visiting import WORDS, told, visit
from tinhso.studio.queries import drafts as reading

LARGEST = 4_000_000
PARTS = {word: part for part, word in WORDS.items()}


@never_cache
@access.officer("studio.write")
@require_POST
def save(request: HttpRequest, draft_id: UUID, word: str) -> HttpResponse:
    """`{seen, body}` saved; answers `{revision, body, problems}`, or 409 `{title, places, kept, current}`."""
    here, part = visit(request, draft_id), PARTS[word]
    seen, body = _sent(request)
    with transaction.atomic():
        try:
            revision, kept = drafts.save(
                draft_id=draft_id, part=part, body=body, seen=seen, by=here.actor, at=here.at
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


def _sent(request: HttpRequest) -> tuple[int, dict[str, object]]:
    if len(request.body) > LARGEST:
        raise Invalid(_("Phần này quá lớn (trên 4 MB). Hãy bỏ bớt rồi lưu lại."))
    try:
        sent = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("body"), dict):
        raise Invalid(_("Trình duyệt gửi thiếu nội dung. Hãy tải lại trang rồi sửa tiếp."))
    seen = sent.get("seen")
    return seen if isinstance(seen, int) else 0, sent["body"]
