"""Pages of higher rooms to which “Ai đã xem dữ liệu của tôi” leads."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from tinhso.foundation.registry import Registry


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Words of a link, and where it leads."""

    text: str | Promise
    href: str


elsewhere: Registry[Elsewhere] = Registry("page of looks elsewhere")
