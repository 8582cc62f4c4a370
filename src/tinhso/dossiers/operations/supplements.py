"""Asking for papers: all faults in one request, the clock stands until the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import notices
from tinhso.dossiers.contracts import PaperFault, PaperForm, PaperGiven, Status, Verdict
from tinhso.dossiers.events import SupplementAnswered, SupplementAsked
from tinhso.dossiers.lifecycle import ORIGINALS
from tinhso.dossiers.models import Fault, SubmittedPaper, Supplement
from tinhso.dossiers.operations import borrowing, charging, clock, filers, lacking
from tinhso.dossiers.operations.submission import keeps_originals
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.asking import asked_before
from tinhso.dossiers.queries.lacking import QUESTIONS, of_dossier, questions_name
from tinhso.dossiers.turning import Turn, subject_of
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures

FLAG, PART, AGAIN = "supplement_back", "supplement_part", "asked_again"


def judge(
    *,
    dossier_id: UUID,
    paper_id: UUID,
    verdict: Verdict,
    reason: str = "",
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Mark one paper good (đạt) or faulty (chưa đạt). A faulty one needs a reason: Invalid without."""
    if verdict is Verdict.FAULTY and not reason.strip():
        raise Invalid(
            _("Hãy ghi giấy tờ này chưa đạt ở chỗ nào."),
            faults={"reason": _("Hãy ghi giấy tờ này chưa đạt ở chỗ nào.")},
        )
    with turn("judge_paper", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        judged = SubmittedPaper.objects.filter(id=paper_id, dossier_id=dossier_id, current=True)
        before = judged.values("verdict", "reason").first()
        if before is None:
            raise Invalid(_("Giấy tờ này đã được thay. Hãy mở lại hồ sơ."))
        judged.update(verdict=verdict.value, reason=reason.strip() if verdict is Verdict.FAULTY else "")
        taken.kept = {"paper": str(paper_id), **before}
        taken.public = False
        taken.work.record(paper=str(paper_id), verdict=verdict.value)


def ask(
    *,
    dossier_id: UUID,
    faults: Sequence[PaperFault],
    message: str = "",
    again: str = "",
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> datetime:
    """Ask for all missing and faulty papers at once (yêu cầu bổ sung, form 02).

    Before acceptance no clock runs yet; after it the clock stands until the answer. A request beyond what the
    rule of the day of receipt allows (`supplement_request_max`) is marked, since index 766 counts the dossier
    as late, and needs a reason: `again`. Returns until when the person may answer (UTC). Raises Invalid when
    nothing is asked, a paper has no reason, or another request has none.
    """
    with turn("ask_supplement", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        dossier = taken.dossier
        names = filers.asked_name(dossier, on=today(at))
        names |= {paper.code: paper.name for paper in procedures.version(dossier.procedure_version_id).papers}
        if any(fault.code == QUESTIONS for fault in faults) and of_dossier(dossier).questions:
            names[QUESTIONS] = questions_name()
        _check(faults, names)
        asked = asked_before(dossier_id, submitted_at=dossier.submitted_at)
        if asked.beyond and not again.strip():
            fault = _("Hãy ghi vì sao phải yêu cầu thêm lần nữa.")
            raise Invalid(fault, faults={"again": fault})
        until = clock.supplement_by(agency_id=dossier.agency_id, at=at)
        request = Supplement.objects.create(
            dossier_id=dossier.id,
            asked_at=at,
            asked_by=by.name,
            answer_by=until,
            message=message.strip(),
            ordinal=asked.count + 1,
            before_intake=dossier.accepted_at is None,
            beyond=asked.beyond,
            again_because=again.strip() if asked.beyond else "",
        )
        Fault.objects.bulk_create(
            Fault(supplement=request, code=fault.code, name=names[fault.code], reason=fault.reason.strip())
            for fault in faults
        )
        dossier.flags = [flag for flag in dossier.flags if flag != FLAG]
        if asked.beyond:
            dossier.flags = sorted({*dossier.flags, AGAIN})
        if dossier.status == Status.SUPPLEMENT:
            clock.stand(taken, reason=_("chờ bổ sung"))
        taken.note = _told(faults, names, message)
        taken.work.record(request=request.ordinal, beyond=asked.beyond)
        taken.work.emit(
            SupplementAsked(
                dossier=dossier.id, code=dossier.code, by=by, at=at, answer_by=until, message=taken.note
            )
        )
        notices.supplement_asked(taken, answer_by=until)
    return until


def answer(
    *,
    dossier_id: UUID,
    papers: Sequence[PaperGiven],
    note: str = "",
    by: ActorRef,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    seen: int | None = None,
    still: Callable[[], None] | None = None,
) -> datetime | None:
    """Give what was asked and has not come yet (bổ sung). The clock runs again; returns the promise, if any.

    Every paper still awaited must come, and of the form an answer to every open question (`answers`): Invalid
    names what is missing. Replaced papers stay on file. `still` is asked once nobody can attach anything any
    more, and raises when the papers are no longer all.
    """
    with turn("answer_supplement", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        request, asked = _open(dossier_id)
        if still:
            still()
        given = _given(taken, papers, asked, answers)
        _ask_fitting(given, asked, whole=True)
        _receive(taken, request, _with_documents(taken, papers), given, asked, note=note)
        request.answered_at = at
        request.save(update_fields=["answered_at"])
        taken.dossier.flags = sorted({*taken.dossier.flags, FLAG} - {PART})
        due = clock.run_again(taken, cause="supplement") if taken.dossier.accepted_at else None
        if due is None:
            clock.answer_anew(taken)
        taken.work.emit(
            SupplementAnswered(dossier=dossier_id, code=taken.dossier.code, by=by, at=at, promised_at=due)
        )
        notices.supplement_answered(taken)
        charging.assess_again(taken.dossier, occasion=charging.SUPPLEMENT, at=at)
    return due


def answer_part(
    *,
    dossier_id: UUID,
    papers: Sequence[PaperGiven],
    note: str = "",
    by: ActorRef,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    seen: int | None = None,
    still: Callable[[], None] | None = None,
) -> tuple[str, ...]:
    """Give some of what was asked; the date of each paper is kept, and the clock stands until the rest comes.

    Returns the names of the papers still awaited. Raises Invalid for a paper that is not awaited, for none,
    and for all of them: those are the whole answer.
    """
    with turn("answer_part", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        request, asked = _open(dossier_id)
        if still:
            still()
        given = _given(taken, papers, asked, answers)
        _ask_fitting(given, asked, whole=False)
        _receive(taken, request, _with_documents(taken, papers), given, asked, note=note)
        taken.dossier.flags = sorted({*taken.dossier.flags, PART})
        rest = tuple(name for code, name in asked.items() if code not in given)
        notices.supplement_part(taken, rest=rest, answer_by=request.answer_by)
    return rest


def _with_documents(taken: Turn, papers: Sequence[PaperGiven]) -> tuple[PaperGiven, ...]:
    """The papers, those of the owner's vault with their file. Raises Invalid for one that does not hold."""
    return borrowing.borrowed(
        papers,
        owner=subject_of(taken.dossier).owner,
        unit=taken.dossier.unit_id,
        why=_("Bổ sung hồ sơ %(code)s") % {"code": taken.dossier.code},
        by=taken.by,
        at=taken.at,
    )


def _open(dossier_id: UUID) -> tuple[Supplement, dict[str, str]]:
    """The open request under lock, with the papers still awaited by code."""
    request = Supplement.objects.select_for_update().get(dossier_id=dossier_id, answered_at=None)
    awaited = request.faults.filter(answered_at=None).order_by("id")
    return request, dict(awaited.values_list("code", "name"))


def _given(
    taken: Turn, papers: Sequence[PaperGiven], asked: dict[str, str], answers: Mapping[str, Any] | None
) -> tuple[str, ...]:
    """What comes, by code; the answers of the form are put in. Raises Invalid for one that will not do.

    The form is answered once no question of it is open, by whatever way that came about.
    """
    given = tuple(dict.fromkeys(paper.code for paper in papers))
    if QUESTIONS in given:
        fault = _("Đây là câu hỏi của tờ khai, không phải giấy tờ. Hãy gửi câu trả lời.")
        raise Invalid(fault, faults={f"papers.{QUESTIONS}": fault})
    if QUESTIONS not in asked:
        return given
    lacking.put_answers(taken, dict(answers or {}))
    return given if of_dossier(taken.dossier).questions else (*given, QUESTIONS)


def _ask_fitting(given: Sequence[str], asked: dict[str, str], *, whole: bool) -> None:
    faults = {
        f"papers.{code}": _("Giấy tờ này không được yêu cầu lần này.") for code in given if code not in asked
    }
    missing = [code for code in asked if code not in given]
    if whole:
        faults |= {f"papers.{code}": _("Còn thiếu «%(paper)s».") % {"paper": asked[code]} for code in missing}
    if faults:
        raise Invalid(_("Hãy gửi đủ và đúng những giấy tờ được yêu cầu."), faults=faults)
    if not whole and not given:
        raise Invalid(_("Chưa có giấy tờ nào để gửi. Hãy tải lên ít nhất một giấy tờ."))
    if not whole and not missing:
        raise Invalid(_("Đã đủ giấy tờ được yêu cầu. Hãy bấm “Gửi giấy tờ bổ sung”."))


def _receive(
    taken: Turn,
    request: Supplement,
    papers: Sequence[PaperGiven],
    given: Sequence[str],
    asked: dict[str, str],
    *,
    note: str,
) -> None:
    """Put the papers in their places, each with its date; what was typed and sent is not kept here longer."""
    replace(taken, papers, names=asked)
    request.faults.filter(code__in=given).update(answered_at=taken.at)
    if QUESTIONS in given:
        request.answers = None
        request.save(update_fields=["answers"])
    came = ", ".join(asked[code] for code in given)
    taken.note = "\n".join(part for part in (came, note.strip()) if part)
    lacking.settle(taken)
    if keeps_originals(papers):
        taken.dossier.flags = sorted({*taken.dossier.flags, ORIGINALS})


def replace(taken: Turn, papers: Sequence[PaperGiven], *, names: dict[str, str]) -> None:
    """Put new papers in the place of earlier ones of the same code, which stay as no longer current."""
    codes = {paper.code for paper in papers}
    for paper in papers:
        if paper.form is PaperForm.ELECTRONIC and paper.file_id is None:
            raise Invalid(
                _("Giấy tờ này chưa có tệp. Hãy chụp ảnh hoặc chọn tệp."),
                faults={f"papers.{paper.code}": _("Giấy tờ này chưa có tệp. Hãy chụp ảnh hoặc chọn tệp.")},
            )
    SubmittedPaper.objects.filter(dossier_id=taken.dossier.id, code__in=codes, current=True).update(
        current=False
    )
    SubmittedPaper.objects.bulk_create(
        SubmittedPaper(
            dossier_id=taken.dossier.id,
            code=paper.code,
            name=names[paper.code],
            form=paper.form.value,
            file_id=paper.file_id,
            originals=paper.originals,
            copies=paper.copies,
            given_at=taken.at,
            document=paper.document,
            sha256=paper.sha256,
            reuse=paper.reuse,
            replaced_by=paper.replaced_by,
        )
        for paper in papers
    )


def _check(faults: Sequence[PaperFault], names: dict[str, str]) -> None:
    wrong = {
        f"papers.{fault.code}": _("Hãy ghi giấy tờ này chưa đạt ở chỗ nào.")
        for fault in faults
        if not fault.reason.strip()
    }
    wrong |= {
        f"papers.{fault.code}": _("Thủ tục này không hỏi giấy tờ này.")
        for fault in faults
        if fault.code not in names
    }
    if not faults:
        wrong["papers"] = _("Hãy chọn ít nhất một giấy tờ cần bổ sung.")
    if wrong:
        raise Invalid(_("Yêu cầu bổ sung chưa rõ. Hãy sửa các mục được nêu."), faults=wrong)


def _told(faults: Sequence[PaperFault], names: dict[str, str], message: str) -> str:
    lines = [f"{names[fault.code]}: {fault.reason.strip()}" for fault in faults]
    return "\n".join([*lines, message.strip()]).strip()
