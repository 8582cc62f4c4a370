"""Each kind of denial: its name, which logs hold the request, and that no service hears of it (§2, §5)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.exchange.gateway.asking import Answer, ask
from tests.exchange.gateway.test_guards import OPENAPI, Agreed, agreed
from tests.exchange.gateway.test_unexpected import ENVELOPE, SOAP
from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World, now, rows, subsystem, using
from tests.support.waiting import WITHIN_SECONDS, until
from tinhso.exchange.contracts import Authentication, ContractCheck, Quota, SubjectKind
from tinhso.exchange.contracts import Side as Party
from tinhso.exchange.models import Subsystem
from tinhso.exchange.operations import agreements, members, notices, quotas, services
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM

__all__ = ["agreed"]
pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE, ASKER, BOTH = (0, 0), (1, 0), (1, 1)
"""Rows of the request at consumer and provider, in the order of §2; guards of our own come last."""
SOAP_OF_A_SERVICE = ENVELOPE.replace(b"listMethods", b"tra-cuu")


class Denial:
    """What the nation's register offers and how the province is refused."""

    def __init__(self, world: World, province: Side, nation: Side) -> None:
        self.world, self.province, self.nation = world, province, nation

    def ask(self, code: str = "tra-cuu", tail: str = "", **more: object) -> Answer:
        return ask(self.province, f"/r1/{HOTICH}/{code}{tail}", **more)  # type: ignore[arg-type]

    def offered(self, **more: object) -> UUID:
        return self.world.offer(self.nation, HOTICH, "tra-cuu", to=[TINHSO], **more)  # type: ignore[arg-type]

    def described(self, **facts: object) -> None:
        with using(self.nation.database):
            service = services.register_openapi(
                subsystem_id=subsystem(HOTICH),
                code="tra-cuu",
                url=f"http://127.0.0.1:{self.world.service_port}/dich-vu",
                description=OPENAPI,
                by=SYSTEM,
                at=now(),
            )
            services.enable(service_id=service, by=SYSTEM, at=now())
            services.allow(
                service_id=service, kind=SubjectKind.SUBSYSTEM, subject=TINHSO, by=SYSTEM, at=now()
            )
            services.change(service_id=service, by=SYSTEM, at=now(), **facts)
        self.world.caught_up(self.nation)


def no_right(denial: Denial) -> Answer:
    denial.world.offer(denial.nation, HOTICH, "tra-cuu")
    return denial.ask()


def the_other_protocol(denial: Denial) -> Answer:
    denial.world.offer(denial.nation, HOTICH, "tra-cuu")
    return ask(denial.province, "/", verb="POST", client=None, headers=SOAP, body=SOAP_OF_A_SERVICE)


def no_such_service(denial: Denial) -> Answer:
    return denial.ask("la")


def another_verb(denial: Denial) -> Answer:
    denial.offered(method="GET")
    return denial.ask(verb="POST", body=b"{}")


def a_path_that_climbs(denial: Denial) -> Answer:
    denial.offered(path="/nguoi/**")
    return denial.ask(tail="/nguoi/%2e%2e/khac")


def closed(denial: Denial) -> Answer:
    service = denial.offered()
    with using(denial.nation.database):
        services.disable(service_id=service, notice="Bảo trì", by=SYSTEM, at=now())
    denial.world.caught_up(denial.nation)
    return denial.ask()


def at_rest(denial: Denial) -> Answer:
    service = denial.offered()
    with using(denial.nation.database):
        notices.plan_maintenance(
            service,
            begins_at=now() - timedelta(minutes=1),
            ends_at=now() + timedelta(hours=1),
            reason="Nâng cấp",
            by=SYSTEM,
            at=now() - timedelta(days=2),
        )
    denial.world.caught_up(denial.nation)
    return denial.ask()


def not_of_that_server(denial: Denial) -> Answer:
    denial.offered()
    denial.province.clients = []
    denial.world.publish()
    return denial.ask()


def not_as_described(denial: Denial) -> Answer:
    denial.described(contract_check=ContractCheck.ENFORCE)
    return denial.ask(tail="/nguoi/abc")


def unknown_client(denial: Denial) -> Answer:
    denial.offered()
    return denial.ask(client=f"{TINHSO}LA")


def unknown_owner(denial: Denial) -> Answer:
    return ask(denial.province, "/r1/VN-DEMO/GOV/LA/LA/tra-cuu")


def no_client(denial: Denial) -> Answer:
    return denial.ask(client=None)


def not_shown_who(denial: Denial) -> Answer:
    denial.offered()
    members.set_authentication(
        subsystem_id=Subsystem.objects.get(identifier=TINHSO).id,
        authentication=Authentication.MUTUAL,
        by=SYSTEM,
        at=now(),
    )
    denial.world.caught_up(denial.province)
    return denial.ask()


