"""What digitising does when others' events happen."""

from __future__ import annotations

from tinhso.digitising.operations import scans
from tinhso.dossiers import api as dossiers
from tinhso.foundation import events


@events.subscribe(dossiers.DossierErased)
def dossier_erased(event: dossiers.DossierErased) -> None:
    """What was scanned for it goes as well."""
    scans.forget(event.dossier, at=event.at)
