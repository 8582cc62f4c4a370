"""Submitting: everything is checked and built first, then written, the number taken last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import asked_papers, capacities, contact, fees, marks, notices
from tinhso.dossiers.contracts import Applicant, Filed, Filer, PaperForm, PaperGiven, Status, Via
from tinhso.dossiers.events import DossierSubmitted
from tinhso.dossiers.lifecycle import ORIGINALS
from tinhso.dossiers.models import Dossier, Places, PostArrival
from tinhso.dossiers.operations import (
    borrowing,
    charging,
    clock,
    delivery,
    filers,
    timers,
    work,
    writing,
)
from tinhso.dossiers.operations.turns import first_place
from tinhso.dossiers.turning import subject_of
from tinhso.forms import api as forms
from tinhso.foundation import crypto, idempotency, legal, numbering, text, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.statements import together
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow

CODE = "dossier"
LATE_ENTRY = "late_entry"


@dataclass(frozen=True, slots=True)
class Submission:
    """What is handed in. `key` is the sender's business key: the same key gives the first answer.

    `filer` is who files when it is not the applicant alone, `members` those who apply beside the applicant.
    `intake` is the agency whose centre takes it in for `agency_id`, `collect` where the result is collected:
    None for either means the competent agency itself. `post` are answers about receiving the result by post,
    `parcel` the number of the parcel in which the papers came, `identity_paper` a code of `identity_papers`:
    by what the officer knew who stood there.
    `received_at` is when it was really handed over (UTC), for what was taken in on paper and entered later:
    number, promise and reports go by it. Who may enter late is for the caller to ask.
    """

    version_id: UUID
    agency_id: UUID
    applicant: Applicant
    answers: dict[str, Any]
    papers: tuple[PaperGiven, ...]
    via: Via
    key: str
    filer: Filer | None = None
    members: tuple[Applicant, ...] = ()
    intake: UUID | None = None
    collect: UUID | None = None
    post: dict[str, Any] = field(default_factory=dict)
    parcel: str = ""
    identity_paper: str = ""

    @property
    def crosses(self) -> bool:
        """Whether another centre than the competent agency's takes part."""
        return {self.intake, self.collect} - {None, self.agency_id} != set()

    received_at: datetime | None = None

    def body(self) -> bytes:
        """What makes two submissions the same, whatever order their fields came in."""
        return orjson.dumps(self, option=orjson.OPT_SORT_KEYS, default=str)


def submit(given: Submission, *, by: ActorRef, at: datetime) -> Filed:
    """Take a dossier in: the receipt's facts. A repeat of the key gives the first answer.

    Raises Invalid with `faults` per answer or paper, NotAllowed, KeyReused.
    """
    return submit_as_asked(lambda: given, key=given.key, asked=given.body(), by=by, at=at)


def submit_as_asked(
    build: Callable[[], Submission], *, key: str, asked: bytes, by: ActorRef, at: datetime
) -> Filed:
    """The same for a sender whose words are read first: `build` is called only for a new key.

    A repeat is told by `asked`, the sender's own words: what they mean may change from day to day, as when a
    new version of the procedure is published.
    """
    scope = f"dossiers.submit:{by.kind}:{by.id}"
    answer, _repeat = idempotency.once(
        scope=scope,
        key=key,
        body=asked,
        do=lambda: _submit(build(), key_scope=scope, body=asked, by=by, at=at),
    )
    return _filed(answer.response)


