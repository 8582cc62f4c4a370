"""What guards a service at its provider: agreements, quotas, contracts, masks, breakers, stand-ins."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.exchange.agreements import laid
from tests.exchange.gateway.asking import Answer, ask
from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World, now, rows, subsystem
from tests.support.waiting import WITHIN_SECONDS, until
from tinhso.exchange.contracts import BodyLog, ContractCheck, Quota, ServiceClass, SubjectKind
from tinhso.exchange.contracts import Side as Party
from tinhso.exchange.gateway.counting import Counters
from tinhso.exchange.models import QuotaLimit, Service
from tinhso.exchange.operations import agreements, notices, quotas, services
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{TINHSO}/tra-cuu"
OPENAPI = """
openapi: 3.0.3
info: {title: Tra cuu, version: "1"}
paths:
  /nguoi/{so}:
    get:
      parameters: [{name: so, in: path, required: true, schema: {type: string, pattern: "^[0-9]{12}$"}}]
      responses:
        "200":
          description: co
          content:
            application/json:
              schema: {type: object, required: [ten], properties: {ten: {type: string, example: Lan}}}
"""


@dataclass
class Agreed:
    """An agreement of the nation's register with the province's service."""

    world: World
    province: Side
    nation: Side
    place: laid.Place
    agreement: UUID

    def ask(self, tail: str = "", **options: object) -> Answer:
        return ask(self.nation, TRA_CUU + tail, client=HOTICH, **options)  # type: ignore[arg-type]

    def pause(self, ground: str = "Rò rỉ dữ liệu") -> None:
        agreements.pause(self.agreement, Party.PROVIDER, ground=ground, by=self.place.owner, at=now())


@pytest.fixture
def agreed(world: World, province: Side, nation: Side) -> Agreed:
    place = laid.place(client=HOTICH)
    Service.objects.filter(id=place.service).update(
        url=f"http://127.0.0.1:{world.service_port}/dich-vu", service_class=ServiceClass.LIMITED
    )
    day = today(now())
    terms = laid.wish(day, day + timedelta(days=9))
    agreement = agreements.ask(
        place.application, place.plan, terms, conditions=1, by=place.developer, at=now()
    )
    agreements.accept(agreement, by=place.owner, at=now())
    agreements.enable(agreement, by=place.operator, at=now())
    world.caught_up(province)
    return Agreed(world, province, nation, place, agreement)


def test_under_an_agreement_messages_pass_and_name_it(agreed: Agreed) -> None:
    assert agreed.ask().status == 200

    for row in rows(agreed.province):
        assert (row["agreement_id"], row["agreement_revision"]) == (agreed.agreement, 1)


def test_a_suspension_acts_within_seconds_and_says_why(agreed: Agreed) -> None:
    """Tried up to three times, since a busy machine may stand still for longer."""
    assert agreed.ask().status == 200

    for last in (False, False, True):
        agreed.pause()
        began = time.monotonic()
        assert until(lambda: agreed.ask().status != 200)
        took, answer = time.monotonic() - began, agreed.ask()
        assert answer.error == "server.serverproxy.access_denied"
        assert "Rò rỉ dữ liệu" in answer.json()["message"]
        agreements.resume(agreed.agreement, Party.PROVIDER, by=agreed.place.owner, at=now())
        agreed.world.caught_up(agreed.province)
        assert agreed.ask().status == 200
        if took < 5:
            break
        assert not last, f"the last suspension acted after {took:.1f} s"


def test_a_suspension_cuts_what_is_under_way(agreed: Agreed) -> None:
    agreed.world.services.pieces = [bytes(100_000)] * 400
    agreed.world.services.between = 0.1

    with ThreadPoolExecutor(1) as asking:
        asked = asking.submit(agreed.ask)
        assert until(lambda: agreed.world.services.calls)
        time.sleep(0.5)
        agreed.pause()
        answer = asked.result(WITHIN_SECONDS)

    assert answer.error == "server.serverproxy.access_denied"
    assert "suspended" in answer.json()["message"]


def test_a_service_by_agreement_only_takes_no_other_right(agreed: Agreed) -> None:
    agreements.close(agreed.agreement, ground="Thôi", by=agreed.place.owner, at=now())
    services.allow(
        service_id=agreed.place.service,
        kind=SubjectKind.SUBSYSTEM,
        subject=HOTICH,
        by=SYSTEM,
        at=now(),
    )
    agreed.world.caught_up(agreed.province)

    answer = agreed.ask()

    assert answer.error == "server.serverproxy.access_denied"
    assert "agreement only" in answer.json()["message"]


def test_a_quota_that_is_used_up_refuses_with_429(agreed: Agreed) -> None:
    """Six calls of two a minute: some are refused even when the minute turns between them."""
    quotas.set_quota(
        agreed.place.quota, Quota(2, 10_000, 5), since=today(now()), by=agreed.place.operator, at=now()
    )
    agreed.world.caught_up(agreed.province)

    answers = [agreed.ask() for _ in range(6)]

    refused = [one for one in answers if one.status == 429]
    assert len(refused) >= 1
    assert {one.error for one in refused} == {"server.serverproxy.quota_exceeded"}
    assert len(agreed.world.services.calls) <= 6 - len(refused)


def test_a_class_of_use_without_numbers_for_today_lets_nothing_through(agreed: Agreed) -> None:
    limits = QuotaLimit.objects.filter(quota_class_id=agreed.place.quota)
    limits.update(valid_from=today(now()) + timedelta(days=1), valid_to=None)
    agreed.world.caught_up(agreed.province)

    answer = agreed.ask()

    assert answer.error == "server.serverproxy.access_denied"
    assert "without numbers for today" in answer.json()["message"]


def test_two_nodes_share_one_quota(agreed: Agreed) -> None:
    async def both() -> list[int]:
        pool = agreed.province.gateway.pool
        one, other = Counters(pool), Counters(pool)
        given = []
        for counters in (one, other, one, other):
            given.append((await counters.lease("k", "minute 1", most=5, ask=2)).granted)
        await one.give_back("k", "minute 1", 1)
        given.append((await other.lease("k", "minute 1", most=5, ask=2)).granted)
        return given

    assert agreed.world.loop.do(both()) == [2, 2, 1, 0, 1]


def test_a_maintenance_window_is_told_to_callers(agreed: Agreed) -> None:
    notices.plan_maintenance(
        agreed.place.service,
        begins_at=now() - timedelta(minutes=1),
        ends_at=now() + timedelta(hours=1),
        reason="Nâng cấp máy chủ",
        by=agreed.place.operator,
        at=now() - timedelta(days=2),
    )
    agreed.world.caught_up(agreed.province)

    answer = agreed.ask()

    assert answer.error == "server.serverproxy.maintenance_mode"
    assert answer.json()["message"] == "Nâng cấp máy chủ"


@pytest.fixture
def described(world: World, province: Side, nation: Side) -> UUID:
    """The province's service with a contract; the nation's register may call it."""
    service_id = services.register_openapi(
        subsystem_id=subsystem(TINHSO),
        code="tra-cuu",
        url=f"http://127.0.0.1:{world.service_port}/dich-vu",
        description=OPENAPI,
        by=SYSTEM,
        at=now(),
    )
    services.enable(service_id=service_id, by=SYSTEM, at=now())
    services.allow(service_id=service_id, kind=SubjectKind.SUBSYSTEM, subject=HOTICH, by=SYSTEM, at=now())
    world.caught_up(province)
    return service_id


def changed(world: World, side: Side, service_id: UUID, **facts: object) -> None:
    services.change(service_id=service_id, by=SYSTEM, at=now(), **facts)
    world.caught_up(side)


def seen(side: Side, service_id: UUID) -> dict[str, Any]:
    """What the gateway says of a service to whoever watches it."""
    said: dict[str, Any] = ask(side, "/health", client=None, port=side.gateway.operators_port).json()[
        "services"
    ][str(service_id)]
    return said


def test_a_contract_is_observed_first_and_enforced_later(
    world: World, province: Side, nation: Side, described: UUID
) -> None:
    changed(world, province, described, contract_check=ContractCheck.OBSERVE)
    assert ask(nation, f"{TRA_CUU}/nguoi/abc", client=HOTICH).status == 200
    (breach,) = seen(province, described)["breaches"]
    assert breach["said"].startswith("path.so")
    assert "abc" not in breach["said"]

    changed(world, province, described, contract_check=ContractCheck.ENFORCE)
    refused = ask(nation, f"{TRA_CUU}/nguoi/abc", client=HOTICH)
    assert (refused.status, refused.error) == (400, "client.invalid_request")
    assert ask(nation, f"{TRA_CUU}/nguoi/012345678901", client=HOTICH).status == 200

    world.services.body = b'{"khac": 1}'
    broken = ask(nation, f"{TRA_CUU}/nguoi/012345678901", client=HOTICH)
    assert broken.error == "server.serverproxy.invalid_response"


def test_masked_bodies_alone_are_kept(world: World, province: Side, nation: Side, described: UUID) -> None:
    rules = [{"in": "body", "at": "$.ten", "as": "replace"}]
    changed(world, province, described, body_log=BodyLog.MASKED, masks=rules)

    answer = ask(nation, f"{TRA_CUU}/nguoi/1", client=HOTICH)

    assert answer.json() == {"ten": "Ánh"}, "the answer itself is whole"
    response = rows(province, response=True)[0]
    assert response["mode"] == "masked"
    assert "Ánh".encode() not in bytes(response["body"])
    assert rows(nation, response=True)[0]["body"] == answer.body


def test_what_cannot_be_masked_does_not_pass(
    world: World, province: Side, nation: Side, described: UUID
) -> None:
    rules = [{"in": "body", "at": "$.ten", "as": "replace"}]
    changed(world, province, described, body_log=BodyLog.MASKED, masks=rules)
    world.services.headers, world.services.body = [("Content-Type", "text/plain")], b"Nguyen Van A"

    answer = ask(nation, f"{TRA_CUU}/nguoi/1", client=HOTICH)

    assert answer.error == "server.serverproxy.logging_failed"
    assert b"Nguyen" not in answer.body


def test_a_mock_answers_marked_and_leaves_no_evidence(
    world: World, province: Side, nation: Side, described: UUID
) -> None:
    changed(world, province, described, mock={"delay": 0})

    answer = ask(nation, f"{TRA_CUU}/nguoi/012345678901", client=HOTICH)

    assert answer.json() == {"ten": "Lan"}
    assert answer.header("x-mock-by") == "tinhso"
    assert world.services.calls == []
    assert rows(province) == []


def test_a_breaker_spares_a_service_that_fails(
    world: World, province: Side, nation: Side, described: UUID
) -> None:
    changed(world, province, described, breaker={"failures": 2})
    world.services.status = 500

    answers = [ask(nation, TRA_CUU, client=HOTICH) for _ in range(4)]

    assert [one.error for one in answers[:2]] == [None, None]
    assert answers[3].error == "server.serverproxy.service_failed.breaker_open"
    assert len(world.services.calls) == 2
    assert seen(province, described)["breaker"] == "open"
    assert seen(province, described)["until"]


def test_copies_of_requests_go_to_the_mirror(
    world: World, province: Side, nation: Side, described: UUID
) -> None:
    changed(world, province, described, mirror={"url": f"http://127.0.0.1:{world.service_port}/ban-sao"})

    ask(nation, f"{TRA_CUU}/nguoi/1", client=HOTICH)

    assert until(lambda: len(world.services.calls) >= 2)
    assert {one.target for one in world.services.calls} == {"/dich-vu/nguoi/1", "/ban-sao/nguoi/1"}
