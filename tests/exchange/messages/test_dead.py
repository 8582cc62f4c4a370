"""Dead letters: who sees them, replayed alone or by a range, given up with a reason; the tables keep true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from tests.exchange.messages.asked import TELL, Birth
from tests.exchange.messages.gateway import Gateway, Say, fault
from tests.support import people
from tests.support.constraints import refused
from tinhso.exchange import api as exchange
from tinhso.exchange.message_contracts import MessageState
from tinhso.exchange.messages import dead, queries
from tinhso.exchange.models import Attempt, Errand
from tinhso.exchange.open_work import of_units, open_work
from tinhso.foundation import jobs, moments
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DENIED = fault("server.serverproxy.access_denied")
pytestmark = pytest.mark.django_db(transaction=True)


def _died(gateway: Gateway, count: int, *, by: ActorRef, said: Say = DENIED) -> list[UUID]:
    """So many messages of that officer, dead."""
    gateway.says = [said]
    ids = []
    for number in range(count):
        with transaction.atomic():
            birth = Birth("079205001234", f"Số {number}", reason="Báo khai sinh")
            key = f"{by.id}-{number}-{said.status}-{len(gateway.heard)}"
            ids.append(exchange.send(TELL, birth, business_key=key, by=by, at=AT))
        jobs.run_until_empty(waits=False)
    gateway.heard.clear()
    return ids


def _day(**more: object) -> dead.Range:
    now = moments.now()
    return dead.Range(now - timedelta(days=1), now + timedelta(days=1), **more)  # type: ignore[arg-type]


@pytest.fixture
def officer() -> ActorRef:
    return people.officer(identity.Role.SPECIALIST)


def test_a_dead_message_lies_with_the_unit_that_sent_it(gateway: Gateway, officer: ActorRef) -> None:
    (id,) = _died(gateway, 1, by=officer)
    stranger = people.officer(identity.Role.SPECIALIST)
    administrator = people.officer(identity.Role.ADMINISTRATOR)

    mine = dead.units_of(officer, AT)
    assert queries.one(id, units=mine).fault_code == "server.serverproxy.access_denied"
    assert of_units(open_work().dead, mine) == 1
    assert of_units(open_work().dead, dead.units_of(stranger, AT)) == 0
    assert of_units(open_work().dead, dead.units_of(administrator, AT)) == 1
    with pytest.raises(NotFound):
        queries.one(id, units=dead.units_of(stranger, AT))
    with pytest.raises(NotAllowed):
        dead.replay(id, by=stranger, at=AT)


def test_a_replayed_message_goes_out_again_under_its_id_with_all_its_tries(
    gateway: Gateway, officer: ActorRef
) -> None:
    (id,) = _died(gateway, 1, by=officer)
    gateway.says = [Say(503), Say(503), Say(body={"number": "9"})]
    assert open_work().dead
    dead.replay(id, by=officer, at=AT)
    assert not open_work().dead
    jobs.run_until_empty(waits=False)

    assert [one.headers["X-Road-Id"] for one in gateway.heard] == [str(id)] * 3
    seen = queries.one(id, units=None)
    assert seen.state is MessageState.ANSWERED
    assert [one.number for one in seen.attempts] == [4, 3, 2, 1]


def test_an_answered_message_is_replayed_when_its_receiver_lost_it(
    gateway: Gateway, officer: ActorRef
) -> None:
    gateway.says = [Say(body={"number": "1"})]
    (id,) = _died(gateway, 1, by=officer, said=Say(body={"number": "1"}))
    dead.replay(id, by=officer, at=AT)
    with pytest.raises(Conflict):
        dead.replay(id, by=officer, at=AT)
    jobs.run_until_empty()

    assert len(gateway.heard) == 1
    assert Errand.objects.get(id=id).state == MessageState.ANSWERED


def test_a_range_is_replayed_by_time_service_and_code(gateway: Gateway, officer: ActorRef) -> None:
    _died(gateway, 2, by=officer)
    _died(gateway, 1, by=officer, said=Say(422))
    _died(gateway, 1, by=people.officer(identity.Role.SPECIALIST))
    gateway.says = [Say(body={"number": "9"})]
    code = "server.serverproxy.access_denied"
    now = moments.now()

    assert (
        dead.replay_range(dead.Range(now - timedelta(days=2), now - timedelta(days=1)), by=officer, at=now)
        == 0
    )
    assert dead.replay_range(_day(service="GOV/BTP/HOTICH/khac"), by=officer, at=now) == 0
    assert dead.replay_range(_day(fault_code=code, service=TELL.service), by=officer, at=now) == 2
    jobs.run_until_empty()
    assert len(gateway.heard) == 2
    administrator = people.officer(identity.Role.ADMINISTRATOR)
    assert dead.replay_range(_day(), by=administrator, at=now) == 2
    assert dead.replay_range(_day(answered=True, client=TELL.name), by=administrator, at=now) == 2
    with pytest.raises(Invalid):
        dead.replay_range(dead.Range(now, now), by=officer, at=now)


def test_giving_up_asks_for_a_reason_and_is_final(gateway: Gateway, officer: ActorRef) -> None:
    (id,) = _died(gateway, 1, by=officer)
    with pytest.raises(Invalid):
        dead.give_up(id, reason=" ", by=officer, at=moments.now())
    dead.give_up(id, reason="Đã báo bằng văn bản", by=officer, at=moments.now())

    assert Errand.objects.get(id=id).state == MessageState.GIVEN_UP
    with pytest.raises(Conflict):
        dead.replay(id, by=officer, at=AT)
    with pytest.raises(Conflict):
        dead.give_up(id, reason="Lại", by=officer, at=AT)


def test_the_list_is_found_by_case_key_log_and_id(gateway: Gateway, officer: ActorRef) -> None:
    first, second = _died(gateway, 2, by=officer)
    row = Errand.objects.get(id=first)
    for word in (str(first), row.business_key, row.request_id):
        found, _more = queries.listed(queries.Looking(word=word), units=None)
        assert [one.id for one in found] == [first]
    page, more = queries.listed(queries.Looking(), units=None, limit=1)
    rest, end = queries.listed(queries.Looking(), units=None, after=more, limit=1)
    assert ([one.id for one in page + rest], end) == ([second, first], "")
    assert queries.faults(units=None) == ((TELL.name, TELL.service, "server.serverproxy.access_denied", 2),)


def _message(**facts: object) -> Errand:
    given = {
        "id": new_id(),
        "client": "tests.x",
        "business_key": str(new_id()),
        "kind": "send",
        "service": "a/b/c/d",
        "verb": "POST",
        "fingerprint": b"\0" * 32,
        "by_kind": "system",
        "owner_role": "administrator",
        "made_at": AT,
        **facts,
    }
    return Errand(**given)


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("errand_kind", {"kind": "shout"}),
        ("errand_state", {"state": "lost", "ended_at": AT}),
        ("errand_outcome", {"outcome": "maybe"}),
        ("errand_open_or_ended", {"ended_at": AT}),
        ("errand_open_or_ended", {"state": "dead"}),
        ("errand_open_or_ended", {"state": "dead", "ended_at": AT - timedelta(1)}),
        ("errand_answered_by_a_status", {"state": "answered", "ended_at": AT}),
        ("errand_only_sent_ones_die", {"kind": "ask", "state": "dead", "ended_at": AT}),
        ("errand_says_why_about_persons", {"about": [b"x"]}),
        ("errand_has_a_key", {"business_key": ""}),
    ],
)
def test_a_message_that_cannot_be_is_not_kept(constraint: str, facts: dict[str, object]) -> None:
    refused(constraint, _message(**facts).save)


def test_a_client_uses_a_key_once() -> None:
    _message(business_key="k").save()
    refused("errand_once", _message(business_key="k").save)


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("attempt_once", {"number": 1}),
        ("attempt_outcome", {"outcome": "maybe"}),
        ("attempt_counts_from_one", {"number": 0}),
    ],
)
def test_a_try_that_cannot_be_is_not_kept(constraint: str, facts: dict[str, object]) -> None:
    message = _message()
    message.save()
    first = {"message": message, "number": 1, "at": AT, "milliseconds": 1, "outcome": "lost"}
    Attempt.objects.create(**first)
    refused(constraint, Attempt(**{**first, "number": 2, **facts}).save)
