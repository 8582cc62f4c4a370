"""Who sees how much: every line of the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from tests.support import people
from tests.support.people import AT
from tinhso.directory import api as directory
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import NOBODY, SYSTEM, ActorRef, OwnerRef, SubjectRef
from tinhso.identity import api, commands
from tinhso.identity.api import Sight

pytestmark = pytest.mark.django_db
DAY = AT.date()


def seen(actor: ActorRef, subject: SubjectRef, at: datetime, **more: Any) -> Sight:
    return api.sight(actor, subject, at, **more).sight


def test_the_applicant_sees_all_and_a_stranger_nothing() -> None:
    owner, stranger = people.person(), people.person()
    dossier = SubjectRef("dossier", new_id(), owner=OwnerRef("person", owner.id or new_id()))

    assert seen(owner, dossier, AT) is Sight.ALL
    assert seen(stranger, dossier, AT) is Sight.NOTHING
    assert seen(NOBODY, dossier, AT) is Sight.NOTHING
    assert seen(SYSTEM, dossier, AT) is Sight.ALL
    machine, _secret = people.token(["identity.*"])
    assert seen(machine, dossier, AT) is Sight.NOTHING
    assert seen(machine, dossier, AT, reading="dossiers.read") is Sight.NOTHING
    reader, _secret = people.token(["dossiers.read"])
    assert seen(reader, dossier, AT, reading="dossiers.read") is Sight.ALL


def test_a_unit_sees_what_is_its_to_take_and_only_the_status_once_somebody_holds_it() -> None:
    place = people.unit()
    holder, colleague = people.officer("specialist", place), people.officer("specialist", place)
    free = SubjectRef("dossier", new_id(), units=(place,))
    taken = replace(free, handlers=(holder.id or new_id(),))

    assert seen(colleague, free, AT) is Sight.ALL
    assert seen(holder, taken, AT) is Sight.ALL
    assert seen(colleague, taken, AT) is Sight.STATUS
    assert seen(people.officer("specialist"), free, AT) is Sight.NOTHING


def test_a_step_stays_in_sight_for_thirty_days_after_its_end() -> None:
    place = people.unit()
    officer = people.officer("specialist", place)
    assert officer.id
    dossier = SubjectRef("dossier", new_id(), units=(place,), handlers=(new_id(),))

    assert seen(officer, dossier, AT, worked={officer.id: None}) is Sight.ALL
    assert seen(officer, dossier, AT, worked={officer.id: AT - timedelta(days=30)}) is Sight.ALL
    assert seen(officer, dossier, AT, worked={officer.id: AT - timedelta(days=31)}) is Sight.STATUS


def test_a_deputy_sees_what_the_delegator_holds() -> None:
    place = people.unit()
    leader, deputy = people.officer("leader", place), people.officer("clerk")
    assert leader.id
    assert deputy.id
    dossier = SubjectRef("dossier", new_id(), units=(place,), handlers=(leader.id,))
    assert seen(deputy, dossier, AT) is Sight.NOTHING
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

    assert seen(deputy, dossier, AT) is Sight.ALL


@pytest.mark.parametrize(
    ("role", "same_agency", "elsewhere"),
    [
        ("intake_officer", Sight.INTAKE, Sight.NOTHING),
        ("supervisor", Sight.STATUS, Sight.NOTHING),
        ("inspector", Sight.NOTHING, Sight.NOTHING),
        ("administrator", Sight.NOTHING, Sight.NOTHING),
        ("leader", Sight.STATUS, Sight.NOTHING),
    ],
)
def test_those_beside_the_path(role: str, same_agency: Sight, elsewhere: Sight) -> None:
    agency = people.agency()
    place = people.unit(agency)
    dossier = SubjectRef("dossier", new_id(), units=(place,), handlers=(new_id(),))

    assert seen(people.officer(role, people.unit(agency)), dossier, AT) is same_agency
    assert seen(people.officer(role), dossier, AT) is elsewhere
    assert seen(replace(people.officer(role), id=new_id()), dossier, AT) is Sight.NOTHING


def test_the_intake_officer_of_a_taken_dossier_sees_the_intake_papers() -> None:
    place = people.unit()
    dossier = SubjectRef("dossier", new_id(), units=(place,), handlers=(new_id(),))

    assert seen(people.officer("intake_officer", place), dossier, AT) is Sight.INTAKE


def test_a_unit_that_was_passed_sees_no_more_than_the_status() -> None:
    agency = people.agency()
    now, before = people.unit(agency), people.unit(agency)
    officer = people.officer("specialist", before)
    dossier = SubjectRef("dossier", new_id(), units=(now,))

    assert seen(officer, dossier, AT, passed=(before,)) is Sight.STATUS
    assert seen(officer, replace(dossier, units=()), AT, passed=(now, before)) is Sight.STATUS


def inspection(inspector: ActorRef, agency: UUID, **changes: Any) -> UUID:
    given: dict[str, Any] = {
        "officer_id": inspector.id,
        "agency_id": agency,
        "decision": "12/QĐ-TTr",
        "valid_from": DAY,
        "valid_to": DAY + timedelta(days=10),
        "by": SYSTEM,
        "at": AT,
    }
    return api.give_inspection(**given | changes)


def test_an_inspector_sees_all_of_the_agency_from_the_first_day_of_the_decision_to_the_last() -> None:
    agency = people.agency()
    dossier = SubjectRef("dossier", new_id(), units=(people.unit(agency),), handlers=(new_id(),))
    other = SubjectRef("dossier", new_id(), units=(people.unit(),))
    inspector, colleague = people.officer("inspector"), people.officer("inspector")
    inspection(inspector, agency)

    for days, sees in ((-1, Sight.NOTHING), (0, Sight.ALL), (9, Sight.ALL), (10, Sight.NOTHING)):
        assert seen(inspector, dossier, AT + timedelta(days=days)) is sees
    assert api.sight(inspector, dossier, AT).because == "Thanh tra theo quyết định 12/QĐ-TTr"
    assert seen(inspector, other, AT) is Sight.NOTHING
    assert seen(colleague, dossier, AT) is Sight.NOTHING


def test_an_inspection_ended_early_ends_at_once_and_a_future_one_never_begins() -> None:
    agency = people.agency()
    dossier = SubjectRef("dossier", new_id(), units=(people.unit(agency),), handlers=(new_id(),))
    inspector = people.officer("inspector")
    running = inspection(inspector, agency, valid_from=DAY - timedelta(days=3))
    later = inspection(inspector, agency, decision="13/QĐ-TTr", valid_from=DAY + timedelta(days=1))

    for each in (running, later):
        api.end_inspection(inspection_id=each, by=SYSTEM, at=AT)
    assert seen(inspector, dossier, AT) is Sight.NOTHING
    assert [view.decision for view in api.inspections(officer_id=inspector.id)] == ["12/QĐ-TTr"]
    with pytest.raises(NotFound):
        api.end_inspection(inspection_id=running, by=SYSTEM, at=AT)


def test_an_inspection_needs_a_decision_a_period_an_inspector_and_another_who_gives_it() -> None:
    agency, inspector = people.agency(), people.officer("inspector")
    both = people.officer(unit_id=people.unit(agency), roles=["administrator", "inspector"])
    clerk = people.officer("clerk")

    for change, field in (
        ({"decision": " "}, "decision"),
        ({"valid_to": DAY}, "valid_to"),
        ({"officer_id": clerk.id}, "login"),
        ({"officer_id": both.id, "by": both}, "login"),
    ):
        with pytest.raises(Invalid) as refused:
            inspection(inspector, agency, **change)
        assert field in refused.value.faults
    with pytest.raises(NotAllowed):
        inspection(inspector, agency, by=clerk)


def test_an_inspection_is_given_from_the_command_line_too() -> None:
    inspector = people.officer("inspector")
    assert inspector.id
    agency = people.agency()
    login, code = api.officer(inspector.id, AT).login, directory.agency(agency, DAY).code
    asked = ["inspect", login, "--agency", code, "--decision", "12/QĐ-TTr", "--from", "2026-01-01"]

    told = CliRunner().invoke(commands.officer, [*asked, "--until", "2099-01-01"])
    refused = CliRunner().invoke(commands.officer, [*asked, "--until", "2025-01-01"])

    assert told.exit_code == 0, told.output
    assert [view.agency for view in api.inspections(officer_id=inspector.id)] == [agency]
    assert (refused.exit_code, "sau ngày bắt đầu" in refused.output) == (1, True)
