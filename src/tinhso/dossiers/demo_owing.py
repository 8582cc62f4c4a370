"""Fees of the demo: at the first office some are judged, so that somebody can pay at once; others wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import demo_people, marks
from tinhso.dossiers.contracts import Applicant, Via
from tinhso.dossiers.models import Assessment, Dossier
from tinhso.dossiers.operations import charging, intake, judging_fees
from tinhso.dossiers.operations.judging_fees import Judged
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

PAYER = "089198007231"
LICENCE = "AG.001010"
"""Costs 200.000 đồng; an officer says for whom."""


def load(code: str, *, at: datetime) -> None:
    """One licence of the demo's citizen that waits to be paid, and every other fee judged. Safe to repeat."""
    agency = directory.agency(code, today(at))
    if Assessment.objects.filter(dossier__agency_id=agency.id, occasion=charging.JUDGED).exists():
        return
    own = _filed(agency.id, at=at)
    waiting = Dossier.objects.filter(
        agency_id=agency.id, finished_at=None, flags__contains=[marks.UNBILLED]
    ).order_by("id")
    others = [dossier for dossier in waiting if dossier.id != getattr(own, "id", None)]
    for dossier in [*([own] if own else []), *others[::2]]:
        judged = [Judged(line.amount, line.exempted, line.open) for line in charging.assessed(dossier)]
        judging_fees.judge(dossier_id=dossier.id, judged=judged, by=SYSTEM, at=at)


def _filed(agency: UUID, *, at: datetime) -> Dossier | None:
    """The licence as its owner files it online; None where she or the procedure is not known."""
    person = identity.find_person(PAYER)
    version = procedures.published(code=LICENCE, at=at) if person else None
    if person is None or version is None:
        return None
    name = identity.person(person).full_name
    filed = submit(
        Submission(
            version_id=version.id,
            agency_id=agency,
            applicant=Applicant(name=name, personal_id=PAYER, owner=OwnerRef("person", person)),
            answers={},
            papers=demo_people.originals(version),
            via=Via.ONLINE,
            key="demo-nop-phi",
        ),
        by=ActorRef(ActorKind.PERSON, person, name),
        at=at - timedelta(hours=3),
    )
    intake.accept(dossier_id=filed.id, by=SYSTEM, at=at - timedelta(hours=2))
    return Dossier.objects.get(id=filed.id)
