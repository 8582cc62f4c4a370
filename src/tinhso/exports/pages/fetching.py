"""Fetching the file of an export; a fetch that broke off goes on where it stopped (RFC 9110, ranges)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from tinhso.exports.operations import taking
from tinhso.foundation import access, files, moments
from tinhso.identity import api as identity

PIECE = 256 * 1024
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@access.officer("exports.download")
@require_safe
def fetch(request: HttpRequest, export: UUID) -> HttpResponseBase:
    """The file, or the part of it that was asked for."""
    actor, at = identity.actor_of(request), moments.now()
    given = request.headers.get("Range", "")
    stored = taking.fetched(
        export, by=actor, at=at, whole=not given.startswith("bytes=") or given.startswith("bytes=0-")
    )
    tag = f'"{stored.sha256}"'
    asked = RANGE.fullmatch(given) if _still(request, tag) else None
    part = _part(asked, stored.size) if asked else None
    if asked and part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    source = files.open(stored.id)
    answer: HttpResponseBase
    if part is None:
        answer = FileResponse(source, as_attachment=True, filename=stored.name)
        answer.headers["Content-Length"] = str(stored.size)
    else:
        begin, end = part
        answer = StreamingHttpResponse(_pieces(source, begin, end), status=206)
        answer.headers["Content-Range"] = f"bytes {begin}-{end}/{stored.size}"
        answer.headers["Content-Length"] = str(end - begin + 1)
    answer.headers["Content-Type"] = "application/octet-stream"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _still(request: HttpRequest, tag: str) -> bool:
    """Whether a part may be given: the bytes are those that the asker has the beginning of."""
    return request.headers.get("If-Range", tag) == tag


def _part(asked: re.Match[str], size: int) -> tuple[int, int] | None:
    """First and last byte asked for; None when there are none."""
    first, last = asked.groups()
    if not first:
        begin, end = (max(0, size - int(last)), size - 1) if last and int(last) else (size, size)
    else:
        begin, end = int(first), min(int(last) if last else size - 1, size - 1)
    return (begin, end) if begin <= end < size else None


def _pieces(source: BinaryIO, begin: int, end: int) -> Iterator[bytes]:
    with source:
        source.seek(begin)
        left = end - begin + 1
        while left and (piece := source.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
