"""The applicant of a filing, as the account knows them, and the facts that fill a form in advance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers import residence
from tinhso.dossiers.contracts import Applicant
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity


def applicant(owner: OwnerRef, *, by: ActorRef) -> Applicant:
    """Whose dossier it will be. Of an organisation, the person who acts for it is the one reached."""
    if by.id is None:
        raise NotAllowed(_("Hãy đăng nhập để nộp hồ sơ."))
    person = identity.person(by.id)
    if owner.kind == "organisation":
        organisation = identity.organisations([owner.id])[owner.id]
        return Applicant(
            name=organisation.name,
            kind="organisation",
            owner=owner,
            personal_id=organisation.tax_code,
            phone=person.phone,
            email=person.email,
        )
    return Applicant(
        name=person.full_name,
        owner=owner,
        personal_id=identity.personal_id(by.id),
        birth_date=person.birth_date,
        phone=person.phone,
        email=person.email,
        address=person.address,
    )


def facts(owner: OwnerRef, *, by: ActorRef, at: datetime) -> dict[str, Any]:
    """What the account already answers, by the names that forms ask for, on the day of `at`."""
    own = applicant(owner, by=by)
    if owner.kind == "organisation":
        return {
            "account": {"phone": own.phone, "email": own.email, "full_name": by.name},
            "organisation": {"name": own.name, "tax_code": own.personal_id, "representative": by.name},
        }
    return {
        "account": {
            "full_name": own.name,
            "personal_id": own.personal_id,
            "birth_date": own.birth_date,
            "phone": own.phone,
            "email": own.email,
            "residence": residence.read(own.address, on=today(at)) or None,
        }
    }
