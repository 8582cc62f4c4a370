"""Asking for papers: all faults in one request, the clock stands until the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import notices
from tinhso.dossiers.contracts import (
    PaperFault,
    PaperForm,
    PaperGiven,
    Status,
    SupplementAnswered,
    SupplementAsked,
    Verdict,
)
from tinhso.dossiers.models import Fault, SubmittedPaper, Supplement
from tinhso.dossiers.operations import clock, filers
from tinhso.dossiers.operations.submission import ORIGINALS, keeps_originals
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.turning import Turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures

FLAG = "supplement_back"


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
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> datetime:
    """Ask for all missing and faulty papers at once (yêu cầu bổ sung, form 02).

    Before acceptance no clock runs yet; after it the clock stands until the answer. Returns until
    when the person may answer (UTC). Raises Invalid when nothing is asked, or a paper has no reason.
    """
    with turn("ask_supplement", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        dossier = taken.dossier
        names = filers.asked_name(dossier, on=today(at))
        names |= {paper.code: paper.name for paper in procedures.version(dossier.procedure_version_id).papers}
        _check(faults, names)
        until = clock.supplement_by(agency_id=dossier.agency_id, at=at)
        request = Supplement.objects.create(
            dossier_id=dossier.id, asked_at=at, asked_by=by.name, answer_by=until, message=message.strip()
        )
        Fault.objects.bulk_create(
            Fault(supplement=request, code=fault.code, name=names[fault.code], reason=fault.reason.strip())
            for fault in faults
        )
        dossier.flags = [flag for flag in dossier.flags if flag != FLAG]
        if dossier.status == Status.SUPPLEMENT:
            clock.stand(taken, reason=_("chờ bổ sung"))
        taken.note = _told(faults, names, message)
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
    seen: int | None = None,
    still: Callable[[], None] | None = None,
) -> datetime | None:
    """Give what was asked (bổ sung). The clock runs again; returns the promise, if one was made.

    Every paper asked must come: Invalid names those that are missing. Replaced papers stay on file. `still`
    is asked once nobody can attach anything any more, and raises when the papers are no longer all.
    """
    with turn("answer_supplement", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        request = Supplement.objects.select_for_update().get(dossier_id=dossier_id, answered_at=None)
        if still:
            still()
        asked = dict(request.faults.values_list("code", "name"))
        missing = [code for code in asked if code not in {paper.code for paper in papers}]
        unasked = [paper.code for paper in papers if paper.code not in asked]
        if missing or unasked:
            raise Invalid(
                _("Hãy gửi đủ và đúng những giấy tờ được yêu cầu."),
                faults={
                    f"papers.{code}": _("Còn thiếu «%(paper)s».") % {"paper": asked[code]} for code in missing
                }
                | {f"papers.{code}": _("Giấy tờ này không được yêu cầu lần này.") for code in unasked},
            )
        replace(taken, papers, names=asked)
        request.answered_at = at
        request.save(update_fields=["answered_at"])
        taken.note = note.strip()
        kept = [ORIGINALS] if keeps_originals(papers) else []
        taken.dossier.flags = sorted({*taken.dossier.flags, FLAG, *kept})
        due = clock.run_again(taken, cause="supplement") if taken.dossier.accepted_at else None
        if due is None:
            clock.answer_anew(taken)
        taken.work.emit(
            SupplementAnswered(dossier=dossier_id, code=taken.dossier.code, by=by, at=at, promised_at=due)
        )
        notices.supplement_answered(taken)
    return due


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
