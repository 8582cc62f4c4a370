"""A commune's office for tests and benches: units, officers, a procedure, dossiers under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tests.support import people
from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Applicant, Filed, PaperForm, PaperGiven, Via
from tinhso.dossiers.operations import intake
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef, OwnerRef
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow

SENT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SINCE = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Office:
    """One agency with its five kinds of unit and one officer in each of the four roles of a dossier."""

    agency: UUID
    identifier: str
    one_stop: UUID
    specialist_unit: UUID
    intake: ActorRef
    specialist: ActorRef
    leader: ActorRef
    clerk: ActorRef
    citizen: ActorRef
    version: UUID


def office(*, process: str = "tham-dinh-ky", identifier: str = "") -> Office:
    """A new office whose procedure takes five working days and asks for one paper."""
    agency = people.agency("UBND phường Thử")
    identifier = identifier or f"H01.{new_id().hex[-8:].upper()}"
    directory.identify(
        agency_id=agency,
        scheme=directory.IdentifierScheme.QD_20_2020,
        value=identifier,
        verified=False,
        valid_from=SINCE,
        by=SYSTEM,
        at=SENT,
    )
    kinds = directory.UnitKind
    one_stop, specialists, leadership, records = (
        people.unit(agency, kind)
        for kind in (kinds.ONE_STOP, kinds.SPECIALIST, kinds.LEADERSHIP, kinds.RECORDS)
    )
    return Office(
        agency=agency,
        identifier=identifier,
        one_stop=one_stop,
        specialist_unit=specialists,
        intake=people.officer("intake_officer", one_stop, name="Lê Thị Hoa"),
        specialist=people.officer("specialist", specialists, name="Trần Văn Bình"),
        leader=people.officer("leader", leadership, name="Nguyễn Văn An"),
        clerk=people.officer("clerk", records, name="Phạm Thị Đào"),
        citizen=people.person("Danh Sóc Kha", phone="0912345678"),
        version=procedure(process=process),
    )


def procedure(
    *,
    process: str = "tham-dinh-ky",
    code: str = "",
    template: str = "decision",
    term: int = 5,
    phases: tuple[procedures.PhaseTerm, ...] = (),
    deemed: procedures.Deemed | None = None,
) -> UUID:
    """A published procedure without a form: one required paper, one asked only in a case."""
    process_version = workflow.deploy(key=process, bpmn=workflow.drawing(process), by=SYSTEM, at=SENT)
    unit = procedures.Unit.WORKING_DAY
    content = procedures.Content(
        name="Thủ tục thử nghiệm",
        short_name="Thử nghiệm",
        sector="Thử nghiệm",
        applicant_kinds=(procedures.ApplicantKind.CITIZEN,),
        agencies=procedures.Agencies(implementing="UBND cấp xã"),
        steps=("Nộp", "Nhận"),
        channels=(procedures.Channel(kind=procedures.ChannelKind.ONLINE),),
        papers=(
            procedures.PaperAsked(code="don", name="Đơn đề nghị", originals=1),
            procedures.PaperAsked(
                code="uy-quyen", name="Văn bản ủy quyền", required=False, case="Nhờ người khác"
            ),
        ),
        term=procedures.Term(term, unit),
        phases=phases,
        deemed=deemed,
        results=(procedures.ResultGiven(name="Quyết định thử"),),
        legal_bases=(procedures.LegalBasis(number="01/2025/NĐ-CP"),),
        process_key=process,
        process_version_id=process_version,
        result_template=template,
    )
    version = procedures.draft(code=code or f"9.{new_id().hex[-6:]}", content=content, by=SYSTEM, at=SENT)
    procedures.publish(version_id=version, effective_from=SINCE, by=SYSTEM, at=SENT)
    return version


def drawn_anew(place: Office, drawing: str, *, since: date) -> UUID:
    """The office's procedure is published anew, in force from a day, with another process; its id."""
    key = procedures.version(place.version).process_key
    process = workflow.deploy(key=key, bpmn=drawing, by=SYSTEM, at=SENT)
    published_anew(place.version, since=since, process_version_id=process)
    return process


def published_anew(before: UUID, *, since: date, **changes: Any) -> UUID:
    """The procedure of a version is published anew, in force from a day, with changes; the new version."""
    old = procedures.version(before)
    fields = {name: getattr(old, name) for name in procedures.Content.__dataclass_fields__}
    content = procedures.Content(**fields | changes)
    version = procedures.draft(code=old.code, content=content, by=SYSTEM, at=SENT)
    procedures.publish(version_id=version, effective_from=since, by=SYSTEM, at=SENT)
    return version


def paper(code: str = "don") -> PaperGiven:
    """An original paper handed in at the counter."""
    return PaperGiven(code=code, form=PaperForm.ORIGINAL, originals=1)


def filed(place: Office, *, key: str = "", at: datetime = SENT, by: ActorRef | None = None) -> Filed:
    """A dossier sent by the office's citizen."""
    return submit(submission(place, key=key), by=by or place.citizen, at=at)


def accepted(place: Office, *, filed_at: datetime = SENT, at: datetime | None = None) -> Filed:
    """A dossier sent by the office's citizen and taken in by its intake officer, now unless said."""
    dossier = filed(place, at=filed_at)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=at or moments.now())
    return dossier


def submission(place: Office, *, key: str = "", name: str = "Danh Sóc Kha") -> Submission:
    """What the office's citizen hands in."""
    owner = OwnerRef("person", place.citizen.id) if place.citizen.id else None
    return Submission(
        version_id=place.version,
        agency_id=place.agency,
        applicant=Applicant(
            name=name,
            owner=owner,
            personal_id="091090000123",
            birth_date=date(1990, 1, 1),
            phone="0912345678",
            email="kha@example.vn",
            address="Ấp 1",
        ),
        answers={},
        papers=(paper(),),
        via=Via.ONLINE,
        key=key or new_id().hex,
    )


HELD = """
INSERT INTO tasks_task (id, subject, subject_id, act, title, role, unit_id, holder, given_at)
SELECT uuidv7(), 'dossier', d.id, 'dossiers.accept', d.step_name, d.role, d.unit_id, d.holder, d.submitted_at
FROM dossiers_dossier AS d WHERE d.holder IS NOT NULL AND NOT EXISTS (
    SELECT FROM tasks_task AS t WHERE t.subject_id = d.id AND t.done_at IS NULL)
"""


def give_work() -> None:
    """Open work for held dossiers that a test wrote past the operations: the database asks for it."""
    with connection.cursor() as cursor:
        cursor.execute(HELD)
