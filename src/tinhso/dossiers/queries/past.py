"""Where the time of dossiers went: each step in each hand, and each span the clock stood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import Standing
from tinhso.dossiers.turning import SUBJECT
from tinhso.identity import api as identity
from tinhso.tasks import api as tasks


@dataclass(frozen=True, slots=True)
class Stay:
    """One step in one hand; `who` empty while nobody took it, `ended` None while it lasts. UTC."""

    title: str
    who: str
    unit: UUID
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Past:
    """A dossier's steps in order, and the spans in which its clock stood, the last perhaps without end."""

    stays: tuple[Stay, ...] = ()
    stood: tuple[tuple[datetime, datetime | None], ...] = ()


def pasts(ids: Iterable[UUID]) -> dict[UUID, Past]:
    """The pasts of dossiers by id. Three queries, however many."""
    wanted = list(ids)
    spans = tasks.spans(subject=SUBJECT, subject_ids=wanted)
    names = identity.names({each.officer for several in spans.values() for each in several if each.officer})
    stood: dict[UUID, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    rows = Standing.objects.filter(dossier_id__in=wanted).order_by("began_at")
    for dossier, began, ended in rows.values_list("dossier_id", "began_at", "ended_at"):
        stood[dossier].append((began, ended))
    return {
        id_: Past(
            stays=tuple(
                Stay(
                    title=each.title,
                    who=names.get(each.officer, "") if each.officer else "",
                    unit=each.unit,
                    began=each.began,
                    ended=each.ended,
                )
                for each in spans.get(id_, ())
            ),
            stood=tuple(stood.get(id_, ())),
        )
        for id_ in wanted
    }
