"""The demo province: territories of 2022 and 2025, the bodies that serve them, and what became of each."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.directory.contracts import (
    AgencyKind,
    AgencyLevel,
    ChangeKind,
    IdentifierScheme,
    TerritoryKind,
    TerritoryLevel,
)
from tinhso.directory.lists import bodies, history
from tinhso.directory.lists.history import JULY_2025, MARCH_2025, RECORDS_BEGIN
from tinhso.directory.models import Agency, AgencyChange, AgencyIdentifier, Territory, TerritoryChange, Unit
from tinhso.directory.operations.territories import searchable
from tinhso.directory.queries.known import KNOWN
from tinhso.foundation import text

Key = tuple[str, date]


def load(at: datetime) -> None:
    """Load the territories and bodies, once; a second run finds them and leaves them alone."""
    with transaction.atomic():
        if Territory.objects.filter(code="91", valid_from=JULY_2025).exists():
            return
        rows = history.territories()
        made = {row.key: _territory(row) for row in rows}
        for row in rows:
            if row.parent:
                made[row.key].parent_id = made[row.parent].id
        Territory.objects.bulk_create(made.values())
        links = history.changes(rows)
        TerritoryChange.objects.bulk_create(
            TerritoryChange(
                origin_id=made[link.origin].id,
                target_id=made[link.target].id if link.target else None,
                kind=link.kind,
                effective_date=link.on,
                legal_basis=link.legal_basis,
            )
            for link in links
        )
        _Bodies(made, links).load()
        KNOWN.changed()


def _territory(row: history.Row) -> Territory:
    return Territory(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        search=searchable(row.name),
        sort=text.sort_key(row.short_name),
        kind=row.kind,
        level=row.kind.level,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        legal_basis=row.legal_basis,
    )


class _Bodies:
    """Gathers agencies, units, identifiers and changes, then writes each table once."""

    def __init__(self, territories: dict[Key, Territory], links: list[history.Link]) -> None:
        self.territories = territories
        self.links = links
        self.agencies: list[Agency] = []
        self.units: list[Unit] = []
        self.identifiers: list[AgencyIdentifier] = []
        self.changes: list[AgencyChange] = []
        self.committees: dict[UUID, Agency] = {}

    def load(self) -> None:
        for territory in self.territories.values():
            self._committee(territory)
        for territory in self.territories.values():
            if territory.parent_id:
                self.committees[territory.id].parent_id = self.committees[territory.parent_id].id
        self._departments()
        self._identify_committees()
        self._follow()
        Agency.objects.bulk_create(self.agencies)
        Unit.objects.bulk_create(self.units)
        AgencyIdentifier.objects.bulk_create(self.identifiers)
        AgencyChange.objects.bulk_create(self.changes)

    def _agency(
        self, code: str, name: str, short: str, kind: AgencyKind, territory: Territory, parent: Agency | None
    ) -> Agency:
        agency = Agency(
            code=code,
            name=name,
            short_name=short,
            sort=text.sort_key(name),
            level=AgencyLevel[TerritoryLevel(territory.level).name],
            kind=kind,
            parent=parent,
            territory=territory,
            calendar=bodies.CALENDAR,
            valid_from=territory.valid_from,
            valid_to=territory.valid_to,
            legal_basis=territory.legal_basis,
        )
        self.agencies.append(agency)
        return agency

    def _committee(self, territory: Territory) -> None:
        short = f"UBND {bodies.lower_first(territory.name)}"
        code = f"ubnd-{territory.code}"
        agency = self._agency(code, short, short, AgencyKind.PEOPLES_COMMITTEE, territory, None)
        self.committees[territory.id] = agency
        if territory.level == TerritoryLevel.COMMUNE and territory.valid_to is None:
            urban = territory.kind != TerritoryKind.COMMUNE
            self._parts(agency, bodies.parts_of_commune(bodies.lower_first(territory.name), urban=urban))
        elif territory.level == TerritoryLevel.PROVINCE and territory.valid_to is None:
            self._parts(agency, bodies.parts_of_department("UBND tỉnh", ())[:3])

    def _parts(self, agency: Agency, parts: list[bodies.Part]) -> None:
        self.units += [
            Unit(
                agency=agency,
                code=part.code,
                name=part.name,
                kind=part.kind,
                valid_from=agency.valid_from,
                valid_to=agency.valid_to,
            )
            for part in parts
        ]

    def _departments(self) -> None:
        province = self.territories["91", JULY_2025]
        committee = self.committees[province.id]
        for code, name, short, group, specialists in bodies.DEPARTMENTS:
            agency = self._agency(code, name, short, AgencyKind.DEPARTMENT, province, committee)
            self._parts(agency, bodies.parts_of_department(short, specialists))
            self._identify(agency, f"000.00.{group}.H01", f"H01.{group}")
        code, name, short, group = bodies.SERVICE_CENTRE
        centre = self._agency(code, name, short, AgencyKind.SERVICE_CENTRE, province, committee)
        self._parts(centre, bodies.parts_of_department(short, ())[:4])
        self._identify(centre, f"000.00.{group}.H01", f"H01.{group}")
        self._former_department(province)

    def _former_department(self, province: Territory) -> None:
        kien_giang = self.territories["91", RECORDS_BEGIN]
        code, name, short, group = bodies.KIEN_GIANG_DEPARTMENT
        former = self._agency(
            code, name, short, AgencyKind.DEPARTMENT, kien_giang, self.committees[kien_giang.id]
        )
        self._identify(former, f"000.00.{group}.H33", f"H33.{group}")
        target = next(agency for agency in self.agencies if agency.code == "so-xay-dung")
        self._change(former, target, ChangeKind.MERGE, JULY_2025, history.PROVINCES_MERGED)

    def _identify(self, agency: Agency, qcvn: str | None, qd: str) -> None:
        for scheme, value in ((IdentifierScheme.QCVN_102, qcvn), (IdentifierScheme.QD_20_2020, qd)):
            if value:
                self.identifiers.append(
                    AgencyIdentifier(
                        agency=agency,
                        scheme=scheme,
                        value=value,
                        verified=False,
                        valid_from=agency.valid_from,
                        valid_to=agency.valid_to,
                    )
                )

    def _identify_committees(self) -> None:
        """Demo values; two tiers leave no place for a commune in the old scheme."""
        for (code, begins), level1 in (
            (("91", RECORDS_BEGIN), "H33"),
            (("89", MARCH_2025), "H01"),
            (("91", JULY_2025), "H01"),
        ):
            committee = self.committees[self.territories[code, begins].id]
            self._identify(committee, f"000.00.00.{level1}", level1)
        for territory in self.territories.values():
            if territory.level == TerritoryLevel.COMMUNE and territory.valid_to is None:
                self._identify(self.committees[territory.id], None, f"H01.{territory.code}")
        districts = [t for t in self.territories.values() if t.level == TerritoryLevel.DISTRICT]
        for district in districts:
            level1, number = (
                ("H33", int(district.code) - 868)
                if int(district.code) > 898
                else ("H01", int(district.code) - 852)
            )
            self._identify(self.committees[district.id], f"000.00.{number}.{level1}", f"{level1}.{number}")

    def _follow(self) -> None:
        """The committee of each territory went the way of its territory."""
        ids = {key: territory.id for key, territory in self.territories.items()}
        for link in self.links:
            target = self.committees[ids[link.target]] if link.target else None
            self._change(self.committees[ids[link.origin]], target, link.kind, link.on, link.legal_basis)

    def _change(self, origin: Agency, target: Agency | None, kind: ChangeKind, on: date, basis: str) -> None:
        self.changes.append(
            AgencyChange(origin=origin, target=target, kind=kind, effective_date=on, legal_basis=basis)
        )
