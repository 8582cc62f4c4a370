"""Taking an issued result back by decision (thu hồi, huỷ bỏ), with its trace."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import notices
from tinhso.dossiers.events import ResultRevoked
from tinhso.dossiers.models import Result, Revocation
from tinhso.dossiers.operations.grounds import ask_ground, in_one
from tinhso.dossiers.operations.results import current
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.issued import can_be_changed
from tinhso.dossiers.turning import Turn, subject_of
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.vault import api as vault


def revoke(
    *,
    dossier_id: UUID,
    reason: str,
    ground: str,
    decision_number: str,
    decision_day: date,
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Revoke the issued result: it holds no more, its file stays and says so wherever it is read.

    Raises Invalid without reason, ground, decision, for a decision of a later day, or when the result does
    not hold any more.
    """
    ask_ground(reason=reason, ground=ground, missing=_("Hãy ghi vì sao thu hồi."))
    if not decision_number.strip():
        fault = _("Hãy ghi số, ký hiệu quyết định thu hồi.")
        raise Invalid(fault, faults={"decision_number": fault})
    if decision_day > today(at):
        fault = _("Ngày quyết định phải là hôm nay hoặc trước hôm nay.")
        raise Invalid(fault, faults={"decision_day": fault})
    with turn("revoke_result", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        if not can_be_changed(dossier_id):
            raise Invalid(_("Kết quả này không còn hiệu lực hoặc đang được đính chính."))
        result = current(dossier_id)
        Revocation.objects.create(
            result=result,
            at=at,
            by=by.id,
            by_name=by.name,
            unit_id=by.unit,
            reason=reason.strip(),
            ground=ground.strip(),
            decision_number=decision_number.strip(),
            decision_day=decision_day,
        )
        told = in_one(reason=reason, ground=ground)
        taken.note = _("Quyết định %(number)s ngày %(day)s. %(why)s") % {
            "number": decision_number.strip(),
            "day": f"{decision_day:%d/%m/%Y}",
            "why": told,
        }
        taken.work.record(result=str(result.id), decision=decision_number.strip())
        if result.sealed_file is not None:
            taken.work.emit(
                ResultRevoked(
                    dossier=dossier_id,
                    code=taken.dossier.code,
                    by=by,
                    at=at,
                    file_id=result.sealed_file,
                    decision_number=decision_number.strip(),
                    ground=ground.strip(),
                )
            )
        _end_in_vault(taken, result)
        notices.revoked(taken)


def _end_in_vault(taken: Turn, result: Result) -> None:
    """The owner's copy says so too, with every other vault that holds these bytes."""
    kept = (one for one in vault.about(subject_of(taken.dossier)) if one.file_id == result.sealed_file)
    document = next(kept, None)
    if document is not None and document.ended_at is None:
        vault.revoke(document_id=document.id, ground=taken.note, by=taken.by, at=taken.at)
