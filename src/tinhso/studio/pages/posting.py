"""What scripts of the studio send: JSON of bounded size with what the page needs in it."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

LARGEST = 4_000_000


def posted(request: HttpRequest, **needed: type) -> dict[str, Any]:
    """The JSON object sent, a value of the kind `needed` under each name. Raises Invalid."""
    if len(request.body) > LARGEST:
        raise Invalid(_("Nội dung này quá lớn (trên 4 MB). Hãy bỏ bớt rồi thử lại."))
    try:
        sent = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        sent = None
    if not isinstance(sent, dict) or not all(isinstance(sent.get(key), kind) for key, kind in needed.items()):
        raise incomplete()
    return sent


def incomplete() -> Invalid:
    """What is said of a request in which something is missing."""
    return Invalid(_("Trình duyệt gửi thiếu nội dung. Hãy tải lại trang rồi sửa tiếp."))