def _submit(
    given: Submission, *, key_scope: str, body: bytes, by: ActorRef, at: datetime
) -> idempotency.Answer:
    version = procedures.version(given.version_id)
    answers = _checked(version, given, at=at)
    given = replace(given, papers=(*filers.proof_paper(given.filer), *given.papers))
    process = _process_of(version)
    state = workflow.start(process, {"via": given.via.value})
    intake = given.intake or given.agency_id
    unit, holder = first_place(agency_id=intake, role=state.ready[0].role, at=at)
    received = given.received_at or at
    dossier = _row(given, unit=unit, holder=holder, offer=state.ready[0], at=received)
    scope, pattern = scope_of(given.agency_id, at=at), numbering.pattern(CODE, on=today(received))
    days = legal.integer("dossier_key_days", on=today(at))
    with transactions.act("dossiers.submit", by=by, at=at, on=subject_of(dossier)) as under_way:
        given = replace(
            given,
            papers=borrowing.borrowed(
                given.papers,
                owner=given.applicant.owner,
                unit=unit,
                why=_("Nộp hồ sơ: %(procedure)s") % {"procedure": version.short_name or version.name},
                by=by,
                at=at,
            ),
        )
        _write_around(
            dossier, given, version=version, answers=answers, state=state, process=process, by=by, at=at
        )
        filers.keep(dossier, given.filer, given.members, by=by, at=at)
        if given.crosses:
            _keep_places(dossier, given, at=at)
        if given.post:
            delivery.keep(dossier, delivery.checked(given.post, at=at), by=by, at=at)
        if given.parcel:
            PostArrival.objects.create(dossier_id=dossier.id, number=given.parcel)
        dossier.code = numbering.next(CODE, scope, received, using=pattern).text
        writing.insert(dossier)
        said = fees.charges(
            version, answers, via=given.via, applicant=dossier.applicant_kind, at=dossier.submitted_at
        )
        charging.assess_first(dossier, said, at=at)
        answer = idempotency.Answer(
            status=201,
            response=orjson.dumps(
                Filed(
                    id=dossier.id,
                    code=dossier.code,
                    status=Status.SUBMITTED,
                    submitted_at=at,
                    answer_by=dossier.due_at or at,
                )
            ),
            subject_id=dossier.id,
        )
        idempotency.keep(
            scope=key_scope, key=given.key, body=body, answer=answer, at=at, keep_for=timedelta(days=days)
        )
        if given.filer is not None:
            who, capacity = given.filer.name, given.filer.capacity.label
            notices.filed_for_others(dossier, who=who, capacity=capacity, at=at)
        under_way.emit(DossierSubmitted(dossier=dossier.id, code=dossier.code, by=by, at=at))
        under_way.record(
            code=dossier.code, version=str(version.id), papers=len(given.papers), via=given.via.value
        )
    return answer


def faults_of(
    version: procedures.VersionView,
    answers: dict[str, Any],
    papers: Sequence[PaperGiven],
    *,
    at: datetime,
) -> dict[str, str]:
    """What is wrong with answers and papers of a procedure: by path of the answer, or `papers.` and code."""
    return _judged(version, answers, papers, at=at)[1]


