"""A file on its way to a browser: never sniffed, never run, never kept by caches on the way."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponseBase

from tinhso.foundation import files
from tinhso.foundation.errors import NotFound

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})


def served(file_id: UUID, *, name: str = "", download: bool = False) -> HttpResponseBase:
    """The file. Kinds that a browser draws safely open in it, all others are saved. Raises NotFound."""
    about = files.describe([file_id]).get(file_id)
    if about is None:
        raise NotFound("")
    shown = about.media_type in SHOWN and not download
    answer = FileResponse(
        files.open(file_id),
        as_attachment=not shown,
        filename=name or about.name,
        content_type=about.media_type if about.media_type in SHOWN else "application/octet-stream",
    )
    answer["Content-Length"] = str(about.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
