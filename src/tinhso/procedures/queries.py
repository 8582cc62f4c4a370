"""Reads of the catalogue. A published version's words never change, so they are decoded once a process."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Count, F, Func, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.foundation.text import sort_key
from tinhso.procedures.content import decode
from tinhso.procedures.contracts import (
    AgencyLevel,
    Brief,
    Content,
    OnlineLevel,
    ProcedureLine,
    SectorLine,
    Source,
    Standing,
    UnknownProcedure,
    VersionState,
    VersionView,
)
from tinhso.procedures.known import KNOWN
from tinhso.procedures.models import ProcedureVersion, Sector
from tinhso.procedures.operations.index import KIND
from tinhso.search import api as search

KEPT = 4096
RELEVANT = 0.45
FIELDS = (
    "id",
    "procedure_id",
    "procedure__code",
    "number",
    "state",
    "source",
    "effective_from",
    "effective_to",
)


@lru_cache(maxsize=KEPT)
def _content(version_id: UUID) -> Content:
    return decode(ProcedureVersion.objects.values_list("content", flat=True).get(id=version_id))


def in_force(day: date) -> QuerySet[ProcedureVersion]:
    """The versions in force on a day: at most one per procedure."""
    return ProcedureVersion.objects.filter(
        Q(effective_to=None) | Q(effective_to__gt=day), effective_from__lte=day
    ).exclude(state="draft")


def _view(row: dict[str, Any], content: Content) -> VersionView:
    said = {field.name: getattr(content, field.name) for field in dataclasses.fields(content)}
    return VersionView(
        **said,
        id=row["id"],
        procedure_id=row["procedure_id"],
        code=row["procedure__code"],
        number=row["number"],
        state=VersionState(row["state"]),
        source=Source(row["source"]),
        effective_from=row["effective_from"],
        effective_to=row["effective_to"],
    )


def published(*, code: str, at: datetime) -> VersionView:
    """The version of the procedure in force on the day of `at`. Raises UnknownProcedure."""
    return _published(code, moments.today(at))


@KNOWN.of
def _published(code: str, day: date) -> VersionView:
    row = in_force(day).filter(procedure__code=code).values(*FIELDS).first()
    if row is None:
        raise UnknownProcedure(_("Không có thủ tục mang mã này đang hiệu lực."), code=code)
    return _view(row, _content(row["id"]))


_kept: OrderedDict[UUID, VersionView] = OrderedDict()


def version(version_id: UUID) -> VersionView:
    """One version, a draft too. Raises UnknownProcedure.

    What is published is read once a process: `state` and `effective_to` stand as they were then; ask
    `published` whether it is in force.
    """
    if version_id in _kept:
        return _kept[version_id]
    row = ProcedureVersion.objects.filter(id=version_id).values(*FIELDS).first()
    if row is None:
        raise UnknownProcedure(_("Không có phiên bản thủ tục này."))
    if row["state"] == VersionState.DRAFT:
        stored = ProcedureVersion.objects.values_list("content", flat=True).get(id=version_id)
        return _view(row, decode(stored))
    view = _kept[version_id] = _view(row, _content(version_id))
    if len(_kept) > KEPT:
        _kept.popitem(last=False)
    return view


def names(version_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of versions by id, for a list, in one query; the short name where there is one."""
    rows = ProcedureVersion.objects.filter(id__in=set(version_ids)).values_list("id", "name", "short_name")
    return {id_: short or name for id_, name, short in rows}


@KNOWN.each
def briefs(wanted: list[UUID]) -> dict[UUID, Brief]:
    """Codes, names and units of terms of versions by id, for a list; none once they are known."""
    version_ids = set(wanted)
    rows = ProcedureVersion.objects.filter(id__in=version_ids).values_list(
        "id", "procedure__code", "name", "short_name", "sector__slug", "sector__name"
    )
    units = _term_units(version_ids)
    return {
        id_: Brief(
            code=code,
            name=short or name,
            term_unit=units.get(id_, ""),
            sector=slug,
            sector_name=sector,
        )
        for id_, code, name, short, slug, sector in rows
    }


