"""The switches make services late, silent, broken or repetitive, for as long as they are on."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.national.conftest import SECRET

KEYS = "/oidc/jwks"


def on(web: httpx.Client, **switch: object) -> None:
    assert web.post("/_fault", json=switch, headers=SECRET).status_code == 200


def test_delay_answers_late_and_rightly(web: httpx.Client) -> None:
    on(web, service="oidc", mode="delay", seconds=0.3, times=1)
    begin = time.monotonic()
    assert web.get(KEYS).status_code == 200
    assert time.monotonic() - begin >= 0.3


def test_timeout_is_silence(web: httpx.Client) -> None:
    on(web, service="oidc", mode="timeout", times=1)
    with pytest.raises(httpx.ReadTimeout):
        web.get(KEYS, timeout=0.3)
    assert web.get(KEYS).status_code == 200


@pytest.mark.parametrize("service", ["oidc", "crl"])
def test_error_and_garbage_spoil_the_answer_of_one_service(web: httpx.Client, service: str) -> None:
    path = {"oidc": KEYS, "crl": "/crl/root.crl"}[service]
    right = web.get(path)
    on(web, service=service, mode="error", status=503, times=1)
    assert web.get(path).status_code == 503
    on(web, service=service, mode="garbage", times=1)
    spoiled = web.get(path)
    assert spoiled.status_code == 200
    assert spoiled.headers["content-type"] == right.headers["content-type"]
    assert spoiled.content[:4] != right.content[:4]
    assert web.get(path).status_code == 200


def test_a_duplicated_revocation_answers_that_it_was_done_before(web: httpx.Client) -> None:
    wish = {"profile": "officer", "common_name": "Hai Lần"}
    serial = web.post("/ca/issue", json=wish, headers=SECRET).json()["serial"]
    on(web, service="ca", mode="duplicate", path="/ca/revoke", times=1)
    assert web.post("/ca/revoke", json={"serial": serial}, headers=SECRET).status_code == 404


def test_a_switch_hits_only_its_path_and_is_cleared_by_service(web: httpx.Client) -> None:
    on(web, service="oidc", mode="error", path="/oidc/token")
    on(web, service="crl", mode="error")
    assert web.get(KEYS).status_code == 200
    assert web.post("/oidc/token").status_code == 500
    web.delete("/_fault", params={"service": "oidc"}, headers=SECRET)
    assert web.post("/oidc/token").status_code == 400
    left = web.get("/_fault", headers=SECRET).json()["faults"]
    assert [each["service"] for each in left] == ["crl"]


@pytest.mark.parametrize(
    "switch",
    [
        {"service": "treasury", "mode": "delay"},
        {"service": "oidc", "mode": "sulk"},
        {"service": "oidc", "mode": "delay", "seconds": "long"},
        {"service": "oidc", "mode": "error", "status": 200},
        {"service": "oidc", "mode": "error", "times": 0},
        {"service": "oidc", "mode": "error", "surprise": 1},
        [],
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(web: httpx.Client, switch: object) -> None:
    assert web.post("/_fault", json=switch, headers=SECRET).status_code == 400


def test_switches_are_for_those_who_know_the_secret(web: httpx.Client) -> None:
    assert web.get("/_fault").status_code == 401
    assert web.delete("/_fault").status_code == 401
