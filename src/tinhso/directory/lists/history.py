"""The territories of Kiên Giang and An Giang with their periods, and what became of each.

Kiên Giang is recorded from 01/01/2022 (the list of 2022), the former An Giang from 01/03/2025 (the last
list before the merger). Both end on 01/07/2025, when the new An Giang begins.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from tinhso.directory.contracts import ChangeKind, TerritoryKind
from tinhso.directory.lists import readers
from tinhso.directory.lists.readers import KIEN_GIANG, NEW_AN_GIANG, OLD_AN_GIANG, Listed
from tinhso.foundation import text

RECORDS_BEGIN = date(2022, 1, 1)
MARCH_2025 = date(2025, 3, 1)
JULY_2025 = date(2025, 7, 1)
PROVINCES_MERGED = "Nghị quyết 202/2025/QH15"
COMMUNES_ARRANGED = "Nghị quyết 1654/NQ-UBTVQH15"
TWO_TIERS = "Luật Tổ chức chính quyền địa phương 72/2025/QH15"
MERGED_IN_MARCH = (("30730", "30742"), ("30742", "30742"))


@dataclass(frozen=True, slots=True)
class Row:
    """A territory during one period, by its key (code, first day)."""

    code: str
    name: str
    short_name: str
    kind: TerritoryKind
    parent: tuple[str, date] | None
    valid_from: date
    valid_to: date | None
    legal_basis: str = ""

    @property
    def key(self) -> tuple[str, date]:
        return self.code, self.valid_from


@dataclass(frozen=True, slots=True)
class Link:
    """One territory becoming another, by keys."""

    origin: tuple[str, date]
    target: tuple[str, date] | None
    kind: ChangeKind
    on: date
    legal_basis: str


def _row(
    line: Listed, parent: tuple[str, date] | None, begins: date, ends: date | None, basis: str = ""
) -> Row:
    return Row(line.code, line.name, line.short_name, line.kind, parent, begins, ends, basis)


def _same(one: Listed, other: Listed) -> bool:
    """Whether two lists mean the same territory, whatever they think of hòa and hoà."""
    return text.fold(one.name) == text.fold(other.name) and one.parent == other.parent


def _kien_giang_communes() -> list[Row]:
    before = {line.code: line for line in readers.communes_2022(KIEN_GIANG)}
    after = {line.code: line for line in readers.communes_before_july_2025(KIEN_GIANG)}
    rows = []
    for code, line in before.items():
        stays = code in after and _same(line, after[code])
        rows.append(
            _row(
                after[code] if stays else line,
                (line.parent, RECORDS_BEGIN),
                RECORDS_BEGIN,
                JULY_2025 if stays else MARCH_2025,
            )
        )
    for code, line in after.items():
        if code not in before or not _same(line, before[code]):
            rows.append(_row(line, (line.parent, RECORDS_BEGIN), MARCH_2025, JULY_2025))
    return rows


def territories() -> list[Row]:
    """Every territory, wholes before their parts."""
    kien_giang = Listed(KIEN_GIANG, "Tỉnh Kiên Giang", "")
    old = Listed(OLD_AN_GIANG, "Tỉnh An Giang", "")
    new = Listed(NEW_AN_GIANG, "Tỉnh An Giang", "")
    rows = [
        _row(kien_giang, None, RECORDS_BEGIN, JULY_2025),
        _row(old, None, MARCH_2025, JULY_2025),
        _row(new, None, JULY_2025, None, PROVINCES_MERGED),
    ]
    rows += [
        _row(line, (KIEN_GIANG, RECORDS_BEGIN), RECORDS_BEGIN, JULY_2025)
        for line in readers.districts_2022(KIEN_GIANG)
    ]
    rows += [
        _row(line, (OLD_AN_GIANG, MARCH_2025), MARCH_2025, JULY_2025)
        for line in readers.districts_before_july_2025(OLD_AN_GIANG)
    ]
    rows += _kien_giang_communes()
    rows += [
        _row(line, (line.parent, MARCH_2025), MARCH_2025, JULY_2025)
        for line in readers.communes_before_july_2025(OLD_AN_GIANG)
    ]
    rows += [
        _row(line, (NEW_AN_GIANG, JULY_2025), JULY_2025, None, COMMUNES_ARRANGED)
        for line in readers.communes_since_july_2025(NEW_AN_GIANG)
    ]
    return rows


def changes(rows: list[Row]) -> list[Link]:
    """What became of each territory that ended."""
    ending = {row.code: row for row in rows if row.valid_to == JULY_2025}
    standing = {row.code: row for row in rows if row.valid_from == JULY_2025}
    links = [
        Link((origin, RECORDS_BEGIN), (target, MARCH_2025), ChangeKind.MERGE, MARCH_2025, "")
        for origin, target in MERGED_IN_MARCH
    ]
    for origin in (KIEN_GIANG, OLD_AN_GIANG):
        links.append(
            Link(
                ending[origin].key,
                standing[NEW_AN_GIANG].key,
                ChangeKind.MERGE,
                JULY_2025,
                PROVINCES_MERGED,
            )
        )
    for row in ending.values():
        if row.kind.level == 2:
            links.append(Link(row.key, None, ChangeKind.ABOLISH, JULY_2025, TWO_TIERS))
    pairs = readers.links_july_2025()
    parts, sources = Counter(origin for origin, _ in pairs), Counter(target for _, target in pairs)
    for origin, target in pairs:
        kind = _kind(ending[origin], standing[target], parts[origin], sources[target])
        links.append(Link(ending[origin].key, standing[target].key, kind, JULY_2025, COMMUNES_ARRANGED))
    return links


def _kind(origin: Row, target: Row, parts: int, sources: int) -> ChangeKind:
    if parts > 1:
        return ChangeKind.SPLIT
    if sources > 1:
        return ChangeKind.MERGE
    return ChangeKind.TRANSFER if origin.name == target.name else ChangeKind.RENAME
