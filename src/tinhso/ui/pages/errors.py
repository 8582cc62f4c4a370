"""Pages for when something is in the way: each says what happened, what is safe, what to do."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Unable

logger = logging.getLogger("tinhso.errors")

# Read out over the phone without mistaking one for another: no vowels, no D beside T, no S beside X.
LETTERS = "BCGHKLMNPRTV"


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says."""

    title: str
    sentences: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = field(default=())


def _words(status: int, *, desk: bool) -> Words:
    home = ("/can-bo/", _("Việc của tôi")) if desk else ("/", _("Trang đầu"))
    search = () if desk else (("/thu-tuc/", _("Tìm thủ tục")), ("/tra-cuu/", _("Tra cứu hồ sơ")))
    if status == 403:
        return Words(
            _("Tài khoản này không mở được trang"),
            (
                _("Trang này dành cho người được giao việc. Không có gì bị mất."),
                _("Nếu cần vào, hãy đăng nhập bằng tài khoản khác hoặc hỏi người quản trị của cơ quan."),
            ),
            (home, ("/dang-nhap/", _("Đăng nhập"))),
        )
    if status == 404:
        return Words(
            _("Không thấy trang này"),
            (
                _("Địa chỉ có thể đã đổi hoặc gõ thiếu. Hồ sơ và phần đã lưu vẫn còn."),
                _("Hãy kiểm tra lại địa chỉ, hoặc tìm từ trang đầu."),
            ),
            (home, *search),
        )
    if status == 409:
        return Words(
            _("Nội dung đã đổi từ lúc mở trang"),
            (_("Có người vừa thay đổi nội dung này. Hãy mở lại để xem bản mới rồi làm tiếp."),),
        )
    if status == 429:
        return Words(
            _("Hãy chờ một lát rồi thử lại"),
            (
                _("Có quá nhiều lần thử trong thời gian ngắn. Phần đã lưu vẫn còn."),
                _("Hãy chờ 15 phút rồi thử lại."),
            ),
            (home,),
        )
    if status == 503:
        return Words(
            _("Trang tạm nghỉ"),
            (
                _("Hồ sơ đã gửi và phần đã lưu vẫn còn nguyên."),
                _("Hãy thử lại sau ít phút. Việc gấp, hãy gọi 1022."),
            ),
        )
    if status == 400:
        return Words(
            _("Chưa nhận được trang vừa gửi"),
            (
                _("Trang có thể đã mở quá lâu. Phần đã lưu trước đó vẫn còn."),
                _("Hãy quay lại, tải lại trang rồi gửi lần nữa."),
            ),
            (home,),
        )
    return Words(
        _("Hệ thống gặp lỗi nên chưa lưu được trang này"),
        (
            _("Các trang trước vẫn còn."),
            _("Hãy thử lại sau ít phút, hoặc gọi 1022."),
        ),
        (home,),
    )


def page(
    request: HttpRequest | None,
    status: int,
    *,
    message: str = "",
    mine: str = "",
    code: str = "",
    links: tuple[tuple[str, str], ...] = (),
) -> HttpResponse:
    """An error page. `message` replaces the sentences; `mine` is what the person had written.

    With `request` None nothing is asked of the database: for errors of our own making.
    """
    desk = request is not None and request.path.startswith("/can-bo/")
    words = _words(status, desk=desk)
    facts = {
        "status": status,
        "title": words.title,
        "sentences": (message,) if message else words.sentences,
        "links": links or words.links,
        "mine": mine,
        "code": code,
        "base": "ui/desk.html" if desk else "ui/public.html",
    }
    return HttpResponse(render_to_string("ui/errors/error.html", facts, request=request), status=status)


def unable(request: HttpRequest, fault: Unable) -> HttpResponse:
    """The page of an act that could not be done; a conflict keeps the text of `facts["mine"]`.

    A script of ours, which asks for JSON, gets the sentence as `detail` (RFC 9457).
    """
    if request.headers.get("Accept") == "application/json":
        told = {"type": f"/loi/{fault.code}", "title": fault.code, "status": fault.status}
        return JsonResponse({**told, "detail": fault.message}, status=fault.status)
    return page(request, fault.status, message=fault.message, mine=str(fault.facts.get("mine", "")))


def error_code() -> str:
    """Four letters for the phone."""
    return "".join(secrets.choice(LETTERS) for _letter in range(4))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler500: logs the code that the person will read out."""
    code = error_code()
    logger.error("code %s at %s", code, request.path, exc_info=True)
    return page(None, 500, code=code)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: the page was open too long or cookies are off."""
    return page(request, 400)
