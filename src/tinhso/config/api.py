"""The HTTP API for machines: every room's router, errors as RFC 9457 problems."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from tinhso.config import rooms
from tinhso.foundation.access import Access, Door
from tinhso.foundation.errors import Unable

PREFIX = "api/v1/"
PROBLEM = "application/problem+json"
DOCUMENTS = frozenset({"openapi-json", "openapi-view", "api-root"})


class Orjson(BaseRenderer):
    """JSON by orjson; bytes that are JSON already go through untouched."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        """The body of an answer."""
        return data if isinstance(data, bytes) else orjson.dumps(data, default=str)


class Strict(Parser):
    """JSON as the standard says, and of it only what can be kept: no NaN, half characters or NUL."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises ValueError."""
        read = orjson.loads(request.body)
        if b"\\u0000" in request.body and _has_nul(read):
            raise ValueError("NUL")
        return read


def _has_nul(read: Any) -> bool:
    """Whether a text anywhere in JSON holds NUL, which the database cannot keep."""
    left = [read]
    while left:
        part = left.pop()
        if isinstance(part, str):
            if "\0" in part:
                return True
        elif isinstance(part, dict):
            left += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            left += part
    return False


def problem(request: HttpRequest, *, status: int, code: str, detail: str, **more: object) -> HttpResponse:
    """An RFC 9457 answer; `type` is a stable word of ours, relative to the site."""
    body = {
        "type": f"/loi/{code}",
        "title": code,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **more,
    }
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type=PROBLEM)


def _unable(request: HttpRequest, error: Any) -> HttpResponse:
    more = {"faults": error.faults} if getattr(error, "faults", None) else {}
    return problem(
        request, status=error.status, code=error.code, detail=error.message, **more, facts=error.facts
    )


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    faults = {".".join(str(part) for part in fault["loc"]): str(fault["msg"]) for fault in error.errors}
    return problem(
        request,
        status=422,
        code="malformed",
        detail=_("Yêu cầu chưa đúng dạng. Hãy sửa các trường được nêu."),
        faults=faults,
    )


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """The library's own error, such as a body that is no JSON; its English words stay out."""
    detail = _("Nội dung gửi lên không phải JSON đọc được. Hãy sửa rồi gửi lại.")
    return problem(request, status=error.status_code, code="malformed", detail=detail)


def _unkept(request: HttpRequest, error: Any) -> HttpResponse:
    """The database cannot hold what an address or a query says, such as NUL."""
    detail = _("Yêu cầu có ký tự hoặc giá trị không lưu được. Hãy sửa rồi gửi lại.")
    return problem(request, status=422, code="malformed", detail=detail)


def _too_long(request: HttpRequest, error: Any) -> HttpResponse:
    detail = _("Yêu cầu dài quá mức nhận được. Hãy gửi ngắn hơn.")
    return problem(request, status=413, code="too-long", detail=detail)


def build() -> tuple[NinjaAPI, list[URLPattern]]:
    """The API with every room's router, and its routes, each with who may ask."""
    api = NinjaAPI(
        title="Tỉnh Số",
        version="1",
        urls_namespace="api",
        renderer=Orjson(),
        parser=Strict(),
        docs_url="/docs",
    )
    api.add_exception_handler(Unable, _unable)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(RequestDataTooBig, _too_long)
    api.add_exception_handler(DataError, _unkept)
    for _room, module in rooms.with_module("rest"):
        api.add_router("", module.router)
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        opened = pattern.name in DOCUMENTS
        reason = "the description of the API holds no data" if opened else ""
        pattern.callback.access = Access(Door.ANYONE if opened else Door.MACHINE, reason=reason)  # type: ignore[attr-defined]
    return api, patterns
