"""How much work each officer has, and whom a dossier would best be given to, with the reasons in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.fairness import LEAVING_DAYS, Candidate, Piece, Press, ranked, share, weight
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries.counts import SOON_DAYS, STANDING
from tinhso.dossiers.queries.desks import end_of_day
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation.moments import local
from tinhso.foundation.text import name_sort_key
from tinhso.foundation.worktime import Term
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.tasks import api as tasks

LATELY_DAYS = 90
MOST_LATELY = 2_000


@dataclass(slots=True)
class Load:
    """Open work of one officer in one unit, by how its deadline stands; `weight` as `fairness` weighs it."""

    late: int = 0
    today: int = 0
    soon: int = 0
    later: int = 0
    standing: int = 0
    ready: int = 0
    weight: int = 0

    @property
    def open(self) -> int:
        """All that somebody works on; a result that nobody has fetched is done."""
        return self.late + self.today + self.soon + self.later + self.standing


PRESSES = {
    "late": Press.LATE,
    "today": Press.SOON,
    "soon": Press.SOON,
    "later": Press.LATER,
    "standing": Press.WAITS,
    "ready": Press.WAITS,
}
"""What a dossier counts as, as the database says below."""
LOADS = """
SELECT unit_id, holder, procedure_version_id,
       CASE WHEN status = %(done)s THEN 'ready' WHEN status = ANY(%(standing)s) THEN 'standing'
            WHEN due_at < %(at)s THEN 'late' WHEN due_at < %(today)s THEN 'today'
            WHEN due_at < %(soon)s THEN 'soon' ELSE 'later' END AS counts_as,
       count(*)
