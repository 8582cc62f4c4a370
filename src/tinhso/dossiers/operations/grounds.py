"""Ends without a result are kept with their reason and their legal ground."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Correction, Ending, Supplement
from tinhso.dossiers.turning import Turn
from tinhso.foundation.errors import Invalid


def ask_ground(*, reason: str, ground: str, missing: str) -> None:
    """Return when reason and legal ground are given. Raises Invalid; `missing` is said of the reason."""
    faults = {} if reason.strip() else {"reason": missing}
    if not ground.strip():
        faults["ground"] = _("Hãy ghi căn cứ pháp lý: điều, khoản của văn bản.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)


def in_one(*, reason: str, ground: str) -> str:
    """Reason and ground as the history and the applicant's message tell them."""
    if not ground.strip():
        return reason.strip()
    return _("%(reason)s. Căn cứ: %(ground)s.") % {
        "reason": reason.strip().rstrip("."),
        "ground": ground.strip().rstrip("."),
    }


def keep(taken: Turn, *, reason: str = "", ground: str = "") -> None:
    """Keep how the dossier ended; what still waited for the applicant or for a correction ends with it."""
    dossier = taken.dossier
    taken.note = in_one(reason=reason, ground=ground)
    Ending.objects.create(
        dossier_id=dossier.id,
        status=dossier.status,
        at=taken.at,
        by_name=taken.by.name,
        unit_id=taken.by.unit,
        reason=reason.strip(),
        ground=ground.strip(),
    )
    Supplement.objects.filter(dossier_id=dossier.id, answered_at=None).update(
        answered_at=taken.at, unanswered=True, answers=None
    )
    Correction.objects.filter(dossier_id=dossier.id, later=None).update(abandoned_at=taken.at)
