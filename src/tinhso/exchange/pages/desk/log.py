"""The message log for those who run the exchange: search, one message with its evidence, verification."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.exchange.keeping import checking, condition, export, loading, places, search
from tinhso.exchange.keeping.search import Found
from tinhso.exchange.operations import opening
from tinhso.exchange.pages.desk import log_words as words
from tinhso.exchange.queries import agreements
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.identity import api as identity
from tinhso.ui.api import paging

HOME = "/can-bo/truc/nhat-ky/"
REASON = re.compile(r"^tinhso-reason:(.*?)\r?$", re.IGNORECASE | re.MULTILINE)
"""The header by which the asker says why, percent-encoded."""
SHOWN_BYTES = 64 * 1024
MOST_UPLOADED = 256 * 1024 * 1024


@never_cache
@access.officer("exchange.read_log")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Messages by any of their identifiers, newest first. Six queries whatever the size of the log."""
    actor, at = identity.actor_of(request), moments.now()
    asked = words.asked(request.GET)
    found = search.page(asked.wanted, after=paging.before(request))
    given = {name: value for name, value in request.GET.items() if value and name != paging.KEY}
    if found.rows:
        identity.look_at_list(
            actor,
            query=urlencode(given),
            count=len(found.rows),
            purpose=_("Tra nhật ký trục chia sẻ"),
            at=at,
        )
    facts = {
        "title": _("Nhật ký trục chia sẻ"),
        "rows": [_row(one) for one in found.rows],
        "values": {
            name.replace("-", "_"): request.GET.get(name, "") for name in (*words.FIELDS, "tu", "den")
        },
        "sides": [
            {"value": value, "text": text, "selected": request.GET.get("ben", "") == value}
            for value, text in (
                ("", _("Cả hai bên")),
                ("client", _("Bên hỏi")),
                ("service", _("Bên trả lời")),
            )
        ],
        "faults": asked.faults,
        "given": asked.given,
        "stamping": words.stamping(condition.read(), at),
        "next": paging.following(HOME, found.next, kept=given),
        "export": f"{HOME}xuat/?{urlencode(given)}" if asked.given and found.rows else "",
    }
    return render(request, "exchange/desk/log.html", facts)


def _row(found: Found) -> dict[str, Any]:
    return {"one": found, "kind": words.kind(found), "proof": words.proof(found), "mode": words.mode(found)}


@never_cache
@access.officer("exchange.read_log")
@require_safe
def one(request: HttpRequest, id: UUID) -> HttpResponse:
    """A message: what is known of it, what it proves, and the others of its exchange. Never its content."""
    return _one(request, _found(request, id))


def _found(request: HttpRequest, id: UUID) -> Found:
    found = search.one(id)
    if found is None:
        raise NotFound(_("Không có thông điệp này trong nhật ký."))
    identity.look_at_list(
        identity.actor_of(request),
        query=str(id),
        count=1,
        purpose=_("Tra nhật ký trục chia sẻ"),
        at=moments.now(),
    )
    return found


def _one(request: HttpRequest, found: Found, *, status: int = 200, **more: Any) -> HttpResponse:
    facts = {
        **_row(found),
        "title": _("Thông điệp %(id)s") % {"id": found.message_id},
        "others": [_row(other) for other in search.pair(found) if other.id != found.id],
        "stamped": found.stamped_at,
        "agreement": agreements.number_of(found.agreement_id) if found.agreement_id else "",
        **more,
    }
    return render(request, "exchange/desk/log_message.html", facts, status=status)


@never_cache
@access.officer("exchange.open_message")
@require_POST
def content(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The content of a message, for a reason that is kept."""
    return _opened(request, id, "ly-do", lambda found: _content(request, found))


def _content(request: HttpRequest, found: Found) -> HttpResponse:
    kept = loading.one(found.id, places.spool())
    body = loading.text_of(found.id, places.spool(), SHOWN_BYTES)
    head = kept.head.decode("utf-8", "replace") if kept else ""
    reason = REASON.search(head)
    return _one(
        request,
        found,
        head=head,
        said=unquote(reason[1]) if reason else "",
        body=None if body is None else body.decode("utf-8", "replace"),
        cut=found.size > SHOWN_BYTES,
    )


@never_cache
@access.officer("exchange.open_message")
@require_POST
def container(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The message with its evidence as an ASiC-E container."""

    def send(found: Found) -> HttpResponseBase:
        file, name = export.container(found.id, places.spool())
        return _guarded(FileResponse(file, as_attachment=True, filename=name, content_type=export.ASIC))

    return _opened(request, id, "ly-do-tai", send)


def _opened(
    request: HttpRequest, id: UUID, field: str, show: Callable[[Found], HttpResponseBase]
) -> HttpResponseBase:
    found = _found(request, id)
    reason = request.POST.get("ly-do", "")
    try:
        opening.opened(found, reason=reason, by=identity.actor_of(request), at=moments.now())
        return show(found)
    except Invalid as refusal:
        links = [(field, refusal.message)]
        return _one(request, found, status=422, fault=refusal.message, of=field, links=links, typed=reason)


@never_cache
@access.officer("exchange.open_message")
@require_http_methods(["GET", "HEAD", "POST"])
def exported(request: HttpRequest) -> HttpResponseBase:
    """All messages that the address asks for, as one ZIP of containers."""
    asked = words.asked(request.GET)
    facts: dict[str, Any] = {"title": _("Xuất bằng chứng"), "query": request.GET.urlencode(), "fault": ""}
    if request.method == "POST":
        try:
            opening.exported(
                asked.wanted,
                reason=request.POST.get("ly-do", ""),
                by=identity.actor_of(request),
                at=moments.now(),
            )
        except Invalid as refusal:
            facts |= {"fault": refusal.message, "links": [("ly-do", refusal.message)]}
            return render(request, "exchange/desk/log_export.html", facts, status=422)
        pieces = export.zipped(search.identifiers(asked.wanted), places.spool())
        answer = StreamingHttpResponse(pieces, content_type="application/zip")
        answer.headers["Content-Disposition"] = 'attachment; filename="bang-chung.zip"'
        return _guarded(answer)
    return render(request, "exchange/desk/log_export.html", facts)


@never_cache
@access.officer("exchange.read_log")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a container or an archive file that somebody has; it is not kept."""
    facts: dict[str, Any] = {"title": _("Kiểm tra bằng chứng"), "report": None, "fault": ""}
    given = request.FILES.get("tep")
    if request.method == "POST":
        if given is None or isinstance(given, list) or not given.size:
            facts["fault"] = _("Chọn tệp .asice hoặc tệp lưu trữ .zip.")
        elif given.size > MOST_UPLOADED:
            facts["fault"] = _("Tệp quá lớn. Hãy dùng lệnh «tinhso exchange verify».")
        else:
            facts["report"] = _checked(given)
            facts["name"] = given.name
        facts["links"] = [("tep", facts["fault"])] if facts["fault"] else []
    return render(request, "exchange/desk/log_verify.html", facts, status=422 if facts["fault"] else 200)


def _checked(given: UploadedFile) -> checking.Checked:
    day = moments.today(moments.now())
    if isinstance(given, TemporaryUploadedFile):
        return checking.file(Path(given.temporary_file_path()), on=day, previous=None)
    return checking.content(given.read(), on=day, previous=None)


def _guarded(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