FROM dossiers_dossier WHERE finished_at IS NULL AND {of} = ANY(%(ids)s)
GROUP BY 1, 2, 3, 4
"""
Place = tuple[UUID, UUID | None]
"""A unit and who has the work there; None for what nobody has taken."""


def loads_of_units(units: Collection[UUID], *, at: datetime) -> dict[Place, Load]:
    """Open work lying in units, by unit and officer. One query over it, by index; terms are remembered."""
    return _loads("unit_id", units, at=at)


def _loads(of: str, ids: Collection[UUID], *, at: datetime) -> dict[Place, Load]:
    ends = end_of_day(at)
    facts: dict[str, Any] = {
        "done": Status.DONE.value,
        "standing": list(STANDING),
        "at": at,
        "today": ends,
        "soon": ends + timedelta(days=SOON_DAYS),
        "ids": list(ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(LOADS.format(of=of), facts)
        rows = cursor.fetchall()
    found: dict[Place, Load] = defaultdict(Load)
    for unit, holder, version, counts_as, number in rows:
        load = found[unit, holder]
        setattr(load, counts_as, getattr(load, counts_as) + number)
        load.weight += number * weight(_term(version), PRESSES[counts_as])
    return dict(found)


def _term(version: UUID) -> Term | None:
    return procedures.version(version).term


@dataclass(frozen=True, slots=True)
class Suggestion:
    """To whom a dossier should go, and why, in words."""

    officer: UUID
    name: str
    because: str

    @property
    def words(self) -> str:
        """As one sentence."""
        return _("Gợi ý: %(name)s, %(because)s. Anh/chị vẫn chọn người.") % {
            "name": self.name,
            "because": self.because,
        }


@dataclass(frozen=True, slots=True)
class Share:
    """How many of many an officer would get, and why."""

    name: str
    number: int
    because: str


def _held(number: int) -> str:
    return ngettext("đang giữ %(n)d hồ sơ", "đang giữ %(n)d hồ sơ", number) % {"n": number}


@dataclass(frozen=True, slots=True)
class Staff:
    """Who may get which of some dossiers, and what is known of each: enough to suggest."""

    rows: Sequence[Dossier]
    candidates: Mapping[UUID, Candidate]
    names: Mapping[UUID, str]
    leaving: Mapping[UUID, datetime]
    codes: Mapping[UUID, str]
    fits: Mapping[UUID, frozenset[UUID]]
    """Of each dossier the officers who may get it; whoever has it already is none."""

    def suggestion(self, row: Dossier) -> Suggestion | None:
        """To whom this one should go; None when nobody else may get it."""
        code = self.codes[row.procedure_version_id]
        order = ranked((self.candidates[id] for id in self.fits[row.id]), code)
        if not order:
            return None
        first = order[0]
        return Suggestion(first.officer, self.names[first.officer], self.because(first, order, code))

    def shared(self) -> dict[UUID, UUID]:
        """To whom each should go when all are given at once, by its id; the most pressing are given first."""
        pieces = [
            Piece(
                id=row.id,
                procedure=self.codes[row.procedure_version_id],
                weight=weight(_term(row.procedure_version_id), Press.LATER),
                officers=self.fits[row.id],
            )
            for row in sorted(self.rows, key=lambda row: (row.due_at is None, row.due_at, row.id))
        ]
        return share(pieces, list(self.candidates.values()))

    def shares(self, to: Mapping[UUID, UUID]) -> list[Share]:
        """How many each would get by `shared`, and why, whoever gets most first."""
        count = Counter(to.values())
        order = sorted(count, key=lambda id: (-count[id], self.candidates[id].place))
        return [
            Share(
                name=self.names[id],
                number=count[id],
                because=_("%(held)s, %(away)s")
                % {"held": _held(self.candidates[id].open), "away": self.away(id)},
            )
            for id in order
        ]

    def because(self, one: Candidate, order: Sequence[Candidate], code: str) -> str:
        """Why this one, in words."""
        held = _held(one.open)
        said = [held]
        if len(order) == 1:
            said = [_("người duy nhất làm được việc này lúc này"), held]
        elif one.weight == min(other.weight for other in order):
            said = [_("nhẹ việc nhất: %(held)s") % {"held": held}]
        if done := one.done.get(code, 0):
            said.append(
                _("đã làm %(n)d hồ sơ loại này trong %(days)d ngày qua") % {"n": done, "days": LATELY_DAYS}
            )
        said.append(self.away(one.officer))
        return ", ".join(said)

    def choices(self) -> list[tuple[str, str]]:
        """Officers who may get at least one, with what they have now, those who may get most first."""
        count = Counter(id for several in self.fits.values() for id in several)
        order = sorted(count, key=lambda id: (-count[id], self.candidates[id].place))
        return [(str(id), self._choice(id, count[id])) for id in order]

    def _choice(self, officer: UUID, count: int) -> str:
        facts = {"name": self.names[officer], "n": count, "open": self.candidates[officer].open}
        if len(self.rows) == 1:
            return _("%(name)s (đang giữ %(open)d)") % facts
        return _("%(name)s (nhận được %(n)d hồ sơ, đang giữ %(open)d)") % facts

    def away(self, officer: UUID) -> str:
        """Whether the officer goes away soon, in words."""
        if officer in self.leaving:
            return _("sẽ vắng từ %(day)s") % {"day": f"{local(self.leaving[officer]):%d/%m}"}
        return _("không vắng trong %(days)d ngày tới") % {"days": LEAVING_DAYS}


def staff(rows: Iterable[Dossier], *, at: datetime) -> Staff:
    """Who may get these dossiers, by role and unit, with their loads. At most nine queries for any number."""
    rows = [row for row in rows if row.role]
    places = {(identity.Role(row.role), row.unit_id) for row in rows}
    there = identity.holders_by_place(
        roles={role for role, _unit in places}, units={unit for _role, unit in places}, at=at
    )
    fits = {
        row.id: frozenset(
            id for id in there.get((identity.Role(row.role), row.unit_id), ()) if id != row.holder
        )
        for row in rows
    }
    officers = list({id for several in there.values() for id in several})
    names = identity.officer_names(officers)
    loads = _loads("holder", officers, at=at)
    leaving = _leaving(officers, at=at)
    codes = {
        id: brief.code for id, brief in procedures.briefs({row.procedure_version_id for row in rows}).items()
    }
    done = _done(rows, officers, codes, at=at)
    by_name = sorted(officers, key=lambda id: (name_sort_key(names[id]), id))
    return Staff(
        rows=rows,
        candidates={
            id: Candidate(
                officer=id,
                place=by_name.index(id),
                weight=sum(load.weight for (_unit, holder), load in loads.items() if holder == id),
                open=sum(load.open for (_unit, holder), load in loads.items() if holder == id),
                leaves=id in leaving,
                done=done.get(id, {}),
            )
            for id in officers
        },
        names=names,
        leaving=leaving,
        codes=codes,
        fits=fits,
    )


def _leaving(officers: Collection[UUID], *, at: datetime) -> dict[UUID, datetime]:
    """From when those are away who go away soon. Three queries."""
    until = at + timedelta(days=LEAVING_DAYS)
    return {
        each.officer: each.begins_at
        for each in identity.absences(officers, at=at)
        if at < each.begins_at <= until
    }


def _done(
    rows: Sequence[Dossier], officers: Collection[UUID], codes: Mapping[UUID, str], *, at: datetime
) -> dict[UUID, dict[str, int]]:
    """How many dossiers of each of these procedures, closed lately by the same agencies, officers had a part
    in. Three queries."""
    versions = procedures.versions_of(codes=tuple(sorted(set(codes.values()))))
    closed = Dossier.objects.filter(
        agency_id__in={row.agency_id for row in rows},
        procedure_version_id__in=versions,
        closed_at__gte=at - timedelta(days=LATELY_DAYS),
    )
    lately = dict(closed.order_by("-closed_at").values_list("id", "procedure_version_id")[:MOST_LATELY])
    briefs = procedures.briefs(set(lately.values()))
    found: dict[UUID, dict[str, int]] = {}
    for officer, ids in tasks.done_by(officers, subject=SUBJECT, subject_ids=list(lately)).items():
        found[officer] = dict(Counter(briefs[lately[id]].code for id in ids))
    return found
