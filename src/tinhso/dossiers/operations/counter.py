"""Someone comes in person, or sends papers by post: the officer files for them and accepts at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import Applicant, Filed, Status, Via
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import bundles, grouping, intake
from tinhso.dossiers.operations.standing import standing
from tinhso.dossiers.operations.submission import Submission, submit_as_asked
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures


@dataclass(frozen=True, slots=True)
class Taken:
    """What the counter took in, and the promise (UTC)."""

    filed: Filed
    promised_at: datetime


def take_in(given: Submission, *, by: ActorRef, at: datetime, note: str = "") -> Taken:
    """Register whoever is new, submit and accept, together or not at all. A repeat gives the same.

    `note` goes into the history beside the acceptance. A filer who stands for the applicant gets the relation
    that the officer saw proven, so that they follow the dossier. Raises Invalid with `faults`, NotAllowed,
    and what submitting and accepting raise.
    """
    if given.parcel:
        came = _("Hồ sơ đến qua bưu điện, bưu gửi %(number)s.") % {"number": given.parcel}
        note = f"{came} {note}".strip()
    with transaction.atomic():
        filed = (
            bundles.file(_whole(given, by=by, at=at), by=by, at=at)
            if procedures.version(given.version_id).bundle
            else submit_as_asked(
                lambda: _whole(given, by=by, at=at), key=given.key, asked=given.body(), by=by, at=at
            )
        )
        status, due = Dossier.objects.values_list("status", "due_at").get(id=filed.id)
        repeated = status != Status.SUBMITTED
        promised = (
            (due or at)
            if repeated
            else intake.accept(dossier_id=filed.id, by=by, at=at, received_at=given.received_at, note=note)
        )
    return Taken(filed=filed, promised_at=promised)


def _whole(given: Submission, *, by: ActorRef, at: datetime) -> Submission:
    """The submission with everybody's account, and the relation by which the filer stands there."""
    known = _known(given.applicant, by=by, at=at)
    applicant, filer = standing(given.filer, known, origin=identity.Origin.COUNTER, by=by, at=at)
    members = grouping.with_accounts(given.members, at=at)
    via = Via.POST if given.parcel else Via.COUNTER
    return replace(given, applicant=applicant, filer=filer, members=members, via=via)


def _known(applicant: Applicant, *, by: ActorRef, at: datetime) -> Applicant:
    """The applicant with an account: the one of their number, made when there is none."""
    if applicant.owner is not None or not applicant.personal_id or applicant.kind != "person":
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
