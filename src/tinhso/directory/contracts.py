"""What crosses the door of the directory.

A period is half open: `valid_from` is the first day, `valid_to` the first day no longer; None is open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from uuid import UUID

from tinhso.foundation.errors import NotFound, Unable
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import CalendarRef


class TerritoryLevel(IntEnum):
    """Tiers of local government; the district tier ended on 01/07/2025."""

    PROVINCE = 1
    DISTRICT = 2
    COMMUNE = 3


class TerritoryKind(StrEnum):
    """Kinds of territory, by the words of the Law on organisation of local government."""

    PROVINCE = "province"
    PROVINCIAL_CITY = "provincial_city"
    TOWN = "town"
    DISTRICT = "district"
    COMMUNE = "commune"
    WARD = "ward"
    TOWNSHIP = "township"
    SPECIAL_ZONE = "special_zone"

    @property
    def level(self) -> TerritoryLevel:
        return LEVELS[self]


LEVELS = {
    TerritoryKind.PROVINCE: TerritoryLevel.PROVINCE,
    TerritoryKind.PROVINCIAL_CITY: TerritoryLevel.DISTRICT,
    TerritoryKind.TOWN: TerritoryLevel.DISTRICT,
    TerritoryKind.DISTRICT: TerritoryLevel.DISTRICT,
    TerritoryKind.COMMUNE: TerritoryLevel.COMMUNE,
    TerritoryKind.WARD: TerritoryLevel.COMMUNE,
    TerritoryKind.TOWNSHIP: TerritoryLevel.COMMUNE,
    TerritoryKind.SPECIAL_ZONE: TerritoryLevel.COMMUNE,
}
WORDS = {
    TerritoryKind.PROVINCE: "Tỉnh",
    TerritoryKind.PROVINCIAL_CITY: "Thành phố",
    TerritoryKind.TOWN: "Thị xã",
    TerritoryKind.DISTRICT: "Huyện",
    TerritoryKind.COMMUNE: "Xã",
    TerritoryKind.WARD: "Phường",
    TerritoryKind.TOWNSHIP: "Thị trấn",
    TerritoryKind.SPECIAL_ZONE: "Đặc khu",
}


class ChangeKind(StrEnum):
    """How a territory or agency became another."""

    MERGE = "merge"
    SPLIT = "split"
    RENAME = "rename"
    ABOLISH = "abolish"
    TRANSFER = "transfer"


class AgencyLevel(StrEnum):
    """The tier an agency serves."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class AgencyKind(StrEnum):
    """What an agency is."""

    PEOPLES_COMMITTEE = "peoples_committee"
    DEPARTMENT = "department"
    SERVICE_CENTRE = "service_centre"


class UnitKind(StrEnum):
    """What a unit of an agency does in the handling of a dossier."""

    ONE_STOP = "one_stop"
    SPECIALIST = "specialist"
    LEADERSHIP = "leadership"
    RECORDS = "records"
    OFFICE = "office"


class IdentifierScheme(StrEnum):
    """Agency identifiers: QCVN 102:2016 (`000.00.12.H33`) and QĐ 20/2020/QĐ-TTg (`H33.12`)."""

    QCVN_102 = "qcvn-102"
    QD_20_2020 = "qd-20-2020"


@dataclass(frozen=True, slots=True)
class TerritoryView:
    """A territory during one period. The code is that of the General Statistics Office, and is reused."""

    id: UUID
    code: str
    name: str
    short_name: str
    kind: TerritoryKind
    level: TerritoryLevel
    parent_id: UUID | None
    valid_from: date
    valid_to: date | None
    legal_basis: str


@dataclass(frozen=True, slots=True)
class TerritoryHit:
    """One answer of a search: the territory that stands on the day asked.

    `former` is the one whose name was found, when that one no longer stood on that day; `within` is the
    name of the territory around the one that was found ("Thành phố Rạch Giá", "Tỉnh An Giang").
    """

    territory: TerritoryView
    former: TerritoryView | None
    within: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """How one territory or agency became another (None: none took its place)."""

    from_id: UUID
    to_id: UUID | None
    kind: ChangeKind
    effective_date: date
    legal_basis: str


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency during one period."""

    id: UUID
    code: str
    name: str
    short_name: str
    level: AgencyLevel
    parent_id: UUID | None
    territory_id: UUID | None
    kind: AgencyKind
    calendar: CalendarRef
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit of an agency during one period."""

    id: UUID
    agency_id: UUID
    code: str
    name: str
    kind: UnitKind
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class IdentifierView:
    """An identifier of an agency. `verified` is False for values not seen in a published list."""

    agency_id: UUID
    scheme: IdentifierScheme
    value: str
    valid_from: date
    valid_to: date | None
    verified: bool


@dataclass(frozen=True, slots=True)
class NewTerritory:
    """What a reorganisation brings into being, and from which territories it is made."""

    code: str
    name: str
    kind: TerritoryKind
    parent_id: UUID | None
    from_ids: tuple[UUID, ...]
    id: UUID = field(default_factory=new_id)


class UnknownTerritory(NotFound):
    """No territory has that code on that day."""

    code = "unknown-territory"


class UnknownAgency(NotFound):
    """No agency or unit has that code on that day."""

    code = "unknown-agency"


class CannotReorganise(Unable):
    """The reorganisation contradicts what stands."""

    code = "cannot-reorganise"


@dataclass(frozen=True, slots=True)
class TerritoriesReorganised:
    """Event: on `effective_date` territories gave way to others."""

    effective_date: date
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True)
class UnitClosed:
    """Event: from `effective_date` the unit is gone; `successor`, of the same agency, has its work."""

    unit_id: UUID
    successor: UUID
    effective_date: date


@dataclass(frozen=True, slots=True)
class AgencyDissolved:
    """Event: from `effective_date` the agency is gone; `successors` took its work."""

    agency_id: UUID
    successors: tuple[UUID, ...]
    effective_date: date
