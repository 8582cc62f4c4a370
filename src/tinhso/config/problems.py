"""What fails under the API's address before or after its own code is an RFC 9457 problem all the same."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from tinhso.config import api

KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class Problems:
    """Tells machines in JSON what people are told on a page: no such address, a method that is not taken,
    a fault of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        a_page = answer.headers.get("Content-Type", "").startswith("text/")
        if answer.status_code < 400 or not a_page or not request.path_info.startswith(f"/{api.PREFIX}"):
            return answer
        code, detail = _said(answer.status_code)
        told = api.problem(request, status=answer.status_code, code=code, detail=detail)
        for name in KEPT:
            if name in answer.headers:
                told[name] = answer[name]
        return told


def _said(status: int) -> tuple[str, str]:
    if status == 404:
        return "not-found", _("API không có địa chỉ này. Xem các địa chỉ ở /api/v1/docs.")
    if status == 405:
        return "not-allowed", _("Địa chỉ này không nhận cách gọi đó. Xem các cách gọi ở /api/v1/docs.")
    if status >= 500:
        return "fault", _("Hệ thống gặp lỗi. Hãy gửi lại sau ít phút, với cùng Idempotency-Key nếu có.")
    return "refused", _("Yêu cầu này không được nhận. Xem cách gọi ở /api/v1/docs.")
