"""A written address of residence, understood in the territories of a day, whichever year's names it uses."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.directory import api as directory
from tinhso.foundation import text

COMMUNES = ("xa ", "phuong ", "thi tran ", "dac khu ")
MOST = 8


def read(address: str, *, on: date) -> dict[str, Any]:
    """The address as forms answer it: `chi_tiet`, `xa`, `ma_xa`; empty when it names no commune.

    An old name leads to the commune that stands on `on`. Where several follow one old commune, the name
    stays as written and the form asks; what is not of this province stays as written, by hand.
    """
    parts = [part.strip() for part in address.split(",") if part.strip()]
    place = next((n for n in reversed(range(len(parts))) if text.fold(parts[n]).startswith(COMMUNES)), None)
    if place is None:
        return {}
    written = ", ".join(parts[place:])
    answer: dict[str, Any] = {"ngay": on.isoformat()}
    if place:
        answer["chi_tiet"] = ", ".join(parts[:place])
    level = directory.TerritoryLevel.COMMUNE
    hits = directory.search_territories(written, on, level=level, limit=MOST)
    named = [hit for hit in hits if text.fold(hit.territory.name) == text.fold(parts[place])]
    found = named if len(named) == 1 else hits
    if len(found) == 1:
        return answer | {"xa": found[0].territory.name, "ma_xa": found[0].territory.code}
    if not found:
        answer["ghi_tay"] = True
    return answer | {"xa": written}
