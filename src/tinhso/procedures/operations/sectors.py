"""Fields of administration, made when first named."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tinhso.foundation.text import fold
from tinhso.procedures.models import Sector

FORM = re.compile(r"[^a-z0-9]+")


def slug_of(name: str) -> str:
    """The address part of a sector's name, e.g. `ho-tich`."""
    return FORM.sub("-", fold(name)).strip("-") or "khac"


def ensure(names: Iterable[str]) -> dict[str, Sector]:
    """The sectors of these names, made when missing. Needs a transaction."""
    wanted = set(names)
    found = {sector.name: sector for sector in Sector.objects.filter(name__in=wanted)}
    taken = set(Sector.objects.values_list("slug", flat=True))
    for name in sorted(wanted - found.keys()):
        base = slug = slug_of(name)
        turn = 1
        while slug in taken:
            turn += 1
            slug = f"{base}-{turn}"
        taken.add(slug)
        found[name] = Sector.objects.create(slug=slug, name=name)
    return found
