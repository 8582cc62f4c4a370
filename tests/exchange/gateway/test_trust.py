"""Whom the gateways trust: by certificate, by the authority's present word, by the global configuration."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from django.db import connection

from tests.exchange.evidence.trusted import authority
from tests.exchange.gateway.asking import ask
from tests.exchange.gateway.world import (
    AG1,
    HOTICH,
    PROVINCE,
    QG1,
    TINHSO,
    Side,
    World,
    now,
    using,
)
from tests.support.waiting import until
from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.gateway import ocsp as gateway_ocsp
from tinhso.exchange.gateway.serving import Gateway

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{HOTICH}/tra-cuu"


@pytest.fixture
def open_service(world: World, nation: Side) -> World:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    return world


def test_t72_a_revoked_server_is_refused_within_seconds(open_service: World, province: Side) -> None:
    assert ask(province, TRA_CUU).status == 200

    open_service.authority.revoke(province.tls)

    assert until(lambda: ask(province, TRA_CUU).status == 500)
    refused = ask(province, TRA_CUU)
    assert refused.error in (
        "server.serverproxy.ssl_authentication_failed",
        "server.clientproxy.ssl_authentication_failed",
    )
    assert "revoked" in refused.json()["message"]


def test_t72_a_revoked_provider_is_sent_nothing_more(
    open_service: World, province: Side, nation: Side
) -> None:
    assert ask(province, TRA_CUU).status == 200
    before = len(open_service.services.calls)

    open_service.authority.revoke(nation.tls)

    assert until(lambda: ask(province, TRA_CUU).error == "server.clientproxy.ssl_authentication_failed")
    sent = len(open_service.services.calls)
    ask(province, TRA_CUU)
    assert len(open_service.services.calls) == sent >= before


def test_a_revoked_signing_key_signs_nothing_more_within_seconds(
    open_service: World, province: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its seal, and the frames by which peers read its signatures, outlive nothing."""
    monkeypatch.setattr(gateway_ocsp, "OWN_SECONDS", 0.2)
    assert ask(province, TRA_CUU).status == 200
    der = province.gateway.signers.of(PROVINCE, at=now()).key.certificate
    serial = x509.load_der_x509_certificate(der).serial_number

    open_service.authority.revoked[serial] = now()

    assert until(lambda: ask(province, TRA_CUU).error == "server.clientproxy.cannot_create_signature")


def test_a_signature_verified_before_is_refused_once_its_authority_is_out_of_the_configuration(
    open_service: World, province: Side, nation: Side
) -> None:
    assert ask(province, TRA_CUU).status == 200
    other = authority("Nơi cấp khác").der
    entry = {"name": "CA", "certificate": base64.b64encode(other).decode(), "ocsp": ""}
    open_service.serial += 1
    open_service.document = open_service.signed(authorities=[entry])
    refreshed(open_service, nation)
    open_service.caught_up(nation)

    refused = ask(province, TRA_CUU)

    assert refused.error in (
        "server.serverproxy.cannot_create_cert_path",
        "server.serverproxy.ssl_authentication_failed",
    )


def test_t72_without_fresh_word_of_the_authority_nothing_goes(world: World, peer_database: str) -> None:
    world.authority.answered_at = now() - timedelta(hours=2)
    province = world.add(AG1, str(connection.settings_dict["NAME"]), [TINHSO])
    nation = world.add(QG1, peer_database, [HOTICH])
    world.publish()
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])

    refused = ask(province, TRA_CUU)

    assert refused.status == 500
    assert world.services.calls == []
    assert "OCSP" in refused.json()["message"]


def test_a_silent_authority_stops_nothing_while_its_last_word_is_fresh(
    open_service: World, province: Side
) -> None:
    assert ask(province, TRA_CUU).status == 200

    open_service.authority.silent = True

    assert ask(province, TRA_CUU).status == 200


