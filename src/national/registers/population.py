"""The population register's records, in the shape in which service 037 tells them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from national import people

GENDERS = {"male": "1", "female": "2"}


@cache
def records() -> dict[str, dict[str, Any]]:
    """What is kept of each person by personal identifier; names and births of e-ID accounts are theirs."""
    accounts = {one.id_number: one for one in people.everyone() if one.account_type == "person"}
    found: dict[str, dict[str, Any]] = {}
    for record in _file()["people"]:
        account = accounts.get(record["id"])
        known = (
            {"name": account.full_name, "birth_date": account.birth_date, "gender": account.gender}
            if account
            else {}
        )
        found[record["id"]] = {**known, **record}
    return found


@cache
def _file() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        files("national").joinpath("registers/records.json").read_text(encoding="utf-8")
    )
    return read


def enterprises() -> dict[str, dict[str, Any]]:
    """What is kept of each enterprise by its code."""
    return {one["code"]: one for one in _file()["enterprises"]}


def matches(record: dict[str, Any], *, name: str, born: str) -> bool:
    """Whether a question that names a person names this one; `born` is yyyyMMdd, or yyyy for a year known."""
    written = record["birth_date"].replace("-", "")
    right = {written[:4]} if record.get("year_only") else {written}
    return bool(name.casefold().split() == record["name"].casefold().split()) and born in (right | {written})


def told(record: dict[str, Any]) -> dict[str, Any]:
    """`CongDan` of an answer. What is not known is an empty text, as the register leaves it."""
    born = record["birth_date"].replace("-", "")
    told = {
        "SoDinhDanh": record["id"],
        "SoCMND": record.get("old_id", ""),
        "HoVaTen": _name(record),
        "GioiTinh": GENDERS[record["gender"]],
        "DanToc": record["ethnicity"],
        "TonGiao": "Không",
        "TinhTrangHonNhan": "Đã kết hôn" if record.get("married") else "Chưa kết hôn",
        "NhomMau": "",
        "NamSinh": born[:4],
        "NgayThangNam": "" if record.get("year_only") else born,
        "QuocTich": "VN",
        "SoSoHoKhau": "",
    }
    places = {
        "NoiDangKyKhaiSinh": "birth_place",
        "QueQuan": "hometown",
        "ThuongTru": "residence",
        "NoiOHienTai": "current",
    }
    told |= {word: _place(record.get(name)) for word, name in places.items()}
    told |= {
        word: _relative(record.get(name))
        for word, name in {
            "Cha": "father",
            "Me": "mother",
            "VoChong": "spouse",
            "NguoiDaiDien": "guardian",
        }.items()
    }
    head = record.get("head")
    told["ChuHo"] = (
        {"QuanHe": head["as"], **_who(records()[head["id"]])}
        if head
        else {"QuanHe": "", "SoDinhDanh": "", "SoCMND": "", "HoVaTen": _nobody()}
    )
    return told


def _name(record: dict[str, Any]) -> dict[str, str]:
    """In three parts; some records carry the whole name in the last part, as some systems write it."""
    if record.get("whole_name"):
        return {"Ho": "", "ChuDem": "", "Ten": record["name"]}
    first, *middle, last = record["name"].split()
    return {"Ho": first, "ChuDem": " ".join(middle), "Ten": last}


def _nobody() -> dict[str, str]:
    return {"Ho": "", "ChuDem": "", "Ten": ""}


def _who(record: dict[str, Any]) -> dict[str, Any]:
    return {"SoDinhDanh": record["id"], "SoCMND": record.get("old_id", ""), "HoVaTen": _name(record)}


def _relative(id: str | None) -> dict[str, Any]:
    if id is None:
        return {"HoVaTen": _nobody(), "QuocTich": "", "SoDinhDanh": "", "SoCMND": ""}
    return {**_who(records()[id]), "QuocTich": "VN"}


def _place(place: dict[str, str] | None) -> dict[str, str]:
    """An address; one kept before July 2025 has a district and the codes of then."""
    kept = place or {}
    return {
        "MaTinhThanh": kept.get("province", ""),
        "MaQuanHuyen": kept.get("district", ""),
        "MaPhuongXa": kept.get("commune", ""),
        "ChiTiet": kept.get("detail", ""),
        "QuocGia": "VN" if kept else "",
    }
