"""What dossiers does when others' events happen."""

from __future__ import annotations

from tinhso.dossiers import jobs
from tinhso.dossiers.contracts import DossierEnded, DossierRefused, ResultReady
from tinhso.dossiers.models import BundlePart, Dossier, Draft, DraftPaper, FactReport
from tinhso.dossiers.operations import bundles, erasures
from tinhso.foundation import events, files
from tinhso.identity import api as identity


@events.subscribe(ResultReady)
def result_ready(event: ResultReady) -> None:
    """Parts of a bundle that waited for the result begin, once it is kept for good."""
    part = BundlePart.objects.filter(dossier_id=event.dossier).first()
    if part is not None:
        jobs.start_bundle.defer(bundle_id=str(part.bundle_id))


@events.subscribe(DossierRefused)
def refused(event: DossierRefused) -> None:
    """What of its bundle needed its result is dropped, and the person is told what becomes of the rest."""
    bundles.ended(event.dossier, at=event.at)


@events.subscribe(DossierEnded)
def ended(event: DossierEnded) -> None:
    """The same for one withdrawn or stopped."""
    bundles.ended(event.dossier, at=event.at)


@events.subscribe(identity.PersonErased)
def person_erased(event: identity.PersonErased) -> None:
    """Nobody finds the person's dossiers by their numbers any more, and what was never sent goes.

    Dossiers themselves stay as long as the law keeps records (`dossier_retention`), then go by themselves.
    """
    of_person = {"owner_kind": "person", "owner_id": event.person_id}
    Dossier.objects.filter(**of_person).update(personal_hash=None, phone_hash=None)
    unsent = Draft.objects.filter(**of_person, dossier=None)
    files.loosen(DraftPaper.objects.filter(draft__in=unsent).values_list("file_id", flat=True), at=event.at)
    unsent.delete()
    FactReport.objects.filter(person_id=event.person_id).delete()
    erasures.ask(event.person_id, at=event.at)