def test_t72_a_certificate_of_no_server_opens_nothing(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    with using(province.database):
        world.install(KeyUse.TLS, AG1, world.authority.tls(AG1, days=2))
    world.caught_up(province)

    refused = ask(province, TRA_CUU)

    assert refused.error == "server.serverproxy.ssl_authentication_failed"
    assert world.services.calls == []


def test_t72_a_signature_of_another_member_is_refused(world: World, peer_database: str) -> None:
    province = world.add(AG1, str(connection.settings_dict["NAME"]), [TINHSO])
    nation = world.add(QG1, peer_database, [HOTICH])
    world.publish()
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    held = province.gateway.signers
    foreign = world.authority.signing("VN-DEMO/GOV/H02")
    with using(province.database):
        world.install(KeyUse.SIGNING, "VN-DEMO/GOV/H02", foreign)
    world.caught_up(province)
    held._kept["VN-DEMO/GOV/H01"] = held._kept["VN-DEMO/GOV/H02"]

    refused = ask(province, TRA_CUU)

    assert refused.error == "server.serverproxy.incorrect_certificate"
    assert world.services.calls == []


def test_a_client_is_taken_only_from_its_own_server(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    province.clients = []
    world.publish()

    assert ask(province, TRA_CUU).error == "server.serverproxy.ssl_authentication_failed"


def test_an_expired_global_configuration_stops_exchange(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    world.lives = timedelta(seconds=2)
    world.publish()

    assert until(lambda: ask(province, TRA_CUU).error == "server.clientproxy.global_conf_outdated")


def refreshed(world: World, side: Side) -> bool:
    return world.loop.do(side.gateway.directory.refresh(at=now()))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"serial": 0},
        {"instance": "VN-KHAC"},
        {"expires": "2020-01-01T00:00:00Z"},
        {"servers": [{"owner": "x", "code": 1}]},
        {"expires": "2999-01-01T00:00:00", "serial": 9},
    ],
)
def test_a_document_that_is_no_better_leaves_the_old_in_force(
    world: World, province: Side, spoilt: dict[str, object]
) -> None:
    world.publish()
    held = province.gateway.follower.snapshot.configuration
    world.serial += 1
    world.document = world.signed(**spoilt)

    assert refreshed(world, province) is False
    assert province.gateway.directory.trouble
    assert province.gateway.follower.snapshot.configuration is held


def test_odd_identifiers_of_a_document_are_told_and_served(
    world: World, province: Side, caplog: pytest.LogCaptureFixture
) -> None:
    odd = f"{HOTICH.rpartition('/')[0]}/h:o"
    world.publish()
    server = {"owner": "VN-DEMO/GOV/X", "code": "S", "address": "127.0.0.1:1", "clients": [odd, TINHSO]}
    world.document = world.signed(serial=world.serial + 1, servers=[server])

    with caplog.at_level("WARNING", logger="tinhso.exchange.gateway.directory"):
        assert refreshed(world, province)

    (said,) = (one.getMessage() for one in caplog.records if one.name.endswith(".directory"))
    assert odd in said


def test_a_document_signed_by_another_is_no_document(world: World, province: Side) -> None:
    world.publish()
    good = world.signed(serial=world.serial + 1)
    head, body, _signature = good.split(".")
    _head, _body, foreign = world.signed(serial=world.serial + 2).split(".")
    for forged in (f"{head}.{body}.{foreign}", f"{head}.{body}.", "none", good.replace(".", "", 1)):
        world.document = forged

        assert refreshed(world, province) is False


def test_all_nodes_of_a_server_take_the_document_that_one_brought(world: World, province: Side) -> None:
    second = world.loop.do(started_beside(province))
    try:
        world.publish()

        assert until(
            lambda: (
                second.follower.snapshot.configuration is not None
                and second.follower.snapshot.configuration.document.serial == world.serial
            )
        )
    finally:
        world.loop.do(second.stop())


async def started_beside(side: Side) -> Gateway:
    """A second node of the same server."""
    gateway = Gateway(replace(side.gateway.options, refresh_seconds=3600))
    await gateway.start()
    return gateway


def test_ocsp_answers_of_our_own_certificates_are_served(world: World, province: Side) -> None:
    world.publish()
    mark = province.tls.certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - names a certificate
    base = f"http://127.0.0.1:{province.gateway.ocsp_port}/"
    assert until(lambda: httpx.get(base, params={"cert": mark}).status_code == 200)

    answer = httpx.get(base, params={"cert": mark})

    assert answer.headers["content-type"].startswith("multipart/related")
    body = answer.content.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]
    read = ocsp.load_der_ocsp_response(body)
    assert read.serial_number == province.tls.certificate.serial_number
    assert httpx.get(base, params={"cert": "00"}).status_code == 500
    assert httpx.get(base).status_code == 400


def test_a_second_certificate_of_the_same_server_is_taken_without_a_restart(
    world: World, province: Side, nation: Side
) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    assert ask(province, TRA_CUU).status == 200
    newer = world.authority.tls(QG1, days=2)
    with using(nation.database):
        world.install(KeyUse.TLS, QG1, newer)
    world.caught_up(nation)
    nation.tls = newer
    world.publish()

    assert until(lambda: ask(province, TRA_CUU).status == 200)
