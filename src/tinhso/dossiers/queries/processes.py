"""Open dossiers that still run in an earlier process of their procedure, and what a change would bring."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier, Running
from tinhso.foundation.errors import NotFound, Unable
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow


@dataclass(frozen=True, slots=True)
class Behind:
    """Open dossiers of one procedure in one earlier process: how many, and the steps that differ now."""

    code: str
    name: str
    process: UUID
    count: int
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    altered: tuple[str, ...]


def behind(agencies: Collection[UUID], *, at: datetime) -> tuple[Behind, ...]:
    """What the agencies have in earlier processes, most first; two queries and those of the catalogue."""
    rows = (
        Running.objects.filter(dossier__agency_id__in=agencies, dossier__finished_at=None)
        .values_list("dossier__procedure_version_id", "process_version_id")
        .annotate(n=Count("dossier_id"))
        .order_by()
    )
    briefs = procedures.briefs({version for version, _process, _n in rows})
    counts: dict[tuple[str, UUID, UUID], int] = {}
    for version, process, n in rows:
        try:
            now = current(version, at=at)
        except (NotFound, Unable):
            continue
        if now != process:
            key = (briefs[version].code, process, now)
            counts[key] = counts.get(key, 0) + n
    names = {brief.code: brief.name for brief in briefs.values()}
    found = [
        Behind(code, names[code], process, n, *differences(process, now))
        for (code, process, now), n in counts.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.count, each.name)))


def differences(old: UUID, new: UUID) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The names of the steps that came, that went, and that are another's work or another share of time."""
    before = {step.step: step for step in workflow.process(old).steps}
    after = {step.step: step for step in workflow.process(new).steps}
    return (
        tuple(step.name for key, step in after.items() if key not in before),
        tuple(step.name for key, step in before.items() if key not in after),
        tuple(step.name for key, step in after.items() if key in before and before[key] != step),
    )


def hindrances(ids: Iterable[UUID], *, at: datetime) -> dict[UUID, str]:
    """Why dossiers cannot go over to the process in force now, by id, in words; nothing is changed."""
    against: dict[UUID, str] = {}
    for running in Running.objects.filter(dossier_id__in=ids).select_related("dossier"):
        try:
            to = current(running.dossier.procedure_version_id, at=at)
            moved(running.dossier, running, to=to)
        except (NotFound, Unable) as fault:
            against[running.dossier_id] = fault.message
    return against


def codes_behind(agencies: Collection[UUID], *, process: UUID, most: int) -> list[str]:
    """The codes of open dossiers in a process, oldest first."""
    rows = Running.objects.filter(
        dossier__agency_id__in=agencies, dossier__finished_at=None, process_version_id=process
    )
    return list(rows.order_by("dossier_id").values_list("dossier__code", flat=True)[:most])


def current(version_id: UUID, *, at: datetime) -> UUID:
    """The process of the version in force on the day of `at`. Raises NotFound, WrongTurn without one."""
    code = procedures.version(version_id).code
    process = procedures.published(code=code, at=at).process_version_id
    if process is None:
        raise WrongTurn(_("Thủ tục này hiện không có quy trình."), act="change_process")
    return process


def moved(dossier: Dossier, running: Running, *, to: UUID) -> workflow.State:
    """How the dossier would stand in the other process. Raises CannotMove, WrongTurn."""
    if running.process_version_id == to:
        raise WrongTurn(_("Hồ sơ đã theo quy trình này."), act="change_process")
    named = {phase.key for phase in procedures.version(dossier.procedure_version_id).phases}
    if any(step.phase and step.phase not in named for step in workflow.process(to).steps):
        raise WrongTurn(_("Quy trình mới có cơ quan chưa tham gia khi hồ sơ được nộp."), act="change_process")
    return workflow.move(running.process_version_id, bytes(running.state), to=to)
