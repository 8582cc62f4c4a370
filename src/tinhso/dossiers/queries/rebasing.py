"""Open dossiers under an earlier version of their procedure, and what going over would bring to each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.lifecycle import MEANINGS, OPEN, Clock
from tinhso.dossiers.models import Content, Dossier, Result, Running, SubmittedPaper
from tinhso.dossiers.outcomes import ResultState
from tinhso.dossiers.queries.lacking import lacking
from tinhso.forms import api as forms
from tinhso.foundation.errors import NotFound, Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow

ACT = "rebase"
PAGE = 50
KEPT = 256
ASKED = frozenset(
    {procedures.ComparedPart.FORM, procedures.ComparedPart.PAPERS, procedures.ComparedPart.FEES}
)
LAYOUT = ("pages:", "parts:", "title", "minutes")
"""Keys of what is only another order of the same questions."""
SAID_TO_THE_PERSON = frozenset({"term", "conditions", "results"})
MOVABLE = sorted(status.value for status in OPEN if MEANINGS[status].clock is not Clock.ENDED)
"""Of a dossier whose result is there nothing is left to be done by another version."""


@dataclass(frozen=True, slots=True)
class Way:
    """From one version to another, the same for every dossier between them."""

    before: procedures.VersionView
    after: procedures.VersionView
    differences: tuple[procedures.Difference, ...]
    against: str = ""

    @property
    def for_the_person(self) -> tuple[procedures.Difference, ...]:
        """What of it concerns who filed."""
        return tuple(
            each
            for each in self.differences
            if each.key in SAID_TO_THE_PERSON or (each.part in ASKED and not each.key.startswith(LAYOUT))
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of one dossier. `process` and `state` are as they stand when the process is the same.

    `aside` are the answers that are not asked for any more, `missing` sentences of what is asked now and not
    answered, by path; `lacking` and `over` are names of papers.
    """

    way: Way
    process: UUID
    state: bytes
    answers: Mapping[str, Any]
    aside: Mapping[str, Any]
    missing: Mapping[str, str]
    lacking: tuple[str, ...]
    over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """Open dossiers of one procedure under earlier versions: how many, and how each version differs."""

    code: str
    name: str
    count: int
    ways: tuple[tuple[Way, int], ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One dossier of a dry run: its plan, or why it stays."""

    dossier: Dossier
    plan: Plan | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose dossiers an officer may take over: of the agencies that have them now, None for the province."""

    agencies: tuple[UUID, ...] | None = None

    def of(self, rows: QuerySet[Dossier], *, at: datetime) -> QuerySet[Dossier]:
        """Those of the rows that lie within reach: where the act itself is allowed."""
        if self.agencies is None:
            return rows
        return rows.filter(unit_id__in=[unit.id for unit in directory.units_of(self.agencies, today(at))])


def reach(by: ActorRef, *, at: datetime) -> Reach:
    """Whose dossiers this officer may take over. Raises NotFound for who may none."""
    lines = identity.grants()[f"dossiers.{ACT}"]
    held = identity.held(by.id, at) if by.id and by.kind is ActorKind.OFFICER else ()
    wide = {role for line in lines if line.scope is identity.Scope.PROVINCE for role in line.roles}
    if any(post.role in wide for post in held):
        return Reach()
    roles = {role for line in lines for role in line.roles}
    units = [post.unit for post in held if post.role in roles]
    if not units:
        raise NotFound(_("Không có trang này."))
    return Reach(tuple({unit.agency_id for unit in directory.units(set(units)).values()}))


def waiting(code: str, *, within: Reach, at: datetime) -> QuerySet[Dossier]:
    """The open dossiers of a procedure filed under another version than the one in force, by id."""
    now = procedures.published(code=code, at=at)
    others = [id for id in procedures.versions_of(codes=(code,)) if id != now.id]
    rows = Dossier.objects.filter(procedure_version_id__in=others, status__in=MOVABLE)
    return within.of(rows, at=at).order_by("id")


def behind(within: Reach, *, at: datetime) -> tuple[Behind, ...]:
    """What is under earlier versions, most first. One query and those of the catalogue."""
    rows = within.of(Dossier.objects.filter(finished_at=None, status__in=MOVABLE), at=at)
    counts = rows.order_by().values_list("procedure_version_id").annotate(n=Count("id"))
    found: dict[str, list[tuple[Way, int]]] = {}
    for version, n in counts:
        try:
            to = in_force(version, at=at)
        except Unable:
            continue
        if to != version:
            passes = way(version, to)
            found.setdefault(passes.after.code, []).append((passes, n))
    told = [
        Behind(code, _name(ways[0][0].after), sum(n for _way, n in ways), tuple(ways))
        for code, ways in found.items()
    ]
    return tuple(sorted(told, key=lambda each: (-each.count, each.name)))


def _name(version: procedures.VersionView) -> str:
    return version.short_name or version.name


def in_force(version_id: UUID, *, at: datetime) -> UUID:
    """The version of the same procedure in force on the day of `at`. Raises UnknownProcedure without one."""
    return procedures.published(code=procedures.version(version_id).code, at=at).id


def way(before: UUID, after: UUID) -> Way:
    """How two published versions differ, read once a process and language."""
    return _way(before, after, get_language())


@lru_cache(maxsize=KEPT)
def _way(before: UUID, after: UUID, _language: str | None) -> Way:
    old, new = procedures.version(before), procedures.version(after)
    return Way(old, new, procedures.differences(old, new), _against(old, new))


def _against(old: procedures.VersionView, new: procedures.VersionView) -> str:
    """Why no dossier may go this way; empty when they may."""
    if old.deemed != new.deemed:
        return _(
            "Hai phiên bản quy định khác nhau về việc hết hạn mà không trả lời. Hồ sơ giữ quy định lúc nộp."
        )
    if {phase.key for phase in new.phases} - {phase.key for phase in old.phases}:
        return _("Quy trình mới có cơ quan chưa tham gia khi hồ sơ được nộp.")
    if bool(old.bundle) != bool(new.bundle):
        return _("Một phiên bản là nhóm thủ tục nộp một lần, phiên bản kia không phải.")
    return ""


def tried(rows: Iterable[Dossier], *, at: datetime) -> list[Tried]:
    """What would become of each, nothing changed. Four queries and those of the catalogue."""
    rows = list(rows)
    ids = [row.id for row in rows]
    running = {each.dossier_id: each for each in Running.objects.filter(dossier_id__in=ids)}
    contents = {each.dossier_id: each for each in Content.objects.filter(dossier_id__in=ids)}
    papers = papers_of(ids)
    results = _results(ids)
    found = []
    for row in rows:
        try:
            plan = planned(
                row,
                to=in_force(row.procedure_version_id, at=at),
                running=running[row.id],
                content=contents[row.id],
                papers=papers.get(row.id, {}),
                result=results.get(row.id),
            )
            found.append(Tried(row, plan))
        except Unable as fault:
            found.append(Tried(row, why=fault.message))
    return found


def plan_of(dossier: Dossier, *, running: Running, content: Content, at: datetime) -> Plan:
    """What becomes of one dossier. Two queries. Raises WrongTurn, CannotMove, UnknownProcedure."""
    return planned(
        dossier,
        to=in_force(dossier.procedure_version_id, at=at),
        running=running,
        content=content,
        papers=papers_of([dossier.id]).get(dossier.id, {}),
        result=_results([dossier.id]).get(dossier.id),
    )


def papers_of(ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Names of the papers that count, by dossier and code."""
    found: dict[UUID, dict[str, str]] = {}
    rows = SubmittedPaper.objects.filter(dossier_id__in=ids, current=True).order_by("id")
    for dossier, code, name in rows.values_list("dossier_id", "code", "name"):
        found.setdefault(dossier, {})[code] = name
    return found


def _results(ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(Result.objects.filter(dossier_id__in=ids, current=True).values_list("dossier_id", "state"))


def planned(
    dossier: Dossier,
    *,
    to: UUID,
    running: Running,
    content: Content,
    papers: Mapping[str, str],
    result: str | None,
) -> Plan:
    """What becomes of a dossier in another version. Raises WrongTurn, CannotMove."""
    if to == dossier.procedure_version_id:
        raise WrongTurn(_("Hồ sơ đã theo phiên bản này."), act=ACT)
    passes = way(dossier.procedure_version_id, to)
    if passes.against:
        raise WrongTurn(passes.against, act=ACT)
    if result not in (None, ResultState.DRAFTED.value):
        raise WrongTurn(_("Kết quả đã ký nên hồ sơ giải quyết xong theo phiên bản lúc nộp."), act=ACT)
    process, state = _moved(passes.after, running)
    answers, aside = _answered(passes, content, dossier=dossier)
    lacks = lacking(passes.after, dict(answers), papers, at=dossier.submitted_at)
    asked = {paper.code for paper in passes.after.papers}
    was_asked = {paper.code for paper in passes.before.papers}
    return Plan(
        way=passes,
        process=process,
        state=state,
        answers=answers,
        aside=aside,
        missing=lacks.faults,
        lacking=tuple(paper.name for paper in lacks.papers),
        over=tuple(name for code, name in papers.items() if code in was_asked and code not in asked),
    )


def _moved(after: procedures.VersionView, running: Running) -> tuple[UUID, bytes]:
    """How the dossier stands in the process of the version; one without a process leaves it as it is."""
    to = after.process_version_id
    if to is None or to == running.process_version_id:
        return running.process_version_id, bytes(running.state)
    return to, workflow.move(running.process_version_id, bytes(running.state), to=to).data


def _answered(
    passes: Way, content: Content, *, dossier: Dossier
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The answers the new form takes, and those it does not ask for.

    What was put aside by an earlier change comes back when it is asked for again.
    """
    form = passes.after.form_version_id
    if form == passes.before.form_version_id:
        return content.answers, content.aside or {}
    given = together(content.aside or {}, content.answers)
    if form is None:
        return {}, given
    judged = forms.validate(form, given, at=dossier.submitted_at)
    return judged.answers, left_out(given, judged.answers)


def together(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both, what stands `over` first."""
    both = {**under, **over}
    for name in under.keys() & over.keys():
        if isinstance(under[name], dict) and isinstance(over[name], dict):
            both[name] = together(under[name], over[name])
    return both


def left_out(given: Mapping[str, Any], taken: Mapping[str, Any]) -> dict[str, Any]:
    """What of `given` has no place in `taken`; a table of which a column went stays whole."""
    left: dict[str, Any] = {}
    for name, value in given.items():
        here = taken.get(name)
        if isinstance(value, dict) and isinstance(here, dict):
            if rest := left_out(value, here):
                left[name] = rest
        elif isinstance(value, list) and isinstance(here, list):
            if any(isinstance(row, dict) and left_out(row, now) for row, now in _rows(value, here)):
                left[name] = value
        elif name not in taken and value not in (None, "", [], {}):
            left[name] = value
    return left


def _rows(before: list[Any], after: list[Any]) -> Iterable[tuple[Any, Mapping[str, Any]]]:
    for number, row in enumerate(before):
        now = after[number] if number < len(after) else {}
        yield row, now if isinstance(now, dict) else {}
