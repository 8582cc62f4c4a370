"""Evidence and certificates for those who took part."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.exchange.gateway.asking import ask
from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = "xRoadInstance=VN-DEMO&memberClass=GOV&memberCode=H01&subsystemCode=TINHSO"


def test_t56_evidence_is_given_to_the_client_whose_it_is(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    ask(province, f"/r1/{HOTICH}/tra-cuu", headers=[("X-Road-Id", "ma-1")])

    waits = ask(province, f"/asic?queryId=ma-1&{OWNER}", client=None)
    nothing = ask(province, f"/asic?queryId=khac&{OWNER}", client=None)
    nobody = ask(province, f"/asic?queryId=ma-1&{OWNER}LA", client=None)
    both = ask(province, f"/asic?queryId=ma-1&{OWNER}&requestOnly&responseOnly", client=None)

    assert waits.status == 500
    assert b"has not been timestamped yet" in waits.body
    assert nothing.status == 404
    assert nobody.status == 401
    assert both.status == 400


def test_certificates_for_verifying_are_given_to_all(world: World, province: Side, nation: Side) -> None:
    answer = ask(province, "/verificationconf", client=None)

    assert answer.header("content-type") == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as held:
        assert held.read("verificationconf/authorities/1.cer") == world.authority.identity.der
