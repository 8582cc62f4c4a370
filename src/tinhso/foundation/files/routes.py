"""Addresses of files: `/tep/…` for persons, `/can-bo/tep/…` for officers; the same views behind two doors.

Uploads are protected against forged requests by Django's own middleware: the page's token comes in the
header X-CSRFToken, and no view is exempt.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from tinhso.foundation import access, moments
from tinhso.foundation.files import keeping, kinds, pictures, tus
from tinhso.foundation.files.seeing import shown, visitors

View = Callable[..., HttpResponseBase]
INLINE = {kinds.PDF, kinds.JPEG, kinds.PNG}
ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
SANDBOX = f"sandbox; {ALONE}"


@require_safe
def file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The file's bytes, shown in the page or (`?tai`, and kinds no browser shows safely) downloaded."""
    found = shown(file_id, by=visitors()(request), at=moments.now())
    download = "tai" in request.GET or found.media_type not in INLINE
    answer = FileResponse(
        keeping.open(found.id), as_attachment=download, filename=found.name, content_type=found.media_type
    )
    # Chromium's own PDF viewer does not open in a sandbox; it runs apart from the page as it is.
    policy = ALONE if found.media_type == kinds.PDF else SANDBOX
    return _guarded(answer, policy=policy, cache="private, no-store")


@require_safe
def picture(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A small picture of the file."""
    at = moments.now()
    found = shown(file_id, by=visitors()(request), at=at)
    answer = HttpResponse(pictures.thumbnail(found.id, at=at), content_type="image/jpeg")
    return _guarded(answer, policy=SANDBOX, cache="private, max-age=600")


def _guarded(answer: HttpResponseBase, *, policy: str, cache: str) -> HttpResponseBase:
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = cache
    return answer


def _behind(door: Callable[[View], View], view: View) -> View:
    @wraps(view)
    def opened(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        return view(request, **arguments)

    return door(opened)


def _patterns(prefix: str, name: str, door: Callable[[View], View]) -> list[URLPattern]:
    return [
        path(f"{prefix}gui/", _behind(door, tus.collection), name=f"{name}-uploads"),
        path(f"{prefix}gui/<uuid:upload_id>/", _behind(door, tus.one), name=f"{name}-upload"),
        path(f"{prefix}gui/<uuid:upload_id>/xong/", _behind(door, tus.finish), name=f"{name}-finish"),
        path(f"{prefix}<uuid:file_id>/", _behind(door, file), name=f"{name}-file"),
        path(f"{prefix}<uuid:file_id>/anh.jpg", _behind(door, picture), name=f"{name}-picture"),
    ]


urlpatterns = [
    *_patterns("tep/", "files", access.person()),
    *_patterns("can-bo/tep/", "desk-files", access.officer()),
]
