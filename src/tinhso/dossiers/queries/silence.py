"""Which dossiers silence will decide."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Result
from tinhso.dossiers.outcomes import ResultState
from tinhso.procedures import api as procedures

UNDECIDED = (Status.ACCEPTED, Status.PROCESSING)


def undecided() -> Q:
    """The law takes silence for a decision, the clock runs, and no leader has signed one."""
    signed = Result.objects.filter(dossier_id=OuterRef("id"), current=True, state=ResultState.SIGNED.value)
    return Q(
        ~Exists(signed),
        finished_at=None,
        stopped_since=None,
        procedure_version_id__in=procedures.deemed_versions(),
        status__in=[status.value for status in UNDECIDED],
    )
