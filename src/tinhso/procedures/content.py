"""Between a version's content and the JSON it is stored as."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils.translation import gettext as _

from tinhso.procedures.contracts import BadContent, Content


def encode(content: Content) -> dict[str, Any]:
    """Content as plain JSON values."""
    encoded: dict[str, Any] = msgspec.to_builtins(content)
    return encoded


def decode(values: Any) -> Content:
    """Content from JSON values. Raises BadContent naming the place that cannot be read."""
    try:
        return msgspec.convert(values, Content)
    except msgspec.ValidationError as error:
        raise BadContent(_("Không đọc được nội dung thủ tục: %(fault)s") % {"fault": error}) from None
