"""The played carriers are strict about what they are sent, and misbehave when told to."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from national import serve
from national.messaging.push import POINT, b64
from tests.national.conftest import SECRET

TOKEN = {"authorization": "Bearer tinhso-demo-sms-sms-a"}
_numbers = count(1)


def sms(**changes: object) -> dict[str, object]:
    number = next(_numbers)
    return {
        "request_id": f"request-{number}",
        "brandname": "ANGIANG-DVC",
        "to": f"8493{number:07d}",
        "text": "Ho so H01-1 co tin moi.",
    } | changes


def phone_of(web: httpx.Client, to: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = web.get(f"/messages/0{str(to)[2:]}/all", headers=SECRET).json()
    return found


def test_the_same_request_is_one_message_and_another_under_its_id_is_refused(web: httpx.Client) -> None:
    asked = sms()
    first = web.post("/sms-a/v1/messages", json=asked, headers=TOKEN)
    second = web.post("/sms-a/v1/messages", json=asked, headers=TOKEN)
    other = web.post("/sms-a/v1/messages", json=asked | {"text": "Khac"}, headers=TOKEN)

    assert (first.status_code, second.status_code, other.status_code) == (202, 200, 409)
    assert first.json() == second.json()
    assert len(phone_of(web, asked["to"])) == 1
    told = web.get(f"/sms-a/v1/messages/{asked['request_id']}", headers=TOKEN).json()
    assert told["status"] == "delivered"
    assert web.get(f"/sms-a/v1/messages/{asked['request_id']}").status_code == 401
    assert web.get("/sms-a/v1/messages/never-sent", headers=TOKEN).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "0912000112"},
        {"to": "84212345678"},
        {"brandname": "NGANHANG"},
        {"request_id": "x"},
        {"text": ""},
        {"text": "a" * 613},
        {"text": "ă" * 269},
        {"text": "a\x07"},
        {"text": 7},
        {"more": 1},
    ],
)
def test_a_message_that_is_not_as_agreed_is_refused(web: httpx.Client, wrong: dict[str, object]) -> None:
    assert web.post("/sms-a/v1/messages", json=sms() | wrong, headers=TOKEN).status_code == 400


def test_each_provider_asks_for_its_own_token(web: httpx.Client) -> None:
    assert web.post("/sms-b/v1/messages", json=sms(), headers=TOKEN).status_code == 401
    own = {"authorization": "Bearer tinhso-demo-sms-sms-b"}
    assert web.post("/sms-b/v1/messages", json=sms(), headers=own).status_code == 202


def test_late_means_done_and_then_silent(web: httpx.Client) -> None:
    asked = sms()
    web.post("/_fault", json={"service": "sms-a", "mode": "late", "seconds": 0.8, "times": 1}, headers=SECRET)
    with pytest.raises(httpx.ReadTimeout):
        web.post("/sms-a/v1/messages", json=asked, headers=TOKEN, timeout=0.3)
    assert len(phone_of(web, asked["to"])) == 1


def zalo(web: httpx.Client, **changes: object) -> int:
    number = next(_numbers)
    asked = {
        "phone": f"8493{number:07d}",
        "template_id": "410003",
        "template_data": {"code": "H01-1"},
        "tracking_id": f"t-{number}",
    } | changes
    answer = web.post("/zalo/message/template", json=asked, headers={"access_token": "tinhso-demo-zalo"})
    assert answer.status_code == 200
    found: int = answer.json()["error"]
    return found


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({}, 0),
        ({"phone": "0912"}, -108),
        ({"template_id": "1"}, -109),
        ({"template_data": {}}, -112),
        ({"template_data": {"code": "H", "name": "An"}}, -112),
        ({"template_data": {"code": "x" * 101}}, -112),
        ({"template_data": "H"}, -100),
        ({"phone": "84377000349"}, -118),
        ({"extra": 1}, -100),
    ],
)
def test_zalo_answers_with_the_number_of_the_fault(
    web: httpx.Client, wrong: dict[str, object], error: int
) -> None:
    assert zalo(web, **wrong) == error


def test_zalo_knows_who_asks(web: httpx.Client) -> None:
    assert web.post("/zalo/message/template", json={}).json()["error"] == -124


def test_a_push_that_cannot_be_opened_or_is_not_signed_is_refused(web: httpx.Client) -> None:
    key = b64(ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(*POINT))
    asked = {"owner": "Hân", "phone": "may", "server_key": key}
    assert web.post("/push/subscriptions", json=asked).status_code == 401
    assert (
        web.post("/push/subscriptions", json=asked | {"server_key": "AA"}, headers=SECRET).status_code == 400
    )
    endpoint = web.post("/push/subscriptions", json=asked, headers=SECRET).json()["endpoint"]

    assert web.post(endpoint, content=b"x").status_code == 400, "no lifetime"
    assert web.post(endpoint, content=b"x", headers={"ttl": "9"}).status_code == 415
    sealed = {"ttl": "9", "content-encoding": "aes128gcm"}
    assert web.post(endpoint, content=b"x", headers=sealed).status_code == 403
    assert web.post(endpoint, content=b"x" * 5000, headers=sealed).status_code == 413
    assert web.post("/push/to/nobody", content=b"x", headers=sealed).status_code == 410


def test_people_read_their_phone_on_a_page(web: httpx.Client) -> None:
    asked = sms(to="84935000221", text="Ho so <b>H01</b>")
    web.post("/sms-a/v1/messages", json=asked, headers=TOKEN)
    assert "Trần Thị Ngọc Hân" in web.get("/messages").text
    page = web.get("/messages/0935000221").text
    assert "Ho so &lt;b&gt;H01&lt;/b&gt;" in page
    assert web.get("/messages/0999999999").status_code == 404
    assert web.get("/messages/0935000221/all").status_code == 401


@dataclass
class Listener:
    """Hears receipts, as the province does."""

    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def statuses(self) -> list[str]:
        return [json.loads(body)["status"] for _path, _headers, body in self.heard]

    def wait(self, many: int) -> None:
        end = time.monotonic() + 8
        while len(self.heard) < many:
            assert time.monotonic() < end, "no receipt came"
            time.sleep(0.05)


@pytest.fixture
def listener(sandbox: serve.Running) -> Iterator[Listener]:
    hearing = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            hearing.heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sandbox.app.state.carrier.receipts.callback = f"http://127.0.0.1:{server.server_port}/goi-lai/"
    yield hearing
    sandbox.app.state.carrier.receipts.callback = ""
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [
        ("", ["sent", "delivered"]),
        ("receipt_twice", ["sent", "sent", "delivered", "delivered"]),
        ("receipt_swapped", ["delivered", "sent"]),
        ("receipt_failed", ["sent", "failed"]),
    ],
)
def test_receipts_are_signed_and_come_as_the_switch_says(
    web: httpx.Client, listener: Listener, mode: str, statuses: list[str]
) -> None:
    if mode:
        web.post("/_fault", json={"service": "sms-a", "mode": mode, "times": 1}, headers=SECRET)
    asked = sms()
    web.post("/sms-a/v1/messages", json=asked, headers=TOKEN)
    listener.wait(len(statuses))

    assert listener.statuses() == statuses
    for path, headers, body in listener.heard:
        assert path == "/goi-lai/sms-a/"
        signed = headers["x-timestamp"].encode() + b"." + body
        right = hmac.new(b"tinhso-demo-receipts-sms-a", signed, hashlib.sha256).hexdigest()
        assert headers["x-signature"] == right
    assert bool(phone_of(web, asked["to"])) is (mode != "receipt_failed")


def test_a_lost_receipt_does_not_come_and_a_forged_one_does_not_verify(
    web: httpx.Client, listener: Listener
) -> None:
    for mode in ("receipt_lost", "receipt_forged"):
        web.post("/_fault", json={"service": "sms-a", "mode": mode, "times": 1}, headers=SECRET)
        web.post("/sms-a/v1/messages", json=sms(), headers=TOKEN)
    listener.wait(2)

    assert listener.statuses() == ["sent", "delivered"]
    _path, headers, body = listener.heard[0]
    signed = headers["x-timestamp"].encode() + b"." + body
    right = hmac.new(b"tinhso-demo-receipts-sms-a", signed, hashlib.sha256).hexdigest()
    assert headers["x-signature"] != right
