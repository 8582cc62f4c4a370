"""Choices turned into what the database is asked, and the values there are to choose from, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Status, Via
from tinhso.dossiers.lifecycle import MEANINGS
from tinhso.dossiers.models import Dossier, Supplement
from tinhso.dossiers.queries.choices import FACETS, KINDS, ME, NOBODY, VIA, Choice
from tinhso.dossiers.queries.lists import open_phases
from tinhso.dossiers.queries.narrowing import Filter, Walk, narrowed
from tinhso.dossiers.queries.silence import undecided
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.text import sort_key
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

MOST_COUNTED = 5000
MOST_SHOWN = 60
AHEAD = {"hom-nay": 1, "ba-ngay": 4, "tuan": 8}


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose, its words, how many dossiers have it, and whether it is chosen."""

    value: str
    text: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """The options of each facet; `whole` when all dossiers of the list were counted, not only the first."""

    options: Mapping[str, tuple[Option, ...]]
    whole: bool


def condition(choice: Choice, *, officer: UUID, at: datetime) -> Q:
    """The choice as a condition. Values of one filter add up, filters narrow each other.

    `officer` is who is meant by "tôi". One query, when procedures or fields are chosen.
    """
    also = _windows(choice, at=at)
    for word, values in choice.picked:
        also &= _one_of(word, values, officer=officer)
    return also


def _one_of(word: str, values: tuple[str, ...], *, officer: UUID) -> Q:
    if word == "thu-tuc":
        return Q(procedure_version_id__in=procedures.versions_of(codes=values))
    if word == "linh-vuc":
        return Q(procedure_version_id__in=procedures.versions_of(sectors=values))
    if word == "giu":
        held = Q(holder__in=[officer if each == ME else UUID(each) for each in values if each != NOBODY])
        return held | Q(holder=None, finished_at=None) if NOBODY in values else held
    columns = {
        "tt": "status",
        "buoc": "step_name",
        "don-vi": "unit_id",
        "kenh": "via",
        "xa": "applicant_territory_id",
        "loai": "applicant_kind",
    }
    return Q(**{f"{columns[word]}__in": values})


def _windows(choice: Choice, *, at: datetime) -> Q:
    also = Q()
    if choice.received_from:
        also &= Q(submitted_at__gte=midnight(choice.received_from))
    if choice.received_to:
        also &= Q(submitted_at__lt=midnight(choice.received_to + timedelta(days=1)))
    if choice.due_from:
        also &= Q(due_at__gte=midnight(choice.due_from))
    if choice.due_to:
        also &= Q(due_at__lt=midnight(choice.due_to + timedelta(days=1)))
    if choice.due:
        if choice.due == "mac-nhien":
            return also & undecided()
        if choice.due == "bo-sung-tre":
            awaited = Supplement.objects.filter(answered_at=None, answer_by__lt=at)
            return also & Q(Exists(awaited.filter(dossier_id=OuterRef("id"))), finished_at=None)
        running = Q(finished_at=None, stopped_since=None)
        if choice.due == "phan-tre":
            return also & running & Q(Exists(open_phases().filter(dossier_id=OuterRef("id"), due_at__lt=at)))
        ahead = AHEAD.get(choice.due)
        if ahead is None:
            return also & running & Q(due_at__lt=at)
        return also & running & Q(due_at__gte=at, due_at__lt=midnight(today(at) + timedelta(days=ahead)))
    return also


def counted(base: Filter, choice: Choice, *, officer: UUID, at: datetime) -> Counted:
    """What can be chosen in a list, each with its count under all the other filters.

    Only the first dossiers of the list's order are counted, so that a long history costs no more. Five
    queries at most.
    """
    rows = _alike(replace(base, also=_windows(choice, at=at)))
    briefs = procedures.briefs({row["procedure_version_id"] for row in rows})
    tally: dict[str, Counter[str]] = {word: Counter() for word in FACETS}
    chosen = {word: frozenset(_meant(word, values, officer)) for word, values in choice.picked}
    for row in rows:
        has = _values(row, briefs[row["procedure_version_id"]])
        missed = [word for word, values in chosen.items() if has[word] not in values]
        for word in FACETS if not missed else missed if len(missed) == 1 else ():
            if has[word]:
                tally[word][has[word]] += row["number"]
    texts = _texts(briefs, tally, chosen)
    return Counted(
        options={word: _options(tally[word], texts[word], chosen.get(word, frozenset())) for word in FACETS},
        whole=sum(row["number"] for row in rows) < MOST_COUNTED,
    )


