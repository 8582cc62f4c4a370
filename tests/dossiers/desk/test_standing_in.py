"""Việc của tôi holds what is mine to do: my own, my delegators', and what waits for any leader."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import alarms, intake, results
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.lists import count, page
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"
HOUR = timedelta(hours=1)


@pytest.fixture
def place() -> Office:
    return office()


def stand_in(of: ActorRef, deputy: ActorRef, *, begins: datetime, ends: datetime) -> UUID:
    """The deputy does the officer's only role for a time."""
    assert of.id
    assert of.unit
    assert deputy.id
    return identity.delegate(
        delegator_id=of.id,
        deputy_id=deputy.id,
        role=identity.officer(of.id, begins).posts[0].role,
        unit_id=of.unit,
        begins_at=begins,
        ends_at=ends,
        by=SYSTEM,
        at=begins,
    )


def mine(actor: ActorRef, at: datetime) -> list[str]:
    """The codes in an officer's own list; its count on the left must say the same."""
    desk = desks.desk_of(actor, at)
    narrow = desks.own(desk)
    codes = [row.code for row in page(narrow).rows]
    assert desks.counted(desk, at=at)["mine"] == count(narrow) == len(codes)
    return codes


def whose(actor: ActorRef, at: datetime) -> list[str]:
    """For whom the officer would do what lies in the list."""
    desk = desks.desk_of(actor, at)
    return list(desks.stood_in_for(desk, page(desks.own(desk)).rows).values())


def to_sign(place: Office) -> UUID:
    """A dossier whose draft waits for a leader."""
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=SENT + HOUR)
    results.draft(dossier_id=dossier_id, written={}, by=place.specialist, at=SENT + HOUR)
    return dossier_id


def test_a_deputy_has_the_work_from_the_first_moment_of_the_time_to_the_last(place: Office) -> None:
    code = filed(place).code
    deputy = people.officer("specialist", place.specialist_unit, name="Đỗ Thị Thay")
    begins, ends = SENT + HOUR, SENT + 3 * HOUR
    stand_in(place.intake, deputy, begins=begins, ends=ends)

    for at, has in ((begins - HOUR, []), (begins, [code]), (ends - HOUR / 60, [code]), (ends, [])):
        assert mine(deputy, at) == has
        assert mine(place.intake, at) == [code]
    assert whose(deputy, begins) == ["Lê Thị Hoa"]
    assert whose(place.intake, begins) == []


def test_a_deputy_has_nothing_of_another_role_or_unit_of_the_same_officer(place: Office) -> None:
    assert place.intake.id
    deputy = people.officer("specialist", place.specialist_unit)
    elsewhere = people.unit(place.agency)
    identity.give_post(
        officer_id=place.intake.id,
        role=identity.Role.INTAKE_OFFICER,
        unit_id=elsewhere,
        valid_from=moments.today(SENT),
        by=SYSTEM,
        at=SENT,
    )
    stand_in(replace(place.intake, unit=elsewhere), deputy, begins=SENT, ends=SENT + HOUR)
    filed(place)

    assert mine(deputy, SENT) == []


def test_a_delegation_taken_back_ends_at_once(place: Office) -> None:
    code = filed(place).code
    deputy = people.officer("specialist", place.specialist_unit)
    given = stand_in(place.intake, deputy, begins=SENT, ends=SENT + 9 * HOUR)
    assert mine(deputy, SENT + HOUR) == [code]

    identity.end_delegation(delegation_id=given, by=SYSTEM, at=SENT + 2 * HOUR)
    assert mine(deputy, SENT + 2 * HOUR) == []


def test_while_an_officer_is_away_new_work_goes_to_the_deputy_and_comes_back_after(place: Office) -> None:
    deputy = people.officer("specialist", place.specialist_unit)
    assert place.intake.id
    identity.be_absent(
        officer_id=place.intake.id, begins_at=SENT, ends_at=SENT + 48 * HOUR, by=SYSTEM, at=SENT
    )
    stand_in(place.intake, deputy, begins=SENT, ends=SENT + 48 * HOUR)
    away = filed(place).code

    assert mine(deputy, SENT + HOUR) == [away]
    assert whose(deputy, SENT + HOUR) == []
    back = filed(place, at=SENT + 48 * HOUR).code
    assert mine(place.intake, SENT + 49 * HOUR) == [back]


def test_what_waits_for_a_signature_lies_before_every_leader_until_one_takes_it(place: Office) -> None:
    second = people.officer("leader", place.leader.unit, name="Hồ Thị Hai")
    dossier_id = to_sign(place)
    dossier = Dossier.objects.get(id=dossier_id)
    now = moments.now()
    assert dossier.holder is None
    assert mine(place.leader, now) == mine(second, now) == [dossier.code]
    assert mine(place.specialist, now) == []

    page_of_second = people.client(second).get(LIST).content.decode()
    assert f"{LIST}{dossier.code}/nhan-viec/" in page_of_second
    people.client(second).post(f"{LIST}{dossier.code}/nhan-viec/", {"xem": "cua-toi"})

    assert mine(second, now) == [dossier.code]
    assert mine(place.leader, now) == []


def test_a_leaders_deputy_has_what_waits_for_leaders_marked_for_whom(place: Office) -> None:
    deputy = people.officer("specialist", place.specialist_unit)
    people.officer("leader", place.leader.unit)
    now = moments.now()
    stand_in(place.leader, deputy, begins=now - HOUR, ends=now + HOUR)
    dossier = Dossier.objects.get(id=to_sign(place))

    assert dossier.holder is None
    assert mine(deputy, now) == [dossier.code]
    assert whose(deputy, now) == ["Nguyễn Văn An"]


def test_list_and_first_page_say_for_whom_in_as_many_questions_as_without(place: Office) -> None:
    deputy = people.officer("specialist", place.specialist_unit)
    now = moments.now()
    code = filed(place).code
    client = people.client(deputy)
    for address in (LIST, "/can-bo/"):
        client.get(address)
    with CaptureQueriesContext(connection) as without:
        client.get(LIST)
    stand_in(place.intake, deputy, begins=now - HOUR, ends=now + HOUR)
    client.get(LIST)
    with CaptureQueriesContext(connection) as standing_in:
        client.get(LIST)
    # The menu of the role stood in for has counts of its own.
    assert len(standing_in) <= len(without) + 4

    for address in (LIST, "/can-bo/"):
        shown = client.get(address).content.decode()
        assert code in shown
        assert "thay Lê Thị Hoa" in shown
    assert "thay" not in people.client(place.intake).get(LIST).content.decode().split("<tbody>")[1]


def test_whoever_has_it_in_the_list_is_warned_of_its_deadline(place: Office) -> None:
    deputy, colleague = (people.officer("specialist", place.specialist_unit) for _each in range(2))
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=SENT)
    assert place.specialist.id
    assert colleague.id
    assert deputy.id
    due = Dossier.objects.get(id=dossier_id).due_at
    assert due
    late = due + HOUR
    assigned_to(place, dossier_id)
    stand_in(place.specialist, deputy, begins=SENT, ends=late + HOUR)

    alarms.sound(at=late)

    for officer in (place.specialist, deputy, colleague):
        assert officer.id
        has_it = bool(mine(officer, late))
        assert bool(notify.inbox(reader=officer.id, before=None, limit=9)) is has_it
    assert mine(colleague, late) == []


def assigned_to(place: Office, dossier_id: UUID) -> None:
    """The specialist takes it out of the basket."""
    people.client(place.specialist).post(
        f"{LIST}{Dossier.objects.get(id=dossier_id).code}/nhan-viec/", {"xem": "gio"}
    )
