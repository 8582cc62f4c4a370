"""What every answer carries: the chosen language and a content policy without inline scripts."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid, Unable
from tinhso.ui.pages import errors

Handler = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "object-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)


class Packed(GZipMiddleware):
    """Pages and scripts travel compressed; files of people and answers to machines go as they are.

    Each answer gets some random bytes (Django's), so that its length tells nothing of the secrets in it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed if it is text and the browser can read it."""
        if not isinstance(response, HttpResponse) or not response.get("Content-Type", "").startswith("text/"):
            return response
        return super().process_response(request, response)


class ChosenLanguage:
    """The language a person chose, kept in a cookie; Vietnamese until then.

    The browser's own list is not asked: phones sold here are often set to English by their shops.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", language)
        return answer


class UnableAsPage:
    """Turns an `Unable` that a page raised into its page, so that views need not catch it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The page of an `Unable`, or of what the database cannot hold (NUL); others go their way."""
        if isinstance(exception, DataError):
            sentence = _("Yêu cầu có ký tự hoặc giá trị không lưu được. Hãy sửa rồi gửi lại.")
            return errors.unable(request, Invalid(sentence))
        return errors.unable(request, exception) if isinstance(exception, Unable) else None


class ContentPolicy:
    """Content-Security-Policy on every answer that does not bring its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        return answer
