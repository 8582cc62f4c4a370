"""Who sees how much: every line of the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support import people
from tests.support.people import AT
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import NOBODY, SYSTEM, OwnerRef, SubjectRef
from tinhso.identity import api
from tinhso.identity.api import Sight

pytestmark = pytest.mark.django_db


def test_the_applicant_sees_all_and_a_stranger_nothing() -> None:
    owner, stranger = people.person(), people.person()
    dossier = SubjectRef("dossier", new_id(), owner=OwnerRef("person", owner.id or new_id()))

    assert api.sight(owner, dossier, AT) is Sight.ALL
    assert api.sight(stranger, dossier, AT) is Sight.NOTHING
    assert api.sight(NOBODY, dossier, AT) is Sight.NOTHING
    assert api.sight(SYSTEM, dossier, AT) is Sight.ALL
    machine, _secret = people.token(["identity.*"])
    assert api.sight(machine, dossier, AT) is Sight.NOTHING


def test_a_unit_sees_what_is_its_to_take_and_only_the_status_once_somebody_holds_it() -> None:
    place = people.unit()
    holder, colleague = people.officer("specialist", place), people.officer("specialist", place)
    free = SubjectRef("dossier", new_id(), units=(place,))
    taken = replace(free, handlers=(holder.id or new_id(),))

    assert api.sight(colleague, free, AT) is Sight.ALL
    assert api.sight(holder, taken, AT) is Sight.ALL
    assert api.sight(colleague, taken, AT) is Sight.STATUS
    assert api.sight(people.officer("specialist"), free, AT) is Sight.NOTHING


def test_a_step_stays_in_sight_for_thirty_days_after_its_end() -> None:
    place = people.unit()
    officer = people.officer("specialist", place)
    assert officer.id
    dossier = SubjectRef("dossier", new_id(), units=(place,), handlers=(new_id(),))

    assert api.sight(officer, dossier, AT, worked={officer.id: None}) is Sight.ALL
    assert api.sight(officer, dossier, AT, worked={officer.id: AT - timedelta(days=30)}) is Sight.ALL
    assert api.sight(officer, dossier, AT, worked={officer.id: AT - timedelta(days=31)}) is Sight.STATUS


def test_a_deputy_sees_what_the_delegator_holds() -> None:
    place = people.unit()
    leader, deputy = people.officer("leader", place), people.officer("clerk")
    assert leader.id
    assert deputy.id
    dossier = SubjectRef("dossier", new_id(), units=(place,), handlers=(leader.id,))
    assert api.sight(deputy, dossier, AT) is Sight.NOTHING
    api.delegate(
        delegator_id=leader.id,
        deputy_id=deputy.id,
        role=api.Role.LEADER,
        unit_id=place,
        begins_at=AT,
        ends_at=AT + timedelta(days=1),
        by=SYSTEM,
        at=AT,
    )

    assert api.sight(deputy, dossier, AT) is Sight.ALL


@pytest.mark.parametrize(
    ("role", "same_agency", "elsewhere"),
    [
        ("intake_officer", Sight.INTAKE, Sight.NOTHING),
        ("supervisor", Sight.STATUS, Sight.NOTHING),
        ("inspector", Sight.ALL, Sight.NOTHING),
        ("administrator", Sight.NOTHING, Sight.NOTHING),
        ("leader", Sight.NOTHING, Sight.NOTHING),
    ],
)
def test_those_beside_the_path(role: str, same_agency: Sight, elsewhere: Sight) -> None:
    agency = people.agency()
    place = people.unit(agency)
    dossier = SubjectRef("dossier", new_id(), units=(place,), handlers=(new_id(),))

    assert api.sight(people.officer(role, people.unit(agency)), dossier, AT) is same_agency
    assert api.sight(people.officer(role), dossier, AT) is elsewhere
    assert api.sight(replace(people.officer(role), id=new_id()), dossier, AT) is Sight.NOTHING


def test_the_intake_officer_of_a_taken_dossier_sees_the_intake_papers() -> None:
    place = people.unit()
    dossier = SubjectRef("dossier", new_id(), units=(place,), handlers=(new_id(),))

    assert api.sight(people.officer("intake_officer", place), dossier, AT) is Sight.INTAKE
