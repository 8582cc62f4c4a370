"""What the counter does when others' events happen."""

from __future__ import annotations

from tinhso.counter import jobs
from tinhso.counter.operations import handing
from tinhso.dossiers import api as dossiers
from tinhso.foundation import events


@events.subscribe(dossiers.ResultHandedOver)
def result_handed_over(event: dossiers.ResultHandedOver) -> None:
    """It gets its line in the book."""
    handing.write(
        dossier_id=event.dossier, receiver=event.receiver, proof=event.proof, by=event.by, at=event.at
    )


@events.subscribe(dossiers.CalendarCorrected)
def calendar_corrected(event: dossiers.CalendarCorrected) -> None:
    """Appointments follow, once no process gives out times by the old calendar any more."""
    jobs.follow_calendar.defer_at(
        event.at + dossiers.SETTLES, {"calendar": event.calendar.code, "why": event.what}
    )