def _alike(narrow: Filter) -> list[dict[str, Any]]:
    """The first dossiers of a list, those with the same values of all facets together, with their number."""
    first = narrowed(narrow).order_by(*Walk(narrow).forwards()).values("id")[:MOST_COUNTED]
    rows = Dossier.objects.filter(id__in=first).annotate(
        unfinished=ExpressionWrapper(Q(finished_at=None), output_field=BooleanField())
    )
    return list(
        rows.values(
            "status",
            "procedure_version_id",
            "step_name",
            "holder",
            "unit_id",
            "unfinished",
            "via",
            "applicant_territory_id",
            "applicant_kind",
        ).annotate(number=Count("id"))
    )


def _meant(word: str, values: Sequence[str], officer: UUID) -> list[str]:
    return [str(officer) if word == "giu" and value == ME else value for value in values]


def _values(row: Mapping[str, Any], brief: procedures.Brief) -> dict[str, str]:
    """What a dossier has of each facet; empty where it has none."""
    holder, place = row["holder"], row["applicant_territory_id"]
    nobody = NOBODY if row["unfinished"] else ""
    return {
        "tt": row["status"],
        "thu-tuc": brief.code,
        "linh-vuc": brief.sector,
        "buoc": row["step_name"],
        "giu": str(holder) if holder else nobody,
        "don-vi": str(row["unit_id"]),
        "kenh": row["via"],
        "xa": str(place) if place else "",
        "loai": row["applicant_kind"],
    }


def _texts(
    briefs: Mapping[UUID, procedures.Brief],
    tally: Mapping[str, Counter[str]],
    chosen: Mapping[str, frozenset[str]],
) -> dict[str, dict[str, str]]:
    names = named(
        {
            word: {*tally[word], *chosen.get(word, ())}
            for word in ("giu", "don-vi", "xa", "thu-tuc", "linh-vuc")
        }
    )
    return {
        **names,
        "thu-tuc": names["thu-tuc"] | {brief.code: brief.name for brief in briefs.values()},
        "linh-vuc": names["linh-vuc"] | {brief.sector: brief.sector_name for brief in briefs.values()},
    }


def said(choice: Choice) -> dict[str, dict[str, str]]:
    """The words of the values chosen, by facet. Three queries at most, one of them remembered."""
    texts = named(dict(choice.picked))
    if choice.of("thu-tuc") or choice.of("linh-vuc"):
        versions = procedures.versions_of(codes=choice.of("thu-tuc"), sectors=choice.of("linh-vuc"))
        for brief in procedures.briefs(versions).values():
            if brief.code in choice.of("thu-tuc"):
                texts["thu-tuc"][brief.code] = brief.name
            if brief.sector in choice.of("linh-vuc"):
                texts["linh-vuc"][brief.sector] = brief.sector_name
    return texts


def named(values: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """The words of values of facets, by facet. Two queries at most, for officers and communes."""
    people = {each for each in values.get("giu", ()) if each not in (ME, NOBODY)}
    holders = identity.names({UUID(each) for each in people}) if people else {}
    ids = {UUID(each) for word in ("xa", "don-vi") for each in values.get(word, ())}
    places = {str(id_): name for id_, name in directory.names(ids).items()} if ids else {}
    return {
        "tt": {status.value: MEANINGS[status].label for status in Status},
        "thu-tuc": {code: code for code in values.get("thu-tuc", ())},
        "linh-vuc": {slug: slug for slug in values.get("linh-vuc", ())},
        "buoc": {step: step for step in values.get("buoc", ())},
        "giu": {NOBODY: _("Chưa ai giữ"), ME: _("Tôi")} | {str(id_): name for id_, name in holders.items()},
        "kenh": {via.value: _(VIA[via]) for via in Via},
        "don-vi": places,
        "xa": places,
        "loai": {kind: _(msgid) for kind, msgid in KINDS.items()},
    }


def _options(
    tally: Mapping[str, int], texts: Mapping[str, str], chosen: frozenset[str]
) -> tuple[Option, ...]:
    """The fullest values and those chosen, in Vietnamese order."""
    fullest = sorted(tally, key=lambda value: -tally[value])[:MOST_SHOWN]
    values = {*fullest, *chosen}
    options = [
        Option(value=value, text=texts.get(value, value), count=tally.get(value, 0), chosen=value in chosen)
        for value in values
    ]
    return tuple(sorted(options, key=lambda option: (sort_key(option.text), option.value)))
