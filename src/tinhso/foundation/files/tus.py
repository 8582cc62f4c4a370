"""The tus 1.0 protocol over uploads: creation, creation with upload, termination, checksum, expiration."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.files import receiving, uploads
from tinhso.foundation.files.contracts import OffsetMismatch
from tinhso.foundation.files.seeing import visitors

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
OCTETS = "application/offset+octet-stream"
MOST_DIGITS = 15

View = Callable[..., HttpResponse]


class WrongVersion(Invalid):
    """A client of another version of the protocol."""

    code = "tus-version"
    status = 412


class WrongType(Invalid):
    """A piece that does not say that it is one."""

    code = "tus-content-type"
    status = 415


def spoken(view: View) -> View:
    """A view whose answers and errors are the protocol's."""

    @wraps(view)
    def speak(request: HttpRequest, **arguments: UUID) -> HttpResponse:
        try:
            answer = view(request, **arguments)
        except Unable as error:
            answer = problem(error)
        answer.headers["Tus-Resumable"] = VERSION
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return speak


def problem(error: Unable) -> JsonResponse:
    """An error for the script on the page (RFC 9457); its sentence stands on the file."""
    answer = JsonResponse(
        {"type": error.code, "title": error.message, "status": error.status},
        status=error.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    if isinstance(error, WrongVersion):
        answer.headers["Tus-Version"] = VERSION
    if isinstance(error, OffsetMismatch):
        answer.headers["Upload-Offset"] = str(error.facts["offset"])
    return answer


@spoken
def collection(request: HttpRequest) -> HttpResponse:
    """OPTIONS says what is offered; POST begins an upload."""
    at = moments.now()
    if request.method == "OPTIONS":
        return HttpResponse(
            status=204,
            headers={
                "Tus-Version": VERSION,
                "Tus-Extension": EXTENSIONS,
                "Tus-Max-Size": str(receiving.limits(at=at).size),
                "Tus-Checksum-Algorithm": ",".join(sorted(uploads.CHECKSUMS)),
            },
        )
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "OPTIONS, POST"})
    _ask_version(request)
    by = visitors()(request)
    told = _metadata(request)
    begun = uploads.begin(
        name=told.get("filename", ""),
        purpose=told.get("purpose", ""),
        size=_number(request, "Upload-Length"),
        by=by,
        at=at,
    )
    offset = 0
    if request.content_type == OCTETS:
        offset = uploads.write(begun.id, offset=0, source=request, by=by, at=at, checksum=_checksum(request))
    return HttpResponse(
        status=201,
        headers={
            "Location": f"{request.path}{begun.id}/",
            "Upload-Offset": str(offset),
            "Upload-Expires": _http_date(begun.expires_at),
        },
    )


@spoken
def one(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """HEAD says how far an upload is, PATCH appends to it, DELETE takes it back."""
    method = request.method or ""
    if method == "POST":
        method = request.headers.get("X-HTTP-Method-Override", "")
    act = {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}.get(method)
    if act is None:
        return HttpResponse(status=405, headers={"Allow": "HEAD, PATCH, DELETE"})
    _ask_version(request)
    return act(request, upload_id, moments.now())


@spoken
def finish(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """POST has a whole upload checked and kept; the same answer when asked again."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    kept = uploads.finish(upload_id, by=visitors()(request), at=moments.now())
    return JsonResponse(
        {"id": str(kept.id), "name": kept.name, "size": kept.size, "media_type": kept.media_type},
        json_dumps_params={"ensure_ascii": False},
    )


def _head(request: HttpRequest, upload_id: UUID, at: datetime) -> HttpResponse:
    found = uploads.find(upload_id, by=visitors()(request), at=at)
    return HttpResponse(
        headers={
            "Upload-Offset": str(found.received),
            "Upload-Length": str(found.size),
            "Upload-Expires": _http_date(found.expires_at),
        }
    )


def _patch(request: HttpRequest, upload_id: UUID, at: datetime) -> HttpResponse:
    if request.content_type != OCTETS:
        raise WrongType(_("Phần tệp phải gửi kiểu %(type)s.") % {"type": OCTETS})
    by = visitors()(request)
    offset = uploads.write(
        upload_id,
        offset=_number(request, "Upload-Offset"),
        source=request,
        by=by,
        at=at,
        checksum=_checksum(request),
    )
    found = uploads.find(upload_id, by=by, at=at)
    headers = {"Upload-Offset": str(offset), "Upload-Expires": _http_date(found.expires_at)}
    return HttpResponse(status=204, headers=headers)


def _delete(request: HttpRequest, upload_id: UUID, at: datetime) -> HttpResponse:
    uploads.withdraw(upload_id, by=visitors()(request), at=at)
    return HttpResponse(status=204)


def _ask_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongVersion(_("Chỉ nhận giao thức tus %(version)s.") % {"version": VERSION})


def _number(request: HttpRequest, header: str) -> int:
    raw = request.headers.get(header, "")
    if not (raw.isascii() and raw.isdigit() and len(raw) <= MOST_DIGITS):
        raise Invalid(_("Thiếu hoặc sai tiêu đề %(header)s.") % {"header": header})
    return int(raw)


def _checksum(request: HttpRequest) -> str:
    return request.headers.get("Upload-Checksum", "")


def _metadata(request: HttpRequest) -> dict[str, str]:
    """`key base64, key base64`; what cannot be read is left out."""
    found: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, encoded = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
