"""Who may ask what, from where, and what the server tells of itself."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection

from tests.exchange.evidence import trusted
from tests.exchange.gateway.asking import ask
from tests.exchange.gateway.world import (
    AG1,
    HOTICH,
    QG1,
    TINHSO,
    Side,
    World,
    now,
    rows,
    subsystem,
    using,
)
from tinhso.exchange.contracts import Authentication, SubjectKind
from tinhso.exchange.operations import members, server, services
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{HOTICH}/tra-cuu"
OPENAPI = """{"openapi": "3.0.3", "info": {"title": "Hộ tịch", "version": "1"},
 "servers": [{"url": "http://10.0.0.1/that"}],
 "paths": {"/v1/nguoi/{so}": {"get": {"responses": {"200": {"description": "co"}}}},
           "/v1/khac": {"post": {"responses": {"200": {"description": "co"}}}}}}"""


def allowed(world: World, side: Side, service_id: UUID, kind: SubjectKind, subject: str, **what: Any) -> UUID:
    with using(side.database):
        right = services.allow(service_id=service_id, kind=kind, subject=subject, by=SYSTEM, at=now(), **what)
    world.caught_up(side)
    return right


def test_a_service_reads_who_asks_as_the_gateway_judged_it(
    world: World, province: Side, nation: Side
) -> None:
    service_id = world.offer(nation, HOTICH, "tra-cuu")
    allowed(world, nation, service_id, SubjectKind.SUBSYSTEM, TINHSO)
    other = TINHSO.replace("H01", "H99")
    said = [
        ("X-Road-Client", other),
        ("X_Road_Client", other),
        ("x-road_client", other),
        ("Tinhso_Reason", "thanh-tra"),
        ("Tinhso-Reason", "mot"),
        ("tinhso-reason", "hai"),
        ("X-Own", "1"),
        ("X-Own", "2"),
        ("x_own", "3"),
        ("X-Road-Client", TINHSO),
    ]

    assert ask(province, f"{TRA_CUU}/v1", headers=said, client=None).status == 200

    call = world.services.calls[-1]
    assert call.all("x-road-client") == [TINHSO]
    assert call.all("tinhso-reason") == ["hai"]
    assert call.all("x-own") == ["1", "2"], "what is the service's own stays as it came"
    assert call.all("x_own") == ["3"]
    assert not [name for name in ("x_road_client", "x-road_client", "tinhso_reason") if call.all(name)]


def test_t45_t48_a_right_opens_at_once_and_closes_at_once(world: World, province: Side, nation: Side) -> None:
    service_id = world.offer(nation, HOTICH, "tra-cuu")
    assert ask(province, TRA_CUU).error == "server.serverproxy.access_denied"

    right = allowed(
        world, nation, service_id, SubjectKind.SUBSYSTEM, TINHSO, method="GET", path="/v1/*/owners"
    )
    assert ask(province, f"{TRA_CUU}/v1/12/owners").status == 200
    assert ask(province, f"{TRA_CUU}/v1/12").error == "server.serverproxy.access_denied"

    with using(nation.database):
        services.withdraw(right_id=right, by=SYSTEM, at=now())
    world.caught_up(nation)
    assert ask(province, f"{TRA_CUU}/v1/12/owners").error == "server.serverproxy.access_denied"


@pytest.mark.parametrize(
    "path",
    [
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/%2E./b",
        "/a/..%2fb",
        "/a/%252e%252e/b",
        "/a//b",
        "/a/%5c../b",
        "/a/.",
        "/a/%00",
    ],
)
def test_t46_paths_that_climb_are_refused(world: World, province: Side, nation: Side, path: str) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO], path="/a/**")

    assert ask(province, TRA_CUU + path).error == "client.bad_request"
    assert world.services.calls == []


def test_t47_groups_open_and_bare_members_never(world: World, province: Side, nation: Side) -> None:
    service_id = world.offer(nation, HOTICH, "tra-cuu")
    with using(nation.database):
        members.set_group(
            owner_id=subsystem(HOTICH), code="tinh", description="", members=[TINHSO], by=SYSTEM, at=now()
        )
    right = allowed(world, nation, service_id, SubjectKind.LOCAL_GROUP, "tinh")
    assert ask(province, TRA_CUU).status == 200
    with using(nation.database):
        services.withdraw(right_id=right, by=SYSTEM, at=now())

    world.groups = {"cac-tinh": [TINHSO]}
    world.publish()
    allowed(world, nation, service_id, SubjectKind.GLOBAL_GROUP, "cac-tinh")
    assert ask(province, TRA_CUU).status == 200


def test_a_disabled_service_answers_with_its_notice_to_those_who_may_ask(
    world: World, province: Side, nation: Side
) -> None:
    service_id = world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    other = world.offer(nation, HOTICH, "khac")
    with using(nation.database):
        for each in (service_id, other):
            services.disable(service_id=each, notice="Nâng cấp đến 17 giờ", by=SYSTEM, at=now())
    world.caught_up(nation)

    told = ask(province, TRA_CUU)
    assert told.error == "server.serverproxy.service_disabled"
    assert "Nâng cấp đến 17 giờ" in told.json()["message"]
    assert ask(province, f"/r1/{HOTICH}/khac").error == "server.serverproxy.access_denied"


def test_t73_a_server_at_rest_says_why(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    nation.maintenance = "Bảo dưỡng đến 22 giờ"
    world.publish()
    announced = ask(province, TRA_CUU)
    assert announced.error == "server.clientproxy.maintenance_mode"
    assert announced.json()["message"] == "Bảo dưỡng đến 22 giờ"

    nation.maintenance = ""
    world.publish()
    with using(nation.database):
        server.set_maintenance(notice="Ngừng ngay", by=SYSTEM, at=now())
    world.caught_up(nation)
    assert ask(province, TRA_CUU).error == "server.serverproxy.maintenance_mode"


def test_t73_one_of_two_servers_down_is_not_noticed(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    dead = f"{nation.id.rpartition('/')[0]}/QG2"
    world.sides[dead] = Side(dead, "", nation.gateway, world.authority.tls(dead), [HOTICH], peers_port=1)
    try:
        world.serial += 1
        world.loop.do(province.gateway.directory.refresh(at=now()))
        world.caught_up(province)

        assert {ask(province, TRA_CUU).status for _ in range(6)} == {200}
    finally:
        del world.sides[dead]


def test_a_server_can_be_named_and_must_serve_the_client(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])

    named = ask(province, TRA_CUU, headers=[("X-Road-Security-Server", QG1)])
    wrong = ask(province, TRA_CUU, headers=[("X-Road-Security-Server", AG1)])
    three = ask(province, TRA_CUU, headers=[("X-Road-Security-Server", "A/B/C")])

    assert named.status == 200
    assert wrong.error == "server.clientproxy.invalid_security_server"
    assert three.error == "client.invalid_security_server"


@pytest.fixture
def secure(world: World, peer_database: str) -> tuple[Side, Side]:
    """The province's gateway with a port for HTTPS."""
    province = world.add(AG1, str(connection.settings_dict["NAME"]), [TINHSO], secure_port=0)
    nation = world.add(QG1, peer_database, [HOTICH])
    world.publish()
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    return province, nation


