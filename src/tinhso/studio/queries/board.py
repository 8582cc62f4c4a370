"""The board: how far each procedure in force is, what keeps it from full online service, who would gain most.

Everything is read whole, in a fixed number of queries however many procedures there are, and ordered here:
the catalogue of a province is a few thousand lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tinhso.dossiers import api as dossiers
from tinhso.forms import api as forms
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures
from tinhso.studio.queries import drafts

PAGE = 50


class Stage(StrEnum):
    """How far a procedure is: no form, the plain one, one made here, one kept with its example runs."""

    MISSING = "missing"
    PLAIN = "plain"
    IMPROVED = "improved"
    CHECKED = "checked"


class Hindrance(StrEnum):
    """What keeps a procedure from full online service (toàn trình)."""

    FORM = "form"
    CHANNEL = "channel"
    ORIGINALS = "originals"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Row:
    """A procedure on the board; `filed` are its dossiers of the last twelve months and this one."""

    standing: procedures.Standing
    stage: Stage
    hindrances: tuple[Hindrance, ...]
    filed: int

    @property
    def full(self) -> bool:
        """Whether it is done fully online as published, and nothing keeps it from that."""
        return not self.hindrances and self.standing.online_level is procedures.OnlineLevel.FULL

    @property
    def done(self) -> bool:
        """Whether there is nothing left to gain here: fully online, with a form of its own."""
        return self.full and self.stage in (Stage.IMPROVED, Stage.CHECKED)

    @property
    def place(self) -> tuple[bool, int, str, str]:
        """Where it stands: what would gain most first, then by name."""
        return self.done, -self.filed, self.standing.sort_key, self.standing.code


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which procedures are looked at; an empty word is all of them."""

    sector: str = ""
    level: str = ""
    stage: str = ""
    hindrance: str = ""

    def meets(self, row: Row) -> bool:
        """Whether a row is among them."""
        return (
            self.sector in ("", row.standing.sector)
            and self.level in ("", row.standing.agency_level)
            and self.stage in ("", row.stage)
            and (not self.hindrance or self.hindrance in row.hindrances)
        )


def since_and_until(at: datetime) -> tuple[date, date]:
    """The twelve whole months before this one and this one; the second day is not counted any more."""
    day = today(at).replace(day=1)
    until = day.replace(year=day.year + 1, month=1) if day.month == 12 else day.replace(month=day.month + 1)
    return day.replace(year=day.year - 1), until


def board(*, at: datetime) -> tuple[Row, ...]:
    """Every procedure in force, what would gain most first. Six queries at most."""
    plain, checked = forms.coded(procedures.PLAIN_FORM), drafts.with_examples()
    filed = filed_of(at=at)
    rows = (
        Row(
            standing=one,
            stage=_stage(one, plain=one.form_version_id in plain, checked=one.version_id in checked),
            hindrances=tuple(_hindrances(one)),
            filed=filed.get(one.code, 0),
        )
        for one in procedures.standing(at=at)
    )
    return tuple(sorted(rows, key=lambda row: row.place))


def filed_of(*, at: datetime) -> Mapping[str, int]:
    """Dossiers sent over the last year by the code of their procedure, all its versions together."""
    since, until = since_and_until(at)
    among = dossiers.Among(agencies=(), everywhere=True)
    sent = dossiers.flows(among, [dossiers.Measure.SENT], by=dossiers.By.VERSION, since=since, until=until)
    briefs = procedures.briefs(sent)
    filed: Counter[str] = Counter()
    for version, counted in sent.items():
        if version in briefs:
            filed[briefs[version].code] += counted[dossiers.Measure.SENT]
    return filed


def _stage(one: procedures.Standing, *, plain: bool, checked: bool) -> Stage:
    if one.form_version_id is None:
        return Stage.MISSING
    if plain:
        return Stage.PLAIN
    return Stage.CHECKED if checked else Stage.IMPROVED


def _hindrances(one: procedures.Standing) -> list[Hindrance]:
    asked = {
        Hindrance.FORM: one.form_version_id is None,
        Hindrance.CHANNEL: not one.online,
        Hindrance.ORIGINALS: one.originals,
        Hindrance.RESULT: not one.result,
    }
    return [kind for kind, there in asked.items() if there]
