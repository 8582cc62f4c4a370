"""Requests that hold NUL are refused at the door: no person types it, and the database cannot keep it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from tinhso.config import api
from tinhso.ui.pages import errors

NUL = "\0"


class Readable:
    """Answers 400 to NUL in the address or in a form. Stands after the check of forged requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if NUL in request.path or _holds(request.GET):
            return _refused(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None lets the request go on; the form was read before, by the check of forged requests."""
        return _refused(request) if request.method == "POST" and _holds(request.POST) else None


def _holds(fields: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in fields.lists())


def _refused(request: HttpRequest) -> HttpResponseBase:
    if request.path.startswith(f"/{api.PREFIX}"):
        detail = _("Địa chỉ có ký tự không đọc được. Hãy sửa rồi gửi lại.")
        return api.problem(request, status=400, code="malformed", detail=detail)
    return errors.page(request, 400)