def over_https(side: Side, certificate: tuple[str, str] | None = None) -> httpx.Response:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(*certificate)
    with httpx.Client(verify=context) as client:
        return client.get(
            f"https://127.0.0.1:{side.gateway.secure_port}{TRA_CUU}", headers={"X-Road-Client": TINHSO}
        )


def test_information_systems_show_who_they_are_as_it_was_agreed(
    world: World, secure: tuple[Side, Side], tmp_path: Path
) -> None:
    province, _nation = secure
    refused = "server.clientproxy.ssl_authentication_failed"
    files = {}
    for name in ("cua-ta", "cua-ai"):
        key = trusted.key_of("ec", name)
        made = trusted.certificate(trusted.named(name), key, None)
        files[name] = str(tmp_path / f"{name}.pem"), str(tmp_path / f"{name}.key")
        Path(files[name][0]).write_bytes(made.certificate.public_bytes(Encoding.PEM))
        Path(files[name][1]).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def require(how: Authentication) -> None:
        members.set_authentication(subsystem_id=subsystem(TINHSO), authentication=how, by=SYSTEM, at=now())
        world.caught_up(province)

    require(Authentication.HTTPS)
    assert ask(province, TRA_CUU).error == refused
    assert over_https(province).status_code == 200

    require(Authentication.MUTUAL)
    assert over_https(province).headers["x-road-error"] == refused
    members.add_certificate(
        subsystem_id=subsystem(TINHSO), given=Path(files["cua-ta"][0]).read_bytes(), by=SYSTEM, at=now()
    )
    world.caught_up(province)
    assert over_https(province, files["cua-ta"]).status_code == 200
    with pytest.raises(httpx.TransportError):
        over_https(province, files["cua-ai"])


