"""Telling the office that a fact taken over from elsewhere is wrong, and the office's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import notices
from tinhso.dossiers.models import Draft, FactReport
from tinhso.foundation import crypto, transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.identity import api as identity

LONGEST = 500
SUBJECT = "fact_report"


@dataclass(frozen=True, slots=True)
class FactReportView:
    """A person's word that a prefilled answer is wrong at its source, and the office's answer."""

    id: UUID
    person: str
    label: str
    origin: str
    shown: str
    said: str
    reported_at: datetime
    settled_at: datetime | None
    settled_by: str
    answer: str


def report(
    *, draft_id: UUID, path: str, label: str, shown: str, said: str, by: ActorRef, at: datetime
) -> UUID:
    """Report a prefilled answer of one's draft to the one-stop desk of the agency chosen; the report's id.

    Its officers get a notice, without the data themselves. Raises Invalid for no words, for an answer the
    person gave themselves, and while no agency is chosen; Conflict when the same was reported and waits.
    """
    draft = Draft.objects.filter(id=draft_id, dossier=None).first()
    if draft is None or by.id is None:
        raise NotFound(_("Bản đang viết này không còn. Hãy bắt đầu lại từ trang thủ tục."))
    if path not in draft.origins or draft.agency_id is None:
        raise Invalid(_("Mục này do ông/bà tự ghi: hãy sửa ngay trên tờ khai."))
    said = said.strip()[:LONGEST]
    if not said:
        empty = _("Hãy ghi đúng ra là gì.")
        raise Invalid(empty, faults={"dung_ra": empty})
    row = FactReport(
        id=new_id(),
        person_id=by.id,
        procedure_version_id=draft.procedure_version_id,
        unit_id=_desk(draft.agency_id, at=at),
        path=path,
        label=label,
        origin=draft.origins[path],
        reported_at=at,
    )
    subject = _subject(row, OwnerRef(draft.owner_kind, draft.owner_id))
    with transactions.act("dossiers.report_fact", by=by, at=at, on=subject) as work:
        same = FactReport.objects.filter(
            person_id=by.id, procedure_version_id=row.procedure_version_id, path=path, settled_at=None
        )
        if same.exists():
            raise Conflict(_("Mục này đã được báo, cơ quan đang xem. Hãy chờ trả lời trong mục Tin nhắn."))
        row.sealed = crypto.seal(by.id, orjson.dumps({"shown": shown, "said": said}))
        row.save(force_insert=True)
        officers = identity.holders(role=identity.Role.INTAKE_OFFICER, unit=row.unit_id, at=at)
        notices.fact_reported(officers, report_id=row.id, label=label, who=by.name, about=subject, at=at)
        work.record(path=path, origin=row.origin)
    return row.id


def read(report_id: UUID, *, by: ActorRef, at: datetime) -> FactReportView:
    """The report with its data, for an officer of the desk it went to; the person sees that they looked.

    Raises NotFound, also for whoever may not see it.
    """
    row = FactReport.objects.filter(id=report_id).first()
    if row is None or not identity.can(by, "dossiers.settle_report", _subject(row), at):
        raise NotFound(_("Không tìm thấy tin báo này."))
    identity.look(by, row.person_id, _("Xem tin báo sai thông tin"), _subject(row), at)
    told = orjson.loads(crypto.unseal(row.person_id, bytes(row.sealed)))
    return FactReportView(
        id=row.id,
        person=identity.names([row.person_id]).get(row.person_id, ""),
        label=row.label,
        origin=row.origin,
        shown=told["shown"],
        said=told["said"],
        reported_at=row.reported_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        answer=row.answer,
    )


def settle(*, report_id: UUID, answer: str, by: ActorRef, at: datetime) -> None:
    """Answer the report; the person is told.

    Raises NotFound, NotAllowed, Invalid without an answer, Conflict when it was answered.
    """
    answer = answer.strip()[:LONGEST]
    if not answer:
        empty = _("Hãy ghi đã làm gì với tin báo này.")
        raise Invalid(empty, faults={"tra_loi": empty})
    found = FactReport.objects.filter(id=report_id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy tin báo này."))
    with transactions.act("dossiers.settle_report", by=by, at=at, on=_subject(found)) as work:
        done = FactReport.objects.filter(id=report_id, settled_at=None).update(
            settled_at=at, settled_by=by.name, answer=answer
        )
        if not done:
            raise Conflict(_("Tin báo này đã được trả lời."))
        notices.fact_settled(
            person_id=found.person_id, label=found.label, answer=answer, about=_subject(found), at=at
        )
        work.record(answered=True)


def _subject(row: FactReport, owner: OwnerRef | None = None) -> SubjectRef:
    return SubjectRef(
        kind=SUBJECT, id=row.id, units=(row.unit_id,), owner=owner or OwnerRef("person", row.person_id)
    )


def _desk(agency_id: UUID, *, at: datetime) -> UUID:
    """The one-stop desk of an agency. Raises Invalid for an agency without one."""
    kind = directory.UnitKind.ONE_STOP
    unit = next((one for one in directory.units_of([agency_id], today(at)) if one.kind is kind), None)
    if unit is None:
        raise Invalid(_("Cơ quan này chưa có bộ phận một cửa nên chưa nhận tin báo. Hãy gọi 1022."))
    return unit.id
