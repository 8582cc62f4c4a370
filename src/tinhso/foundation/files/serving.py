"""A file on its way to a browser: never sniffed, never run, never kept by caches on the way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from tinhso.foundation.errors import NotFound
from tinhso.foundation.files import keeping, pictures

PDF = "application/pdf"
SHOWN = frozenset({PDF, "image/jpeg", "image/png", "image/webp"})


def served(file_id: UUID, *, name: str = "", download: bool = False) -> HttpResponseBase:
    """The file. Kinds that a browser draws safely open in it, all others are saved. Raises NotFound."""
    about = keeping.describe([file_id]).get(file_id)
    if about is None:
        raise NotFound(_("Không tìm thấy tệp này."))
    shown = about.media_type in SHOWN and not download
    answer = FileResponse(
        keeping.open(file_id),
        as_attachment=not shown,
        filename=name or about.name,
        content_type=about.media_type if about.media_type in SHOWN else "application/octet-stream",
    )
    answer["Content-Length"] = str(about.size)
    # Chromium's own viewer of PDF does not open in a sandbox; it runs apart from the page as it is.
    return _guarded(answer, sandboxed=about.media_type != PDF, cache="private, no-store")


def pdf(content: bytes, *, name: str) -> HttpResponse:
    """A PDF made this moment, shown in the browser; `never_cache` of the view keeps it out of caches."""
    answer = HttpResponse(content, content_type=PDF)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def pictured(file_id: UUID, *, at: datetime) -> HttpResponseBase:
    """A small picture of the file. Raises NoSuchFile when none can be made."""
    answer = HttpResponse(pictures.thumbnail(file_id, at=at), content_type="image/jpeg")
    return _guarded(answer, sandboxed=True, cache="private, max-age=600")


def _guarded(answer: HttpResponseBase, *, sandboxed: bool, cache: str) -> HttpResponseBase:
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    answer.headers["Content-Security-Policy"] = f"sandbox; {policy}" if sandboxed else policy
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = cache
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
