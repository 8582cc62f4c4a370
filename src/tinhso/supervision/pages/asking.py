"""What a page of supervision is asked for: agency, unit, field, procedure, period, which are its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import ids
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures
from tinhso.supervision.contracts import Period, PeriodKind, Reach, period_of, read_period

PLACE = "/can-bo/giam-sat/"
LIST = f"{PLACE}ho-so/"
WORKLOAD = f"{PLACE}khoi-luong/"
REPORTS = "/can-bo/bao-cao/"
MONTHS_BACK = 12
NOBODY = "chua-ai"
"""In the address of a list, for whoever has the work: what nobody has taken."""
HAPPENED, LYING, REPORTED = "da-", "o-", "bc-"
"""In the address of a list, before a figure: what happened in the period; what lies in a unit, whosever
dossier it is; what a column of a report adds up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at. `agency` is None for all that the officer supervises."""

    reach: Reach
    agency: UUID | None
    unit: UUID | None
    sector: str
    procedure: str
    period: Period

    @property
    def pairs(self) -> dict[str, str]:
        """The address, without what is not chosen."""
        given = {
            "co-quan": str(self.agency or ""),
            "don-vi": str(self.unit or ""),
            "linh-vuc": self.sector,
            "thu-tuc": self.procedure,
            "ky": self.period.word,
        }
        return {name: value for name, value in given.items() if value}

    def href(self, place: str = PLACE, **more: str) -> str:
        """The address of a page with these words chosen instead; an empty word is left out."""
        chosen = self.pairs | {name.replace("_", "-"): value for name, value in more.items()}
        return f"{place}?{urlencode({name: value for name, value in chosen.items() if value})}"

    def versions(self) -> tuple[UUID, ...] | None:
        """The versions of what is chosen; None when nothing is. One query then."""
        if self.procedure:
            return procedures.versions_of(codes=(self.procedure,))
        return procedures.versions_of(sectors=(self.sector,)) if self.sector else None

    def among(self) -> dossiers.Among:
        """Whose dossiers are counted."""
        return dossiers.Among(
            agencies=(self.agency,) if self.agency else tuple(self.reach.agencies),
            everywhere=self.reach.everywhere and self.agency is None,
            units=(self.unit,) if self.unit else (),
            versions=self.versions(),
        )


def asked_of(given: QueryDict, reach: Reach, *, at: datetime) -> Asked:
    """What an address asks for. What the officer does not supervise is as if it were not chosen."""
    agency = ids.read(given.get("co-quan", ""))
    if agency not in reach.agencies:
        agency = None
    if len(reach.agencies) == 1:
        agency = next(iter(reach.agencies))
    unit = ids.read(given.get("don-vi", ""))
    if unit and (agency is None or unit not in {each.id for each in directory.units_of(agency, today(at))}):
        unit = None
    return Asked(
        reach=reach,
        agency=agency,
        unit=unit,
        sector=given.get("linh-vuc", "")[:120],
        procedure=given.get("thu-tuc", "")[:120],
        period=read_period(given.get("ky", ""), at=at),
    )


def choices(asked: Asked, *, at: datetime) -> list[dict[str, Any]]:
    """The selects of the filter line. Two queries."""
    made = []
    if len(asked.reach.agencies) > 1:
        made.append(_select("co-quan", _("Cơ quan"), asked.reach.agencies, asked.agency, _("Tất cả")))
    if asked.agency:
        units = {each.id: each.name for each in directory.units_of(asked.agency, today(at))}
        made.append(_select("don-vi", _("Đơn vị"), units, asked.unit, _("Cả cơ quan")))
    sectors = {line.slug: line.name for line in procedures.sectors(at=at)}
    made.append(_select("linh-vuc", _("Lĩnh vực"), sectors, asked.sector, _("Tất cả")))
    return [*made, period_choice(asked, period_of(PeriodKind.MONTH, today(at)))]


def period_choice(asked: Asked, newest: Period) -> dict[str, Any]:
    """The select of the period, back from a month."""
    return _select("ky", _("Kỳ"), _periods(asked.period, newest), asked.period.word, "")


def agency_choice(agency: UUID, asked: Asked) -> dict[str, Any]:
    """The select of an agency where one must be chosen."""
    return _select("co-quan", _("Cơ quan"), asked.reach.agencies, agency, "")


def _periods(chosen: Period, newest: Period) -> dict[str, str]:
    """The months of a year back, the quarters and years they lie in, and the one chosen."""
    months = [newest]
    while len(months) < MONTHS_BACK:
        months.append(months[-1].before)
    larger = [
        period_of(kind, month.since) for kind in (PeriodKind.QUARTER, PeriodKind.YEAR) for month in months
    ]
    return {period.word: period.label for period in dict.fromkeys([chosen, *months, *larger])}


def _select(
    word: str, label: str, texts: Mapping[Any, str], chosen: object, everything: str
) -> dict[str, Any]:
    items = [{"value": "", "text": everything}] if everything else []
    items += [
        {"value": str(value), "text": text, "selected": value == chosen} for value, text in texts.items()
    ]
    return {"word": word, "label": label, "items": items}
