"""A result issued with the real signatures of the played national side, for tests of what comes after it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tests.support.office import Office, filed
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake, results, signatures


def issue(place: Office, dossier_id: UUID, *, at: datetime) -> None:
    """Accept, draft, sign, seal and hand over."""
    intake.accept(dossier_id=dossier_id, by=place.intake, at=at)
    results.draft(dossier_id=dossier_id, written={"about": "Về việc thử"}, by=place.specialist, at=at)
    version = Dossier.objects.values_list("version", flat=True).get(id=dossier_id)
    signatures.ask(dossier_id=dossier_id, by=place.leader, at=at, seen=version)
    assert signatures.collect(dossier_id=dossier_id, by=place.leader, at=at)
    signatures.seal(dossier_id=dossier_id, by=place.clerk, at=at)
    results.hand_over(dossier_id=dossier_id, by=place.intake, at=at)


def issued(place: Office, *, at: datetime) -> UUID:
    """A dossier whose result the person has."""
    dossier_id = filed(place, at=at).id
    issue(place, dossier_id, at=at)
    return dossier_id
