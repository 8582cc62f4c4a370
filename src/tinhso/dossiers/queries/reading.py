"""One dossier with everything its reader may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.dossiers import contact, identity_papers
from tinhso.dossiers.contracts import (
    Applicant,
    DossierRow,
    DossierView,
    EndingView,
    HistoryLine,
    NoteView,
    PaperFault,
    PaperForm,
    PaperView,
    ResultView,
    Status,
    SupplementView,
    Verdict,
)
from tinhso.dossiers.models import (
    Content,
    Dossier,
    Ending,
    HistoryEntry,
    Note,
    Promise,
    Rating,
    Result,
    SubmittedPaper,
    Supplement,
)
from tinhso.dossiers.queries import filers
from tinhso.dossiers.queries.lists import COLUMNS, named
from tinhso.dossiers.turning import subject_of
from tinhso.dossiers.visibility import Sight, seen_by, sight, unknown
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity

BY_CODE = "SELECT id FROM dossiers_dossier WHERE code = %s"


def find(code: str) -> UUID:
    """The id behind a code. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(BY_CODE, [code.strip().upper()])
        found = cursor.fetchone()
    if found is None:
        raise _no_such(code)
    dossier_id: UUID = found[0]
    return dossier_id


def coded(code: str) -> Dossier:
    """The dossier of a code, for a page that reads it once and hands it on. Raises NotFound."""
    dossier = Dossier.objects.filter(code=code.strip().upper()).first()
    if dossier is None:
        raise _no_such(code)
    return dossier


def _no_such(code: str) -> NotFound:
    return NotFound(_("Không có hồ sơ nào mang mã này. Hãy xem lại mã trên giấy tiếp nhận."), dossier=code)


def status_of(dossier_id: UUID) -> Status:
    """Where a dossier stands, for who has just acted on it."""
    return Status(Dossier.objects.values_list("status", flat=True).get(id=dossier_id))


def row(dossier_id: UUID, *, by: ActorRef, at: datetime, least: identity.Sight = Sight.STATUS) -> DossierRow:
    """The line of one dossier, for a reader who sees at least so much: no data beyond the name, no trace.

    Raises NotFound as `read` does.
    """
    return _line(seen_by(by, dossier_id, at=at, least=least))


def glimpsed(dossier_id: UUID, *, by: ActorRef, at: datetime) -> tuple[str, identity.Sight]:
    """The code of a dossier and how much the reader sees of it. Raises NotFound for who sees nothing."""
    dossier = Dossier.objects.filter(id=dossier_id).first()
    seeing = sight(dossier, by=by, at=at).sight if dossier else Sight.NOTHING
    if dossier is None or seeing is Sight.NOTHING:
        raise unknown(dossier_id)
    return dossier.code, seeing


def read(
    dossier_id: UUID, *, by: ActorRef, at: datetime, purpose: str, least: identity.Sight = Sight.INTAKE
) -> DossierView:
    """What a reader may see of a dossier, in a constant number of queries; `view.sight` says how much.

    An officer's or a machine's look leaves a trace that the owner reads; an exception by which they see is
    told there. A dossier of which the reader sees less than `least` is NotFound, so that codes cannot be
    guessed.
    """
    dossier = Dossier.objects.filter(id=dossier_id).first()
    if dossier is None:
        raise unknown(dossier_id)
    return looked_at(dossier, by=by, at=at, purpose=purpose, least=least)


def looked_at(
    dossier: Dossier, *, by: ActorRef, at: datetime, purpose: str, least: identity.Sight = Sight.INTAKE
) -> DossierView:
    """The same of a dossier at hand."""
    seeing = sight(dossier, by=by, at=at)
    if seeing.sight < least:
        raise unknown(dossier.id)
    leave_trace(dossier, by=by, at=at, purpose=seeing.because or purpose)
    inside = by.kind in (ActorKind.OFFICER, ActorKind.SYSTEM)
    if seeing.sight is Sight.STATUS:
        return _status_only(dossier)
    return view(dossier, inside=inside and seeing.sight is Sight.ALL, seen=seeing.sight, at=at)


def may_act(dossier: Dossier, *, by: ActorRef, at: datetime) -> bool:
    """Whether a reader may do what its applicant may: not who only follows it."""
    return identity.can(by, "dossiers.withdraw", subject_of(dossier), at)


def trace(dossier_id: UUID, *, by: ActorRef, at: datetime, purpose: str) -> None:
    """Leave the trace of a look at one of the dossier's files."""
    dossier = Dossier.objects.get(id=dossier_id)
    leave_trace(dossier, by=by, at=at, purpose=sight(dossier, by=by, at=at).because or purpose)


def leave_trace(dossier: Dossier, *, by: ActorRef, at: datetime, purpose: str) -> None:
    """Leave the trace of a look, for each person whose dossier it is: by an officer, a machine, or who filed
    it for them. Applicants leave none."""
    subject = subject_of(dossier)
    owner = subject.owner
    theirs = {*subject.joint, *([owner.id] if owner and owner.kind == "person" else [])}
    if by.kind is ActorKind.SYSTEM or by.id in theirs:
        return
    if by.kind is ActorKind.PERSON:
        purpose = _("Người nộp thay xem hồ sơ")
    for person in sorted(theirs):
        identity.look(by, person_id=person, purpose=purpose, subject=subject, at=at)


