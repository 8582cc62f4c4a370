"""A question goes from an information system through both gateways to a service and back."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import httpx
import pytest

from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World, rows

pytestmark = pytest.mark.django_db(transaction=True)
CLIENT = {"X-Road-Client": TINHSO}


def ask(side: Side, path: str, *, method: str = "GET", **options: object) -> httpx.Response:
    headers = {**CLIENT, **options.pop("headers", {})}  # type: ignore[dict-item]
    with httpx.Client(timeout=20) as client:
        return client.request(method, side.url + path, headers=headers, **options)  # type: ignore[arg-type]


def test_a_question_is_answered_through_both_gateways(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])

    answer = ask(province, f"/r1/{HOTICH}/tra-cuu/nguoi/12?lang=vi", headers={"X-Road-Id": "id-1"})

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"ten": "Ánh"}
    assert answer.headers["x-road-id"] == "id-1"
    assert answer.headers["x-road-client"] == TINHSO
    assert answer.headers["x-road-service"] == f"{HOTICH}/tra-cuu"
    assert "x-road-error" not in answer.headers
    (call,) = world.services.calls
    assert (call.method, call.target) == ("GET", "/dich-vu/nguoi/12?lang=vi")


def test_each_message_is_logged_on_both_sides_with_its_evidence(
    world: World, province: Side, nation: Side
) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])

    answer = ask(province, f"/r1/{HOTICH}/tra-cuu", method="POST", content=b"hoi")

    request_id = answer.headers["x-road-request-id"]
    for side, name in ((province, "client"), (nation, "service")):
        request, response = rows(side)
        assert (request["side"], request["response"], response["response"]) == (name, False, True)
        assert request["request_id"] == response["request_id"] == request_id
        assert request["body"] == b"hoi"
        assert request["signature"] and response["signature"]
    head = rows(province, response=False)[0]["head"]
    assert rows(nation, response=False)[0]["head"] == head
    expected = hashlib.sha512(hashlib.sha512(head).digest() + hashlib.sha512(b"hoi").digest()).digest()
    assert answer.headers["x-road-request-hash"] == b64encode(expected).decode()