def _judged(
    version: procedures.VersionView,
    answers: dict[str, Any],
    papers: Sequence[PaperGiven],
    *,
    at: datetime,
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers as they are kept, and the faults."""
    faults: dict[str, str] = {}
    if version.form_version_id:
        validated = forms.validate(version.form_version_id, answers, at=at)
        answers, faults = validated.answers, dict(validated.faults)
    asked = asked_papers.asked(version, answers, at=at)
    return answers, faults | _paper_faults(version.papers, asked, papers)


def _checked(version: procedures.VersionView, given: Submission, *, at: datetime) -> dict[str, Any]:
    answers, faults = _judged(version, given.answers, given.papers, at=at)
    if given.received_at is not None and given.received_at > at:
        faults["received_at"] = _("Giờ nhận hồ sơ phải là lúc này hoặc trước lúc này.")
    faults |= filers.faults(version.code, given.filer, given.members, at=at)
    if not text.normal(given.applicant.name):
        faults["applicant.name"] = _("Hãy nhập họ và tên người nộp, đúng như trong căn cước.")
    if faults:
        raise Invalid(_("Hồ sơ còn chỗ chưa đúng. Hãy sửa các mục được nêu rồi gửi lại."), faults=faults)
    return answers


def _paper_faults(
    listed: Sequence[procedures.PaperAsked],
    asked: Sequence[procedures.PaperAsked],
    given: Sequence[PaperGiven],
) -> dict[str, str]:
    """A paper of another case may be given too; only those `asked` for these answers must come."""
    known = {paper.code for paper in listed}
    faults = {
        f"papers.{paper.code}": _("Thủ tục này không hỏi giấy tờ này. Hãy bỏ nó khỏi hồ sơ.")
        for paper in given
        if paper.code not in known
    }
    for paper in given:
        if paper.form is PaperForm.ELECTRONIC and paper.file_id is None and paper.document is None:
            faults[f"papers.{paper.code}"] = _("Giấy tờ này chưa có tệp. Hãy chụp ảnh hoặc chọn tệp.")
    have = {paper.code for paper in given}
    for paper_asked in asked:
        if paper_asked.always and paper_asked.code not in have:
            faults[f"papers.{paper_asked.code}"] = _("Còn thiếu «%(paper)s». Hãy chụp ảnh hoặc chọn tệp.") % {
                "paper": paper_asked.name
            }
    return faults


def _process_of(version: procedures.VersionView) -> UUID:
    process = version.process_version_id or workflow.latest(version.process_key or workflow.GALLERY[0])
    if process is None:
        raise Invalid(_("Thủ tục này chưa có quy trình giải quyết nên chưa nhận hồ sơ trực tuyến."))
    return process


def scope_of(agency_id: UUID, *, at: datetime) -> str:
    """The agency's identifier (QĐ 20/2020/QĐ-TTg), under which its dossiers and results are numbered.

    Raises Invalid for an agency without one.
    """
    found = directory.identifier_of(agency_id, directory.IdentifierScheme.QD_20_2020, today(at))
    if found is None:
        raise Invalid(_("Cơ quan này chưa có mã định danh nên chưa cấp được số. Hãy báo quản trị hệ thống."))
    return found.value


def _row(
    given: Submission, *, unit: UUID, holder: UUID | None, offer: workflow.ReadyTask, at: datetime
) -> Dossier:
    applicant = given.applicant
    owner = applicant.owner
    return Dossier(
        id=new_id(),
        procedure_version_id=given.version_id,
        agency_id=given.agency_id,
        unit_id=unit,
        owner_kind=owner.kind if owner else "",
        owner_id=owner.id if owner else None,
        filed_under=given.filer.relation if given.filer else None,
        joint=[member.owner.id for member in given.members if member.owner],
        applicant_kind="group" if given.members else applicant.kind,
        applicant_name=text.normal(applicant.name),
        applicant_folded=text.fold(applicant.name),
        applicant_territory_id=applicant.territory or directory.commune_in(applicant.address, today(at)),
        personal_hash=_hash("personal_id", applicant.personal_id),
        phone_hash=_hash("phone", applicant.phone or (given.filer.phone if given.filer else "")),
        via=given.via.value,
        status=Status.SUBMITTED.value,
        step=offer.step,
        step_name=offer.name,
        role=offer.role,
        holder=holder,
        submitted_at=at,
        due_at=clock.answer_by(agency_id=given.intake or given.agency_id, at=at),
        changed_at=at,
        flags=[
            *([marks.CROSSED] if given.crosses else []),
            *([ORIGINALS] if keeps_originals(given.papers) else []),
            *([LATE_ENTRY] if given.received_at else []),
        ],
    )


def keeps_originals(papers: Sequence[PaperGiven]) -> bool:
    """Whether the counter has originals of these papers in its keeping."""
    return any(paper.form is PaperForm.ORIGINAL for paper in papers)


def _keep_places(dossier: Dossier, given: Submission, *, at: datetime) -> None:
    """Both centres must have a desk. Raises Invalid."""
    collect = given.collect or given.agency_id
    first_place(agency_id=collect, role="intake_officer", at=at)
    Places.objects.create(
        dossier_id=dossier.id, intake_id=given.intake or given.agency_id, collect_id=collect, since=at
    )


def _hash(purpose: str, value: str) -> bytes | None:
    return crypto.keyed_hash(purpose, value) if value else None


def _write_around(
    dossier: Dossier,
    given: Submission,
    *,
    version: procedures.VersionView,
    answers: dict[str, Any],
    state: workflow.State,
    process: UUID,
    by: ActorRef,
    at: datetime,
) -> None:
    """Rows that hang on the dossier; their keys are checked at commit, so they may come first."""
    sealed, key = contact.closed(dossier, given.applicant)
    names = {paper.code: paper.name for paper in version.papers}
    if given.filer and given.filer.proof:
        kind = given.filer.proof.kind
        names[capacities.PROOF] = capacities.name_of(given.filer.capacity, kind, on=today(at))
    papers = writing.papers(dossier.id, given.papers, names=names, at=given.received_at or at)
    together(
        [
            *key,
            writing.content(dossier.id, answers=answers, contact=sealed, identity_paper=given.identity_paper),
            writing.running(dossier.id, process=process, state=state.data),
            *([papers] if given.papers else []),
            writing.told(dossier.id, by=by, at=at),
            work.given(dossier, act=state.ready[0].act, by=by, at=at),
        ]
    )
    timers.agree(dossier, process, state.ready, at=at, handed=True)


def _filed(answer: bytes) -> Filed:
    kept = orjson.loads(answer)
    return Filed(
        id=UUID(kept["id"]),
        code=kept["code"],
        status=Status(kept["status"]),
        submitted_at=datetime.fromisoformat(kept["submitted_at"]),
        answer_by=datetime.fromisoformat(kept["answer_by"]),
    )
