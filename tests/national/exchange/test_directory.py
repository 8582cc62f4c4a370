"""The directory says who takes part, signed, numbered and for a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.national.conftest import SECRET

EXTRA = "VN-DEMO/GOV/H99"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def opened(web: httpx.Client) -> dict[str, Any]:
    """The document, its signature checked with the anchor's certificate alone."""
    anchor = web.get("/exchange/anchor").json()
    answer = web.get("/exchange/globalconf")
    assert answer.headers["content-type"] == "application/jose"
    head, payload, signature = answer.text.split(".")
    assert json.loads(_bytes(head)) == {"alg": "ES256"}
    raw = _bytes(signature)
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = x509.load_der_x509_certificate(base64.b64decode(anchor["certificate"])).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(encode_dss_signature(*numbers), f"{head}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    told: dict[str, Any] = json.loads(_bytes(payload))
    return told


def _switch(web: httpx.Client, mode: str) -> None:
    web.post(
        "/_fault", headers=SECRET, json={"service": "exchange", "mode": mode, "times": 1}
    ).raise_for_status()


def _register(web: httpx.Client, kind: str, **data: Any) -> httpx.Response:
    return web.post(f"/exchange/{kind}", headers=SECRET, json=data)


@pytest.fixture
def extra(web: httpx.Client) -> Iterator[str]:
    """One more member for a test, taken out with all that hangs on it."""
    assert (
        _register(web, "members", **{"class": "GOV", "code": "H99", "name": "UBND tỉnh thử"}).status_code
        == 201
    )
    yield EXTRA
    web.delete("/exchange/members/GOV/H99", headers=SECRET).raise_for_status()


def test_the_document_holds_the_nation_and_the_province(web: httpx.Client) -> None:
    told = opened(web)
    assert told["instance"] == "VN-DEMO"
    assert {"GOV/BTP", "GOV/BCA", "GOV/BTTTT", "GOV/H01"} <= {
        f"{m['class']}/{m['code']}" for m in told["members"]
    }
    (justice,) = [member for member in told["members"] if member["code"] == "BTP"]
    assert [subsystem["code"] for subsystem in justice["subsystems"]] == ["HOTICH"]
    issued, expires = (datetime.fromisoformat(told[name]) for name in ("issued", "expires"))
    assert issued <= datetime.now(UTC) < expires
    names = [
        x509.load_der_x509_certificate(base64.b64decode(one["certificate"])) for one in told["authorities"]
    ]
    assert names[0].issuer == names[1].subject
    assert told["stamping"][0]["url"].endswith("/tsa")
    assert told["stamping_interval"] == 60


def test_a_change_brings_a_higher_serial_and_no_change_brings_none(web: httpx.Client, extra: str) -> None:
    before = opened(web)
    assert opened(web) == before
    assert _register(web, "subsystems", member=extra, code="LGSP", name="Trục").status_code == 201
    after = opened(web)
    assert after["serial"] > before["serial"]
    (member,) = [member for member in after["members"] if member["code"] == "H99"]
    assert member["subsystems"] == [{"code": "LGSP", "name": "Trục"}]


def test_servers_clients_and_groups_are_registered(web: httpx.Client, extra: str) -> None:
    _register(web, "subsystems", member=extra, code="LGSP")
    given = web.post(
        "/ca/issue",
        headers=SECRET,
        json={"profile": "exchange-auth", "common_name": f"{extra}/S1", "key": "p256"},
    ).json()
    answer = _register(
        web,
        "servers",
        owner=extra,
        code="S1",
        address="127.0.0.1:5500",
        ocsp="http://127.0.0.1:5577/",
        auth_certificates=[given["certificate"]],
    )
    assert answer.status_code == 201, answer.text
    assert _register(web, "clients", server=f"{extra}/S1", client=f"{extra}/LGSP").status_code == 201
    assert _register(web, "groups", code="TINH", members=[f"{extra}/LGSP"]).status_code == 201
    told = opened(web)
    (server,) = [server for server in told["servers"] if server["owner"] == extra]
    certificate = x509.load_pem_x509_certificate(given["certificate"].encode())
    assert server == {
        "owner": extra,
        "code": "S1",
        "address": "127.0.0.1:5500",
        "ocsp": "http://127.0.0.1:5577/",
        "auth_certificates": [certificate.fingerprint(hashes.SHA256()).hex()],
        "maintenance": "",
        "clients": [f"{extra}/LGSP"],
    }
    assert told["groups"] == [{"code": "TINH", "members": [f"{extra}/LGSP"]}]
    assert web.delete("/exchange/groups/TINH", headers=SECRET).status_code == 204


def test_who_leaves_takes_subsystems_servers_and_clients_along(web: httpx.Client) -> None:
    _register(web, "members", **{"class": "GOV", "code": "H98"})
    owner = "VN-DEMO/GOV/H98"
    _register(web, "subsystems", member=owner, code="A")
    _register(web, "servers", owner=owner, code="S", address="127.0.0.1:1")
    _register(web, "clients", server=f"{owner}/S", client=f"{owner}/A")
    assert web.delete("/exchange/members/GOV/H98", headers=SECRET).status_code == 204
    assert "H98" not in json.dumps(opened(web))
    assert web.delete("/exchange/members/GOV/H98", headers=SECRET).status_code == 404


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("members", {"class": "GOV", "code": "H 1"}, 400),
        ("members", {"class": "GOV", "code": "Hồ"}, 400),
        ("members", {"class": "GOV"}, 400),
        ("members", {"class": "GOV", "code": "H1", "colour": "red"}, 400),
        ("subsystems", {"member": "VN-DEMO/GOV/NOBODY", "code": "A"}, 404),
        ("subsystems", {"member": "OTHER/GOV/BTP", "code": "A"}, 404),
        ("subsystems", {"member": "VN-DEMO/GOV", "code": "A"}, 400),
        ("servers", {"owner": "VN-DEMO/GOV/BTP", "code": "S", "address": "nowhere"}, 400),
        ("servers", {"owner": "VN-DEMO/GOV/BTP", "code": "S", "auth_certificates": ["x"]}, 400),
        ("clients", {"server": "VN-DEMO/GOV/BTP/NO", "client": "VN-DEMO/GOV/BTP/HOTICH"}, 404),
        ("groups", {"code": "G", "members": ["VN-DEMO/GOV/BTP/NO"]}, 404),
        ("planets", {"code": "G"}, 404),
    ],
)
def test_what_cannot_be_registered_is_refused(
    web: httpx.Client, kind: str, data: dict[str, Any], status: int
) -> None:
    assert _register(web, kind, **data).status_code == status


def test_registration_asks_for_the_secret(web: httpx.Client) -> None:
    assert web.post("/exchange/members", json={"class": "GOV", "code": "H97"}).status_code == 401
    assert web.delete("/exchange/members/GOV/BTP").status_code == 401
    assert web.get("/exchange/content").status_code == 401


def test_the_directory_can_give_an_old_an_expired_and_a_forged_document(web: httpx.Client) -> None:
    right = opened(web)
    _switch(web, "old_serial")
    assert opened(web)["serial"] < right["serial"]
    _switch(web, "expired")
    late = opened(web)
    assert late["serial"] > right["serial"]
    assert datetime.fromisoformat(late["expires"]) < datetime.now(UTC)
    _switch(web, "wrong_signature")
    with pytest.raises(InvalidSignature):
        opened(web)
    assert opened(web) == right


def test_the_directory_can_be_down(web: httpx.Client) -> None:
    web.post("/_fault", headers=SECRET, json={"service": "exchange", "mode": "down"})
    assert web.get("/exchange/globalconf").status_code == 503
