"""Tries to break every constraint of identity's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Model

from tests.support import people
from tests.support.constraints import refused
from tests.support.people import AT
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api
from tinhso.identity.models import (
    Absence,
    Account,
    Delegation,
    EidLink,
    Inspection,
    KeptForm,
    KnownDevice,
    Look,
    Officer,
    Opening,
    Organisation,
    Person,
    Post,
    Representation,
    SignIn,
    Token,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


def made(table: type[Model], good: dict[str, Any], **bad: Any) -> Callable[[], object]:
    return lambda: table._default_manager.create(**(good | bad))


def test_accounts_that_cannot_be() -> None:
    officer = {"kind": "officer", "login": "ai", "password": "!", "created_at": AT}
    person = officer | {"kind": "person", "login": None}
    refused("account_only_officers_have_logins", made(Account, officer, login=None))
    refused("account_only_officers_have_logins", made(Account, person, login="ai"))
    refused("account_login_is_lower_case", made(Account, officer, login="AI"))
    refused("account_persons_have_no_password", made(Account, person, password="argon2$..."))
    Account.objects.create(**officer)
    refused("identity_account_login_key", made(Account, officer))


def test_persons_that_cannot_be() -> None:
    good = {"full_name": "Ai", "sort": "ai", "source": "counter", "created_at": AT, "updated_at": AT}
    refused("person_has_a_name", made(Person, good, full_name=""))
    refused("person_assurance_level_is_known", made(Person, good, assurance_level=3))
    for left in ("sealed", "phone_hash", "personal_id_hash"):
        refused("person_erased_keeps_nothing", made(Person, good, erased_at=AT, **{left: b"x"}))
    Person.objects.create(**good, personal_id_hash=b"one")
    refused("identity_person_personal_id_hash", made(Person, good, personal_id_hash=b"one"))


def test_organisations_and_their_speakers_that_cannot_be() -> None:
    good = {"tax_code": "1702456797", "name": "Công ty", "sort": "c", "created_at": AT}
    refused("organisation_tax_code_form", made(Organisation, good, tax_code="17"))
    refused("organisation_has_a_name", made(Organisation, good, name=""))
    company = Organisation.objects.create(**good)
    refused("identity_organisation_tax_code", made(Organisation, good))
    speaker = {"person_id": people.person().id, "organisation": company, "valid_from": DAY}
    refused("representation_has_a_day", made(Representation, speaker, valid_to=DAY))
    Representation.objects.create(**speaker)
    refused("representation_once_a_day", made(Representation, speaker, valid_from=AT.date()))


def test_eid_links_that_cannot_be() -> None:
    good = {"issuer": "https://eid", "subject": "TD-1", "person_id": people.person().id, "linked_at": AT}
    refused("eid_link_has_a_subject", made(EidLink, good, subject=""))
    EidLink.objects.create(**good)
    refused("eid_subject_linked_once", made(EidLink, good, person_id=people.person().id))


def test_posts_absences_and_delegations_that_cannot_be() -> None:
    one, other = people.officer("leader"), people.officer("clerk")
    post = {"officer_id": one.id, "role": "leader", "unit_id": one.unit, "valid_from": DAY}
    refused("post_once_at_a_time", made(Post, post))
    refused("post_has_a_day", made(Post, post, role="clerk", valid_to=DAY))
    refused("post_role_is_known", made(Post, post, role="king"))
    absence = {"officer_id": one.id, "begins_at": AT, "ends_at": AT + timedelta(days=1)}
    refused("absence_ends_after_it_begins", made(Absence, absence, ends_at=AT))
    Absence.objects.create(**absence)
    refused("absence_once_at_a_time", made(Absence, absence, begins_at=AT + timedelta(hours=1)))
    Absence.objects.create(**absence | {"begins_at": absence["ends_at"], "ends_at": AT + timedelta(days=2)})
    given = absence | {"delegator_id": one.id, "deputy_id": other.id, "role": "leader", "unit_id": one.unit}
    del given["officer_id"]
    refused("delegation_ends_after_it_begins", made(Delegation, given, ends_at=AT))
    refused("delegation_to_another", made(Delegation, given, deputy_id=one.id))
    Delegation.objects.create(**given)
    refused("delegation_once_at_a_time", made(Delegation, given))
    refused("officer_has_a_name", lambda: Officer.objects.filter(account_id=one.id).update(full_name=""))


def test_sign_ins_and_kept_forms_that_cannot_be() -> None:
    officer = people.officer()
    good = {
        "account_id": officer.id,
        "actor_name": "Ai",
        "factors": "password+totp",
        "agent_hash": b"x",
        "started_at": AT,
        "seen_at": AT,
    }
    refused("signin_ends_after_it_starts", made(SignIn, good, ended_at=AT - timedelta(seconds=1)))
    refused("signin_has_factors", made(SignIn, good, factors=""))
    kept = {"account_id": officer.id, "path": "https://xau.example", "body": b"x", "kept_at": AT}
    refused("kept_form_goes_to_us", made(KeptForm, kept))
    device = {"account_id": officer.id, "secret_hash": b"x", "seen_at": AT}
    KnownDevice.objects.create(**device)
    refused("identity_knowndevice_secret_hash", made(KnownDevice, device))


def test_tokens_that_cannot_be() -> None:
    good = {"name": "máy", "secret_hash": b"x", "acts": ["a.b"], "created_at": AT}
    refused("token_has_a_name", made(Token, good, name=""))
    refused("token_may_do_something", made(Token, good, acts=[]))
    refused("token_expires_after_it_was_made", made(Token, good, expires_at=AT))
    Token.objects.create(**good)
    refused("identity_token_secret_hash", made(Token, good))


def test_looks_that_cannot_be() -> None:
    good = {
        "at": AT,
        "actor_kind": "officer",
        "actor_id": new_id(),
        "actor_name": "Ai",
        "person_id": people.person().id,
        "purpose": "xem",
    }
    refused("look_has_a_purpose", made(Look, good, purpose=""))
    refused("look_at_one_person_or_a_list", made(Look, good, count=3))
    refused("look_at_one_person_or_a_list", made(Look, good, person_id=None))


def test_what_somebody_did_keeps_them() -> None:
    officer = people.officer()
    person = people.person()
    api.look(officer, person.id or new_id(), "xem", None, AT)
    with pytest.raises(Exception, match="protected"):
        Person.objects.filter(id=person.id).delete()
    assert SYSTEM.id is None


def test_inspections_that_cannot_be() -> None:
    inspector, agency = people.officer("inspector"), people.agency()
    good = {
        "officer_id": inspector.id, "agency_id": agency, "decision": "12/QĐ-TTr", "valid_from": DAY,
        "valid_to": DAY + timedelta(days=9), "given_at": AT,
    }  # fmt: skip
    refused("inspection_has_a_decision", made(Inspection, good, decision=""))
    refused("inspection_has_a_day", made(Inspection, good, valid_to=DAY))
    refused("inspection_ends", made(Inspection, good, valid_to=None))
    refused("inspection_given_by_another", made(Inspection, good, given_by=inspector.id))
    Inspection.objects.create(**good)
    refused("inspection_once_at_a_time", made(Inspection, good, valid_from=DAY + timedelta(days=8)))


def test_openings_that_cannot_be() -> None:
    officer, other = people.officer(), people.officer()
    good = {
        "officer_id": officer.id, "agency_id": people.agency(), "subject_kind": "dossier",
        "subject_id": new_id(), "label": "H01-1", "link": "/", "reason": "cấp cứu", "asked_at": AT,
    }  # fmt: skip
    refused("opening_has_a_reason", made(Opening, good, reason=""))
    refused("opening_lasts_some_time", made(Opening, good, opened_at=AT))
    refused("opening_lasts_some_time", made(Opening, good, opened_at=AT, ends_at=AT - timedelta(minutes=1)))
    refused("opening_witness_whole", made(Opening, good, witness_id=other.id))
    word = {"witnessed_at": AT, "agreed": True}
    refused("opening_witness_is_another", made(Opening, good, witness_id=officer.id, **word))
    Opening.objects.create(**good, witness_id=other.id, **word)
