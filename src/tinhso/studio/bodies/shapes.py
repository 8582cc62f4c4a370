"""What may be kept of a part whoever sends it: values that the database takes, every place its kind knows."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.studio.contracts import Body, PartKind

DEEPEST = 60
STRANGE = (KeyError, TypeError, AttributeError, ValueError, IndexError, LookupError, RecursionError)
"""What code that expects one shape raises when it meets another."""


def kept(kind: PartKind, body: Body) -> Body:
    """The body with every place its kind knows. Raises Invalid for what cannot be kept."""
    require_storable(body)
    empty = kind.empty()
    whole = {**empty, **body}
    wrong = [name for name, value in empty.items() if not like(whole[name], value)]
    if wrong:
        raise Invalid(_("Các mục này không đúng kiểu: %(places)s.") % {"places": ", ".join(sorted(wrong))})
    return whole


def like(value: object, example: object) -> bool:
    """Whether a value is of the kind that stands there when nothing is written yet."""
    if isinstance(example, list | tuple):
        return isinstance(value, list | tuple)
    return value is None or example is None or isinstance(value, type(example))


def unreadable(fault: Exception) -> Invalid:
    """What is said of a part whose inside nobody here can read."""
    told = f"{type(fault).__name__}: {fault}"[:120]
    return Invalid(_("Phần này không đúng cấu trúc (%(fault)s).") % {"fault": told})


def require_storable(body: Any) -> None:
    """Return for JSON values that a database keeps: text without NUL and half characters, finite numbers, no
    deeper than anybody writes. Raises Invalid."""
    left: list[tuple[Any, int]] = [(body, 0)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise Invalid(_("Nội dung lồng nhau quá sâu. Hãy viết gọn lại."))
        if isinstance(value, dict):
            left += [(each, depth + 1) for pair in value.items() for each in pair]
        elif isinstance(value, list):
            left += [(each, depth + 1) for each in value]
        elif isinstance(value, str):
            if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise Invalid(_("Có ký tự không lưu được. Hãy xóa chữ vừa dán rồi gõ lại."))
        elif isinstance(value, float) and not math.isfinite(value):
            raise Invalid(_("Có số không lưu được. Hãy ghi lại số đó."))
