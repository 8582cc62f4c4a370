"""What happened to a dossier since a version that somebody read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Dossier, HistoryEntry, SubmittedPaper
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation import audit
from tinhso.identity import api as identity

MOST = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One act since then. `about` names what it touched: a person, a unit, a paper; empty for others."""

    act: str
    who: str
    at: datetime
    note: str
    about: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The acts since a version, oldest first, and the status then and now."""

    acts: tuple[Change, ...] = ()
    was: Status | None = None
    now: Status | None = None


def since(dossier_id: UUID, *, version: int) -> Changes:
    """Every act after the version, no more than twenty. Every version has its line in history and audit.

    Six queries at most.
    """
    dossier = Dossier.objects.only("version", "status").get(id=dossier_id)
    newer = min(max(dossier.version - version, 0), MOST)
    if not newer:
        return Changes()
    entries = list(HistoryEntry.objects.filter(dossier_id=dossier_id).order_by("-id")[: newer + 1])
    details = {
        line.details["version"]: line.details
        for line in audit.trace(SUBJECT, dossier_id, limit=2 * MOST)
        if "version" in line.details
    }
    told = [details.get(dossier.version - back, {}) for back in range(newer)]
    names = _names(told)
    acts = tuple(
        Change(
            act=entry.act,
            who=entry.actor_name,
            at=entry.at,
            note=entry.note,
            about=next((names[one] for one in _ids(detail) if one in names), ""),
            verdict=str(detail.get("verdict", "")),
        )
        for entry, detail in zip(entries[:newer], told, strict=True)
    )
    was = Status(entries[newer].status) if len(entries) > newer else None
    return Changes(acts=acts[::-1], was=was, now=Status(dossier.status))


def _ids(detail: Mapping[str, Any]) -> list[UUID]:
    return [UUID(detail[key]) for key in ("to", "unit", "paper") if detail.get(key)]


def _names(told: list[dict[str, Any]]) -> dict[UUID, str]:
    ids = {one for detail in told for one in _ids(detail)}
    if not ids:
        return {}
    papers = dict(SubmittedPaper.objects.filter(id__in=ids).values_list("id", "name"))
    return {**directory.names(ids), **identity.names(ids), **papers}