@KNOWN.of
def versions_of(codes: tuple[str, ...] = (), sectors: tuple[str, ...] = ()) -> tuple[UUID, ...]:
    """All versions of procedures with one of these codes, or in one of these sectors (slugs). One query."""
    rows = ProcedureVersion.objects.filter(Q(procedure__code__in=codes) | Q(sector__slug__in=sectors))
    return tuple(rows.values_list("id", flat=True))


@KNOWN.of
def deemed_versions() -> tuple[UUID, ...]:
    """All versions by which silence decides once the promise runs out. One query, remembered."""
    rows = ProcedureVersion.objects.filter(content__deemed__isnull=False).exclude(content__deemed=None)
    return tuple(rows.exclude(state="draft").values_list("id", flat=True))


_units: dict[UUID, str] = {}


def _term_units(version_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What the terms of versions are counted in; read once a process, since published words never change."""
    missing = set(version_ids) - _units.keys()
    if missing:
        rows = ProcedureVersion.objects.filter(id__in=missing).exclude(state="draft")
        _units.update({id_: unit or "" for id_, unit in rows.values_list("id", KT("content__term__unit"))})
    return _units


def _lines(rows: QuerySet[ProcedureVersion]) -> list[ProcedureLine]:
    taken = rows.values_list(
        "procedure_id",
        "id",
        "procedure__code",
        "name",
        "short_name",
        "summary",
        "sector__name",
        "sector__slug",
        "online_level",
        "agency_level",
        "form_version_id",
    )
    return [
        ProcedureLine(
            procedure_id=procedure_id,
            version_id=version_id,
            code=code,
            name=name,
            short_name=short,
            summary=summary,
            sector=sector,
            sector_slug=slug,
            online_level=OnlineLevel(online),
            agency_level=AgencyLevel(level),
            fileable=form is not None and online != OnlineLevel.INFORMATION,
        )
        for procedure_id, version_id, code, name, short, summary, sector, slug, online, level, form in taken
    ]


def find(q: str, *, at: datetime, limit: int = 20) -> tuple[ProcedureLine, ...]:
    """The procedures in force that answer `q`, best first: without diacritics, mistyped, in everyday words.

    What answers far less well than the best is left out. Three queries at most, whatever the number of hits.
    """
    answers = search.find(q, kinds=(KIND,), limit=limit)
    hits = [hit.id for hit in answers if hit.score >= RELEVANT * answers[0].score]
    day = moments.today(at)
    lines = _lines_on([(day, id_) for id_ in hits])
    return tuple(lines[day, id_] for id_ in hits if (day, id_) in lines)


@KNOWN.each
def _lines_on(wanted: list[tuple[date, UUID]]) -> dict[tuple[date, UUID], ProcedureLine]:
    """The lines of procedures (by id) in force on a day, the same for all that are wanted."""
    day = wanted[0][0]
    rows = in_force(day).filter(procedure__in=[id_ for _day, id_ in wanted])
    return {(day, line.procedure_id): line for line in _lines(rows)}


def sectors(*, at: datetime) -> tuple[SectorLine, ...]:
    """The fields with procedures in force, fullest first."""
    rows = (
        in_force(moments.today(at))
        .values(slug=F("sector__slug"), title=F("sector__name"))
        .annotate(total=Count("id"))
        .order_by("-total", "title")
    )
    return tuple(SectorLine(slug=r["slug"], name=r["title"], procedures=r["total"]) for r in rows)


def listed(
    *, sector: str, at: datetime, limit: int = 50, after: tuple[str, UUID] | None = None
) -> tuple[ProcedureLine, ...]:
    """Procedures in force of a field (its slug) in Vietnamese order, after (name, version id) last seen."""
    rows = in_force(moments.today(at)).filter(sector=sector).order_by("sort_key", "id")
    if after is not None:
        name, last = after
        key = sort_key(name)
        rows = rows.filter(Q(sort_key__gt=key) | Q(sort_key=key, id__gt=last))
    return tuple(_lines(rows[:limit]))


def by_codes(codes: Sequence[str], *, at: datetime) -> tuple[ProcedureLine, ...]:
    """Lines of these procedures in force, in the order asked; unknown codes are left out."""
    found = {
        line.code: line for line in _lines(in_force(moments.today(at)).filter(procedure__code__in=codes))
    }
    return tuple(found[code] for code in codes if code in found)


def fileable(*, at: datetime, limit: int = 200) -> tuple[ProcedureLine, ...]:
    """Procedures written here that are filed online here, in Vietnamese order. One query.

    Those of the national catalogue with a plain form are many: they are found by searching.
    """
    rows = in_force(moments.today(at)).filter(form_version_id__isnull=False, source=Source.WRITTEN)
    rows = rows.exclude(online_level=OnlineLevel.INFORMATION).order_by("sort_key", "id")
    return tuple(_lines(rows[:limit]))


def of_forms(form_versions: Iterable[UUID], *, at: datetime) -> tuple[ProcedureLine, ...]:
    """Procedures in force that ask one of these versions of forms, in Vietnamese order. One query."""
    wanted = [str(one) for one in form_versions]
    rows = in_force(moments.today(at)).filter(form_version_id__in=wanted).order_by("sort_key", "id")
    return tuple(_lines(rows))


COSTS = '$ ? (@.fees[*].amount > 0 || @.fee_table.type() == "object")'


def standing(*, at: datetime) -> tuple[Standing, ...]:
    """All procedures in force, for whoever improves the catalogue. One query, remembered."""
    return _standing(moments.today(at))


@KNOWN.of
def _standing(day: date) -> tuple[Standing, ...]:
    online = Q(content__channels__contains=[{"kind": "online"}])
    originals = Func(
        F("content"),
        template="jsonb_path_exists(%(expressions)s, '$.papers[*] ? (@.originals > 0)')",
        output_field=BooleanField(),
    )
    costs = Func(
        F("content"),
        template=f"jsonb_path_exists(%(expressions)s, '{COSTS}')",
        output_field=BooleanField(),
    )
    rows = in_force(day).annotate(
        costs=costs,
        online=Case(When(online, then=Value(True)), default=Value(False)),
        originals=originals,
        result=KT("content__result_template"),
    )
    taken = rows.values_list(
        "procedure__code",
        "id",
        "name",
        "short_name",
        "sector__slug",
        "sector__name",
        "sort_key",
        "agency_level",
        "online_level",
        "form_version_id",
        "source",
        "online",
        "originals",
        "result",
        "costs",
    )
    return tuple(
        Standing(
            code=code,
            version_id=version_id,
            name=short or name,
            sector=slug,
            sector_name=sector,
            sort_key=key,
            agency_level=AgencyLevel(level),
            online_level=OnlineLevel(how),
            form_version_id=UUID(form) if form else None,
            written=source == Source.WRITTEN,
            online=channel,
            originals=asked,
            result=bool(result),
            costs=costs,
        )
        for (
            code, version_id, name, short, slug, sector, key, level, how, form, source, channel, asked,
            result, costs
        ) in taken
    )  # fmt: skip


def standing_procedures() -> tuple[UUID, ...]:
    """The procedures that have a published version without an end."""
    rows = ProcedureVersion.objects.filter(state="published", effective_to=None)
    return tuple(rows.values_list("procedure_id", flat=True))


def sector(slug: str) -> str:
    """The name of a field. Raises UnknownProcedure."""
    name = Sector.objects.filter(slug=slug).values_list("name", flat=True).first()
    if name is None:
        raise UnknownProcedure(_("Không có lĩnh vực này. Hãy xem danh sách lĩnh vực."))
    return name
