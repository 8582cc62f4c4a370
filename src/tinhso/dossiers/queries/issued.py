"""Whether an issued result still holds, as everybody who may see it reads it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db.models import Q

from tinhso.dossiers.contracts import ResultView
from tinhso.dossiers.models import Correction, Result, Revocation
from tinhso.dossiers.outcomes import Holds, ResultStanding


def standing(result_id: UUID) -> ResultStanding:
    """How the result stands: in force, replaced by a corrected one, or revoked. Two queries."""
    links = Correction.objects.filter(abandoned_at=None).select_related(
        "dossier", "earlier__dossier", "later"
    )
    found = list(links.filter(Q(earlier=result_id) | Q(later=result_id)))
    by = next((one for one in found if one.earlier_id == result_id), None)
    of = next((one for one in found if one.later_id == result_id), None)
    told = ResultStanding(
        correcting=by.dossier.code if by else "",
        corrects=of.earlier.dossier.code if of else "",
        corrects_number=of.earlier.number if of else "",
    )
    revoked = Revocation.objects.filter(result_id=result_id).first()
    if revoked is not None:
        return replace(
            told,
            holds=Holds.REVOKED,
            at=revoked.at,
            reason=revoked.reason,
            ground=revoked.ground,
            decision_number=revoked.decision_number,
            decision_day=revoked.decision_day,
            by=revoked.by_name,
        )
    if by is not None and by.later is not None:
        return replace(
            told,
            holds=Holds.REPLACED,
            at=by.replaced_at,
            reason=by.reason,
            by=by.asked_by_name,
            number=by.later.number,
        )
    return told


def standing_of(result: ResultView | None) -> ResultStanding | None:
    """The same of a result as it is read; None while it is in the making."""
    return standing(result.id) if result is not None and result.sealed_at is not None else None


def can_be_changed(dossier_id: UUID) -> bool:
    """Whether the dossier's issued result holds and nobody corrects it: it may be corrected or revoked."""
    result = Result.objects.filter(dossier_id=dossier_id, current=True, sealed_file__isnull=False).first()
    if result is None:
        return False
    stands = standing(result.id)
    return stands.holds is Holds.YES and not stands.correcting