def _status_only(dossier: Dossier) -> DossierView:
    """What a list of the agency shows anyway, and what happened without its words."""
    return DossierView(
        row=_line(dossier),
        procedure_version=dossier.procedure_version_id,
        applicant=Applicant(name=dossier.applicant_name),
        answers={},
        papers=(),
        history=tuple(replace(line, note="") for line in _history(dossier.id, inside=False)),
        supplements=(),
        result=None,
        sight=Sight.STATUS,
    )


def _line(dossier: Dossier) -> DossierRow:
    return named([{column: getattr(dossier, column) for column in COLUMNS}])[0]


def view(dossier: Dossier, *, inside: bool, seen: identity.Sight = Sight.ALL, at: datetime) -> DossierView:
    """The view without asking who looks; `inside` adds what only officers see.

    Who sees no more than intake does not read a result that is still in the making.
    """
    content = Content.objects.get(dossier_id=dossier.id)
    promise = Promise.objects.filter(dossier_id=dossier.id).order_by("-id").first()
    rating = Rating.objects.filter(dossier_id=dossier.id).values_list("score", flat=True).first()
    result = _result(dossier.id)
    return DossierView(
        row=_line(dossier),
        procedure_version=dossier.procedure_version_id,
        applicant=contact.opened(dossier, sealed=bytes(content.contact)),
        answers=content.answers,
        papers=_papers(dossier.id),
        history=_history(dossier.id, inside=inside),
        supplements=_supplements(dossier.id),
        result=result if seen is Sight.ALL or (result and result.sealed_at) else None,
        promise_words=tuple(promise.words) if promise else (),
        rating=rating,
        notes=_notes(dossier.id) if inside else (),
        ending=_ending(dossier),
        sight=seen,
        filed_by=filers.filed_by(dossier, at=at),
        members=filers.members(dossier),
        identity_paper=_identity_paper(content, on=today(dossier.submitted_at)),
    )


def _identity_paper(content: Content, *, on: date) -> str:
    """Its name of that day; the code for a kind that is known no more."""
    code = content.identity_paper
    return identity_papers.kinds(on).get(code, code) if code else ""


def _papers(dossier_id: UUID) -> tuple[PaperView, ...]:
    return tuple(
        PaperView(
            id=paper.id,
            code=paper.code,
            name=paper.name,
            form=PaperForm(paper.form),
            file_id=paper.file_id,
            originals=paper.originals,
            copies=paper.copies,
            given_at=paper.given_at,
            verdict=Verdict(paper.verdict),
            reason=paper.reason,
            current=paper.current,
            document=paper.document,
            sha256=paper.sha256,
            reuse=paper.reuse,
            replaced_by=paper.replaced_by,
            national=paper.national,
            digitised_at=paper.digitised_at,
        )
        for paper in SubmittedPaper.objects.filter(dossier_id=dossier_id).order_by("id")
    )


def _history(dossier_id: UUID, *, inside: bool) -> tuple[HistoryLine, ...]:
    lines = HistoryEntry.objects.filter(dossier_id=dossier_id).order_by("-id")
    if not inside:
        lines = lines.filter(public=True)
    return tuple(
        HistoryLine(
            at=line.at,
            act=line.act,
            actor=line.actor_name,
            unit=line.unit_id,
            status=Status(line.status),
            note=line.note,
            public=line.public,
        )
        for line in lines
    )


def _supplements(dossier_id: UUID) -> tuple[SupplementView, ...]:
    requests = Supplement.objects.filter(dossier_id=dossier_id).prefetch_related("faults")
    return tuple(
        SupplementView(
            id=request.id,
            asked_at=request.asked_at,
            asked_by=request.asked_by,
            answer_by=request.answer_by,
            message=request.message,
            faults=tuple(
                PaperFault(
                    code=fault.code, name=fault.name, reason=fault.reason, answered_at=fault.answered_at
                )
                for fault in request.faults.all()
            ),
            answered_at=request.answered_at,
            ordinal=request.ordinal,
            before_intake=request.before_intake,
            beyond=request.beyond,
            again_because=request.again_because,
            unanswered=request.unanswered,
        )
        for request in requests.order_by("ordinal")
    )


def _result(dossier_id: UUID) -> ResultView | None:
    result = Result.objects.filter(dossier_id=dossier_id, current=True).first()
    if result is None:
        return None
    return ResultView(
        id=result.id,
        title=result.title,
        state=result.state,
        file_id=result.sealed_file or result.signed_file or result.draft_file,
        number=result.number,
        drafted_at=result.drafted_at,
        signed_at=result.signed_at,
        sealed_at=result.sealed_at,
    )


def _ending(dossier: Dossier) -> EndingView | None:
    if dossier.finished_at is None:
        return None
    found = Ending.objects.filter(dossier_id=dossier.id).first()
    if found is None:
        return None
    return EndingView(
        status=Status(found.status),
        at=found.at,
        by=found.by_name,
        reason=found.reason,
        ground=found.ground,
    )


def _notes(dossier_id: UUID) -> tuple[NoteView, ...]:
    return tuple(
        NoteView(at=note.at, author=note.author_name, text=note.text, withdrawn=note.withdrawn_at is not None)
        for note in Note.objects.filter(dossier_id=dossier_id).order_by("-id")
    )
