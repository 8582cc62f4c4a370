"""Correcting an issued result (đính chính): a dossier of its own, whose sealed result replaces the earlier.

The first dossier stays returned, as the law and the reports count it; both results are kept and both say of
each other. docs/decisions/after-the-result.md tells why.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import contact, notices
from tinhso.dossiers.contracts import Filed, PaperForm, PaperGiven, Via
from tinhso.dossiers.events import ResultReplaced
from tinhso.dossiers.models import Content, Correction, Result, SubmittedPaper
from tinhso.dossiers.operations.results import current
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.issued import can_be_changed
from tinhso.dossiers.turning import Turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import SYSTEM, ActorRef


def open_for(*, dossier_id: UUID, reason: str, by: ActorRef, at: datetime, seen: int | None = None) -> Filed:
    """Open a dossier that corrects the issued result, with the same applicant, answers and papers.

    It goes the whole way of its procedure. Raises Invalid without a reason, or when the result no longer
    holds or is being corrected.
    """
    if not reason.strip():
        fault = _("Hãy ghi kết quả sai ở chỗ nào.")
        raise Invalid(fault, faults={"reason": fault})
    with turn("correct", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        if not can_be_changed(dossier_id):
            raise Invalid(_("Kết quả này không còn hiệu lực hoặc đang được đính chính."))
        result = current(dossier_id)
        filed = submit(_again(taken, result), by=by, at=at)
        Correction.objects.create(
            dossier_id=filed.id,
            earlier=result,
            reason=reason.strip(),
            asked_at=at,
            asked_by_name=by.name,
        )
        taken.note = _("%(reason)s. Hồ sơ đính chính: %(code)s.") % {
            "reason": reason.strip().rstrip("."),
            "code": filed.code,
        }
        taken.work.record(result=str(result.id), correcting=filed.code)
        notices.correcting(taken, correcting=filed.code)
    return filed


def settle(taken: Turn, later: Result) -> None:
    """Once a correcting dossier's result is sealed, it replaces the earlier one; called inside the seal."""
    found = Correction.objects.select_related("earlier__dossier").filter(dossier_id=taken.dossier.id).first()
    if found is None or later.sealed_file is None:
        return
    found.later, found.replaced_at = later, taken.at
    found.save(update_fields=["later", "replaced_at"])
    earlier = found.earlier
    with turn("replace_result", dossier_id=earlier.dossier_id, by=SYSTEM, at=taken.at) as first:
        first.note = _("Kết quả số %(number)s của hồ sơ %(code)s thay cho kết quả số %(earlier)s.") % {
            "number": later.number,
            "code": taken.dossier.code,
            "earlier": earlier.number,
        }
        first.work.record(earlier=str(earlier.id), later=str(later.id))
        if earlier.sealed_file is not None:
            first.work.emit(
                ResultReplaced(
                    dossier=first.dossier.id,
                    code=first.dossier.code,
                    by=taken.by,
                    at=taken.at,
                    earlier_file=earlier.sealed_file,
                    later_file=later.sealed_file,
                )
            )
        notices.replaced(first, number=later.number)


def _again(taken: Turn, result: Result) -> Submission:
    """The same application once more. Originals stay where they were taken: here they count as copies."""
    dossier = taken.dossier
    tried = Correction.objects.filter(earlier=result).count()
    papers = SubmittedPaper.objects.filter(dossier_id=dossier.id, current=True).order_by("id")
    return Submission(
        version_id=dossier.procedure_version_id,
        agency_id=dossier.agency_id,
        applicant=contact.opened(dossier),
        answers=Content.objects.values_list("answers", flat=True).get(dossier_id=dossier.id),
        papers=tuple(
            PaperGiven(
                code=paper.code,
                form=PaperForm.ELECTRONIC if paper.file_id else PaperForm.COPY,
                file_id=paper.file_id,
                copies=0 if paper.file_id else max(paper.originals + paper.copies, 1),
            )
            for paper in papers
        ),
        via=Via.COUNTER,
        key=f"correct:{result.id}:{tried}",
    )
