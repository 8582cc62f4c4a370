"""NUL stays outside, since the database cannot keep it: an address with it is refused, a form loses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from tinhso.config import api
from tinhso.ui.pages import errors

NUL = "\0"


class Readable:
    """Answers 400 to NUL in the address, and takes it out of forms, where it may come by pasting.

    Stands after the check of forged requests, which reads the form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return refused(request) or self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Always lets the request go on."""
        if request.method == "POST" and isinstance(request, WSGIRequest) and _holds(request.POST):
            request.POST = _without(request.POST)  # type: ignore[assignment]  # the stub's immutable kind
        return None


def _holds(fields: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in fields.lists())


def _without(fields: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name, values in fields.lists():
        kept.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    kept._mutable = False
    return kept


def refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to an address with NUL; None for any other."""
    if NUL not in request.path and not _holds(request.GET):
        return None
    if request.path.startswith(f"/{api.PREFIX}"):
        detail = _("Địa chỉ có ký tự không đọc được. Hãy sửa rồi gửi lại.")
        return api.problem(request, status=400, code="malformed", detail=detail)
    return errors.page(request, 400)
