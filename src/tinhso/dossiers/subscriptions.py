"""What dossiers does when others' events happen."""

from __future__ import annotations

from tinhso.dossiers.models import Dossier, Draft, DraftPaper, FactReport
from tinhso.dossiers.operations import erasures
from tinhso.foundation import events, files
from tinhso.identity import api as identity


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
