"""What the counter does when others' events happen."""

from __future__ import annotations

from tinhso.counter.operations import handing
from tinhso.dossiers import api as dossiers
from tinhso.foundation import events


@events.subscribe(dossiers.ResultHandedOver)
def result_handed_over(event: dossiers.ResultHandedOver) -> None:
    """It gets its line in the book."""
    handing.write(
        dossier_id=event.dossier, receiver=event.receiver, proof=event.proof, by=event.by, at=event.at
    )