def test_t40_clients_are_listed_as_json_and_as_xml(world: World, province: Side, nation: Side) -> None:
    as_json = ask(province, "/listClients", client=None, headers=[("Accept", "application/json")])
    as_xml = ask(province, "/listClients?xRoadInstance=VN-DEMO", client=None)

    names = [one["name"] for one in as_json.json()["member"]]
    assert names.count("UBND tỉnh An Giang") == 2
    assert b"<id:subsystemCode>HOTICH</id:subsystemCode>" in as_xml.body
    assert ask(province, "/listClients?xRoadInstance=LA", client=None).status == 404


@pytest.fixture
def described(world: World, province: Side, nation: Side) -> UUID:
    with using(nation.database):
        service_id = services.register_openapi(
            subsystem_id=subsystem(HOTICH),
            code="ho-tich",
            url="http://10.0.0.1/that",
            description=OPENAPI,
            by=SYSTEM,
            at=now(),
        )
    world.caught_up(nation)
    return service_id


def test_t41_methods_are_listed_to_all_and_allowed_ones_by_right(
    world: World, province: Side, nation: Side, described: UUID
) -> None:
    world.offer(nation, HOTICH, "tra-cuu")

    listed = ask(province, f"/r1/{HOTICH}/listMethods").json()["service"]
    none = ask(province, f"/r1/{HOTICH}/allowedMethods").json()["service"]
    allowed(world, nation, described, SubjectKind.SUBSYSTEM, TINHSO, method="GET", path="/v1/nguoi/*")
    some = ask(province, f"/r1/{HOTICH}/allowedMethods").json()["service"]

    assert {one["service_code"]: one["service_type"] for one in listed} == {
        "ho-tich": "OPENAPI",
        "tra-cuu": "REST",
    }
    assert none == []
    assert [one["endpoint_list"] for one in some] == [[{"method": "GET", "path": "/v1/nguoi/*"}]]
    assert len(rows(nation)) == 6, "metaservices are logged as well"


def test_t42_a_description_does_not_give_the_address_away(
    province: Side, nation: Side, described: UUID
) -> None:
    given = ask(province, f"/r1/{HOTICH}/getOpenAPI?serviceCode=ho-tich")

    assert given.status == 200
    assert b"10.0.0.1" not in given.body
    assert given.json()["servers"] == [{"url": f"/r1/{HOTICH}/ho-tich"}]
    missing = ask(province, f"/r1/{HOTICH}/getOpenAPI")
    unknown = ask(province, f"/r1/{HOTICH}/getOpenAPI?serviceCode=la")
    assert missing.error == "server.serverproxy.invalid_request"
    assert unknown.error == "server.serverproxy.internal_error"


def test_t44_posting_to_a_metaservice_asks_an_ordinary_service(
    province: Side, nation: Side, described: UUID
) -> None:
    answer = ask(province, f"/r1/{HOTICH}/listMethods", verb="POST", body=b"x")

    assert answer.error == "server.serverproxy.unknown_service"


def test_what_is_not_said_between_servers_is_refused(world: World, province: Side, nation: Side) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    with httpx.Client(verify=context) as nobody, pytest.raises(httpx.TransportError):
        nobody.get(f"https://127.0.0.1:{nation.peers_port}/")


@pytest.mark.parametrize(
    "name", ["X-HTTP-Method-Override", "x_http_method", "X-Method-Override", "X-Rewrite-URL"]
)
def test_a_right_to_read_writes_nothing_by_a_header_that_changes_the_verb(
    world: World, province: Side, nation: Side, name: str
) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO], method="POST")
    other = "/khac" if "URL" in name else "DELETE"

    refused = ask(province, TRA_CUU, verb="POST", body=b"{}", headers=[(name, other)])

    assert (refused.status, refused.error) == (400, "client.bad_request")
    assert name in refused.json()["message"]
    assert world.services.calls == []
    assert rows(nation) == [], "a denied request is in the consumer's log alone"
    assert ask(province, TRA_CUU, verb="POST", body=b"{}").status == 200


def test_a_gateway_that_stops_finishes_what_is_under_way(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    world.services.pause = 1.0

    async def both() -> int:
        loop = world.loop.loop
        asked = loop.run_in_executor(None, ask, province, TRA_CUU)
        while not world.services.calls:
            await asyncio.sleep(0.02)
        await province.gateway.information_systems.stop()
        return (await asked).status

    assert world.loop.do(both()) == 200
