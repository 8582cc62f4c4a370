"""An address as registers write it, by codes, as forms answer it: in the communes of today."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import msgspec

from tinhso.directory import api as directory
from tinhso.foundation import legal
from tinhso.registers.bounded import words

CODE = re.compile(r"[0-9]{5}")


class Place(
    msgspec.Struct,
    frozen=True,
    rename={
        "province": "MaTinhThanh",
        "district": "MaQuanHuyen",
        "commune": "MaPhuongXa",
        "detail": "ChiTiet",
        "country": "QuocGia",
    },
):
    """An address. One that still names a district was written in the territories before they ended."""

    province: str | None = None
    district: str | None = None
    commune: str | None = None
    detail: str | None = None
    country: str | None = None


def answer(place: Place | None, *, on: date) -> dict[str, Any]:
    """The address as a form's answer on a day; empty when its commune is not known here.

    A commune that was divided keeps its old name: the form asks which part it is.
    """
    code = words(place.commune, most=20) if place else ""
    if place is None or not CODE.fullmatch(code):
        return {}
    found: dict[str, Any] = {"ngay": on.isoformat()}
    if detail := words(place.detail):
        found["chi_tiet"] = detail
    written = on
    if words(place.district, most=20):
        written = min(on, date.fromisoformat(legal.text("register_districts_until", on=on)))
    try:
        commune = directory.territory(code, written)
    except directory.UnknownTerritory:
        return {}
    if commune.level is not directory.TerritoryLevel.COMMUNE:
        return {}
    standing = directory.successors(commune.id, on)
    if len(standing) != 1:
        return found | {"xa": commune.name}
    return found | {"xa": standing[0].name, "ma_xa": standing[0].code}