@pytest.mark.parametrize(
    ("denied", "code", "logged"),
    [
        (no_right, "server.serverproxy.access_denied", ASKER),
        (the_other_protocol, "server.serverproxy.service_type", ASKER),
        (no_such_service, "server.serverproxy.unknown_service", ASKER),
        (another_verb, "server.serverproxy.access_denied", ASKER),
        (a_path_that_climbs, "client.bad_request", ASKER),
        (closed, "server.serverproxy.service_disabled", ASKER),
        (at_rest, "server.serverproxy.maintenance_mode", ASKER),
        (not_of_that_server, "server.serverproxy.ssl_authentication_failed", ASKER),
        (not_as_described, "client.invalid_request", BOTH),
        (unknown_client, "server.clientproxy.unknown_member", NOWHERE),
        (unknown_owner, "server.clientproxy.unknown_member", NOWHERE),
        (no_client, "client.invalid_client_identifier", NOWHERE),
        (not_shown_who, "server.clientproxy.ssl_authentication_failed", NOWHERE),
    ],
)
def test_a_denial_stands_where_the_protocol_says_and_nowhere_else(
    world: World,
    province: Side,
    nation: Side,
    denied: Callable[[Denial], Answer],
    code: str,
    logged: tuple[int, int],
) -> None:
    answer = denied(Denial(world, province, nation))

    assert answer.error == code
    assert (len(rows(province)), len(rows(nation))) == logged
    assert not [row for row in (*rows(province), *rows(nation)) if row["response"]]
    assert world.services.calls == []


def test_a_suspended_agreement_stands_at_the_asker_alone_and_a_used_up_quota_on_both_sides(
    agreed: Agreed,
) -> None:
    agreed.pause()
    agreed.world.caught_up(agreed.province)
    assert agreed.ask().error == "server.serverproxy.access_denied"
    assert (len(rows(agreed.nation)), len(rows(agreed.province))) == ASKER

    agreements.resume(agreed.agreement, Party.PROVIDER, by=agreed.place.owner, at=now())
    one_a_minute = Quota(1, 10_000, 5)
    quotas.set_quota(agreed.place.quota, one_a_minute, since=today(now()), by=agreed.place.operator, at=now())
    agreed.world.caught_up(agreed.province)
    answers = [agreed.ask(headers=[("X-Road-Id", f"lan-{number}")]) for number in range(4)]
    refused = {f"lan-{number}" for number, one in enumerate(answers) if one.status == 429}
    assert refused, "of four within two minutes at least one is too many"
    for side in (agreed.nation, agreed.province):
        held = [(row["message_id"], row["response"]) for row in rows(side) if row["message_id"] in refused]
        assert sorted(held) == sorted((name, False) for name in refused)
    assert len(agreed.world.services.calls) == 4 - len(refused)


def one_at_once(agreed: Agreed) -> None:
    """Whatever takes the only place and does not give it back shuts everybody out."""
    quota = Quota(10_000, 100_000, 1)
    quotas.set_quota(agreed.place.quota, quota, since=today(now()), by=agreed.place.operator, at=now())
    agreed.world.caught_up(agreed.province)


def passes(agreed: Agreed) -> bool:
    """Whether a plain question passes soon: who broke off is noticed a little later."""
    agreed.world.services.__init__()  # type: ignore[misc]
    return until(lambda: agreed.ask().status == 200)


def failed(agreed: Agreed) -> None:
    agreed.world.services.status = 500
    assert agreed.ask().status == 500


def broken_off(agreed: Agreed) -> None:
    agreed.world.services.pieces, agreed.world.services.break_off = [bytes(100_000)] * 10, True
    assert agreed.ask().error == "server.serverproxy.io_error"


def too_late(agreed: Agreed) -> None:
    services.change(service_id=agreed.place.service, by=SYSTEM, at=now(), timeout_seconds=1)
    agreed.world.caught_up(agreed.province)
    agreed.world.services.pause = 3
    assert agreed.ask().error == "server.serverproxy.io_error"


def left(agreed: Agreed) -> None:
    """The asker goes away in the middle of a long answer."""
    agreed.world.services.pieces, agreed.world.services.between = [bytes(300_000)] * 20, 0.05
    with socket.create_connection(("127.0.0.1", agreed.nation.port), timeout=WITHIN_SECONDS) as peer:
        head = f"GET /r1/{TINHSO}/tra-cuu HTTP/1.1\r\nHost: x\r\nX-Road-Client: {HOTICH}\r\n\r\n"
        peer.sendall(head.encode())
        assert until(lambda: agreed.world.services.calls)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("ends", [failed, broken_off, too_late, left])
def test_a_place_among_calls_at_once_comes_back_however_the_call_ends(
    agreed: Agreed, ends: Callable[[Agreed], None]
) -> None:
    one_at_once(agreed)

    for _time in range(2):
        ends(agreed)

        assert passes(agreed), "the only place was not given back"
        services.change(service_id=agreed.place.service, by=SYSTEM, at=now(), timeout_seconds=30)
        agreed.world.caught_up(agreed.province)
    guards = agreed.province.gateway.guards
    assert not guards._underway
    assert all(meter._running == 0 for meter in guards._meters.values())
