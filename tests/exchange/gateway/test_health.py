"""How the gateway fares: a word for information systems, the rest for who runs it alone."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from tests.exchange.gateway.asking import Answer, Header, ask
from tests.exchange.gateway.world import AG1, HOTICH, TINHSO, Side, World, started, url_of

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{HOTICH}/tra-cuu"
KEY = "khoá của người vận hành".encode().hex()


def told(side: Side, target: str, port: int | None = None, shown: str = "", verb: str = "GET") -> Answer:
    headers: list[Header] = [("Authorization", shown)] if shown else []
    port = port or side.gateway.operators_port
    return ask(side, target, verb=verb, client=None, port=port, headers=headers)


def test_who_runs_the_gateway_reads_how_it_fares(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    ask(province, TRA_CUU)

    health, figures = told(province, "/health"), told(province, "/metrics")

    assert health.status == 200
    assert health.json()["troubles"] == []
    assert health.json()["server"] == AG1
    assert b"tinhso_exchange_messages_total" in figures.body
    with psycopg.connect(url_of(province.database)) as database:
        database.execute("UPDATE exchange_serverkey SET active = false WHERE use = 'tls'")
    world.caught_up(province)
    assert told(province, "/health").status == 503
    assert told(province, "/health").json()["troubles"] == ["no valid authentication certificate"]
    assert ask(province, TRA_CUU).error == "server.clientproxy.ssl_authentication_failed"


def test_information_systems_read_a_word_and_no_figures(world: World, province: Side, nation: Side) -> None:
    assert ask(province, "/health", client=None).json() == {"ready": True}
    for client in (None, TINHSO):
        figures = ask(province, "/metrics", client=client)
        assert (figures.status, figures.error) == (500, "client.invalid_http_method")
        assert b"tinhso_exchange" not in figures.body
    with psycopg.connect(url_of(province.database)) as database:
        database.execute("UPDATE exchange_serverkey SET active = false WHERE use = 'tls'")
    world.caught_up(province)
    resting = ask(province, "/health", client=None)
    assert (resting.status, resting.json()) == (503, {"ready": False})


def test_with_a_key_only_who_shows_it_is_told_anything(world: World, province: Side, nation: Side) -> None:
    options = replace(
        province.gateway.options, port=0, peers_port=0, ocsp_port=None, operators_port=0, operators_key=KEY
    )
    node = world.loop.do(started(options))
    try:
        port = node.operators_port
        for shown in ("", "Bearer ", f"Bearer {KEY[:-1]}", KEY, f"Basic {KEY}"):
            for target in ("/health", "/metrics", "/khac"):
                refused = told(province, target, port, shown)
                assert (refused.status, refused.header("WWW-Authenticate")) == (401, "Bearer"), shown
                assert refused.body == b""
        for target in ("/health", "/metrics"):
            assert told(province, target, port, f"Bearer {KEY}").status == 200
    finally:
        world.loop.do(node.stop())


def test_the_operators_port_carries_nothing_else(province: Side, nation: Side) -> None:
    for verb, target in (
        ("POST", "/metrics"),
        ("GET", "/"),
        ("GET", TRA_CUU),
        ("GET", "/listClients"),
        ("GET", "/asic"),
    ):
        assert told(province, target, verb=verb).status == 404, target
