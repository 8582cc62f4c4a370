"""Opinions as their askers and those asked read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.models import Opinion, SharedPaper
from tinhso.dossiers.turning import opinion_subject
from tinhso.foundation import files
from tinhso.foundation.errors import NotFound
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures


@dataclass(frozen=True, slots=True)
class SharedView:
    """A paper shared with the question."""

    id: UUID
    name: str
    file_id: UUID | None


@dataclass(frozen=True, slots=True)
class OpinionView:
    """One agency's opinion, with the question and the papers shared. Moments are UTC."""

    id: UUID
    dossier: UUID
    code: str
    procedure: str
    question: str
    asker: str
    asked_by: str
    agency: UUID
    agency_name: str
    unit: UUID
    unit_name: str
    asked_at: datetime
    due_at: datetime
    words: tuple[str, ...]
    state: OpinionState
    ended_at: datetime | None
    ended_by: str
    text: str
    file_id: UUID | None
    file_name: str
    shared: tuple[SharedView, ...]

    def late(self, at: datetime) -> bool:
        """Whether it came, or is still missing, after its deadline."""
        return (self.ended_at or at) > self.due_at


def of_dossier(dossier_id: UUID) -> tuple[OpinionView, ...]:
    """The opinions asked on a dossier, the latest question first. Five queries."""
    rows = Opinion.objects.filter(request__dossier_id=dossier_id)
    return views(list(rows.select_related("request__dossier").order_by("-asked_at", "due_at", "id")))


def one(opinion_id: UUID, *, by: ActorRef, at: datetime) -> OpinionView:
    """The opinion, for an officer of the agency asked. Raises NotFound for anybody else."""
    row = Opinion.objects.filter(id=opinion_id).select_related("request__dossier").first()
    if row is None or not identity.can(by, "dossiers.give_opinion", opinion_subject(row), at):
        raise NotFound(_("Không có yêu cầu xin ý kiến này."))
    return views([row])[0]


def views(rows: list[Opinion]) -> tuple[OpinionView, ...]:
    """Rows with the names they show: one question per room."""
    shared: dict[UUID, list[SharedView]] = {}
    of_requests = SharedPaper.objects.filter(request_id__in={row.request_id for row in rows})
    for each in of_requests.select_related("paper").order_by("id"):
        view = SharedView(id=each.paper_id, name=each.paper.name, file_id=each.paper.file_id)
        shared.setdefault(each.request_id, []).append(view)
    names = directory.names(
        {id for row in rows for id in (row.agency_id, row.unit_id, row.request.agency_id)}
    )
    briefs = procedures.briefs({row.request.dossier.procedure_version_id for row in rows})
    stored = files.describe([row.file_id for row in rows if row.file_id])
    return tuple(
        OpinionView(
            id=row.id,
            dossier=row.request.dossier_id,
            code=row.request.dossier.code,
            procedure=briefs[row.request.dossier.procedure_version_id].name,
            question=row.request.question,
            asker=names[row.request.agency_id],
            asked_by=row.request.asked_by_name,
            agency=row.agency_id,
            agency_name=names[row.agency_id],
            unit=row.unit_id,
            unit_name=names[row.unit_id],
            asked_at=row.asked_at,
            due_at=row.due_at,
            words=tuple(row.words),
            state=OpinionState(row.state),
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            text=row.text,
            file_id=row.file_id,
            file_name=stored[row.file_id].name if row.file_id in stored else "",
            shared=tuple(shared.get(row.request_id, ())),
        )
        for row in rows
    )
