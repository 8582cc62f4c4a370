"""Someone comes in person: the officer files for them and accepts at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from tinhso.dossiers.contracts import Applicant, Filed, Status, Via
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import bundles, intake
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures


@dataclass(frozen=True, slots=True)
class Taken:
    """What the counter took in, and the promise (UTC)."""

    filed: Filed
    promised_at: datetime


def take_in(given: Submission, *, by: ActorRef, at: datetime) -> Taken:
    """Register the person, submit for them and accept, together or not at all. A repeat gives the same.

    Raises Invalid with `faults`, NotAllowed, and what submitting and accepting raise.
    """
    with transaction.atomic():
        applicant = _known(given.applicant, by=by, at=at)
        put_in = bundles.file if procedures.version(given.version_id).bundle else submit
        filed = put_in(replace(given, applicant=applicant, via=Via.COUNTER), by=by, at=at)
        status, due = Dossier.objects.values_list("status", "due_at").get(id=filed.id)
        repeated = status != Status.SUBMITTED
        promised = (due or at) if repeated else intake.accept(dossier_id=filed.id, by=by, at=at)
    return Taken(filed=filed, promised_at=promised)


def _known(applicant: Applicant, *, by: ActorRef, at: datetime) -> Applicant:
    """The applicant with an account: the one of their number, made when there is none."""
    if applicant.owner is not None or not applicant.personal_id:
        return applicant
    person = identity.register_person(
        facts=identity.PersonFacts(
            full_name=applicant.name,
            personal_id=applicant.personal_id,
            birth_date=applicant.birth_date,
            phone=applicant.phone,
            email=applicant.email,
            address=applicant.address,
        ),
        source="counter",
        by=by,
        at=at,
    )
    return replace(applicant, owner=OwnerRef("person", person))
