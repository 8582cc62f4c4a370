"""The short way for machines: a token or a signed notice needs no session, language, form guard or page
policy."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLResolver, get_resolver

from tinhso.config import readable
from tinhso.config.api import PREFIX
from tinhso.identity.middleware import Doors, Visiting
from tinhso.identity.visiting import STRANGER

Handler = Callable[[HttpRequest], HttpResponseBase]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Language": settings.LANGUAGE_CODE,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


NOTICES = "/goi-lai/"
"""Where banks, providers and carriers tell what happened; each notice is signed, its door open to anyone."""


class Machines:
    """Answers requests to the API that show a token, and signed notices, by the same doors as all others but
    nothing else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._doors = Doors(get_response)
        self._guarded = cast(Handler, convert_exception_to_response(self._answer))
        self._visit = Visiting(self._guarded)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        shown = request.META.get("HTTP_AUTHORIZATION", "")
        if request.path_info.startswith(NOTICES):
            request.visitor = STRANGER  # type: ignore[attr-defined]
            answer = readable.refused(request) or self._guarded(request)
        elif request.path_info.startswith(f"/{PREFIX}") and shown[:7].lower() == "bearer ":
            answer = readable.refused(request) or self._visit(request)
        else:
            return self.get_response(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if isinstance(answer, HttpResponse):
            answer.headers.setdefault("Content-Length", str(len(answer.content)))
        return answer

    @cached_property
    def _resolver(self) -> URLResolver:
        return get_resolver()

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        match = request.resolver_match = self._resolver.resolve(request.path_info)
        refused = self._doors.process_view(request, match.func, match.args, match.kwargs)
        if refused is not None:
            return refused
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer
