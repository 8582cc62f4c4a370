"""The sandbox's service portal asks the province through its security server, and says what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import httpx
import pytest

from national import serve
from national.exchange import portal
from national.exchange.wires import Answer, Asked, Listener

TOLD = {"thuTuc": "Khai sinh", "tinhTrangHienThi": "Đang giải quyết", "henTra": "2026-11-27T17:00:00+07:00"}
QUESTION = {"code": "H01.1-261124-0001", "person": "091078004512"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    with serve.start_in_thread(tmp_path_factory.mktemp("national")) as running:
        yield running


@pytest.fixture
def web(sandbox: serve.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.settings.base) as client:
        yield client


@pytest.fixture
def server(sandbox: serve.Running) -> Iterator[list[Asked]]:
    """A security server that answers as the test says; what it was asked."""
    asked: list[Asked] = []

    def answer(one: Asked) -> Answer:
        asked.append(one)
        return _says(one)

    listener = Listener("127.0.0.1", 0, answer)
    listener.start()
    state = sandbox.app.state
    state.settings = replace(sandbox.settings, exchange_port=listener.port)
    yield asked
    state.settings = sandbox.settings
    listener.stop()


def _says(asked: Asked) -> Answer:
    if "findUsage" in asked.target:
        used = {"logtime": "2026-11-20T08:15:00Z", "action": "Xem hồ sơ", "receiverCode": "VN-DEMO/GOV/X/Y"}
        return Answer(
            200, "OK", [("Content-Type", "application/json")], json.dumps({"usages": [used]}).encode()
        )
    code = json.loads(asked.body)["maHoSo"]
    if code == "gone":
        return Answer(404, "Not Found", [], json.dumps({"loi": "không khớp nhau"}).encode())
    if code == "denied":
        said = {"message": "suspended: Nghi lộ khóa"}
        return Answer(
            500, "x", [("X-Road-Error", "server.serverproxy.access_denied")], json.dumps(said).encode()
        )
    return Answer(200, "OK", [], json.dumps(TOLD).encode())


def test_a_dossier_is_asked_for_by_code_number_and_reason(web: httpx.Client, server: list[Asked]) -> None:
    page = web.post("/dvcqg/ho-so", data=QUESTION).text

    assert "Đang giải quyết" in page
    assert "17:00 27/11/2026" in page
    (asked,) = server
    assert asked.target == "/r1/VN-DEMO/GOV/H01/TINHSO/tinh-trang-ho-so/tra-cuu"
    assert asked.header("x-road-client") == "VN-DEMO/GOV/VPCP/DVCQG"
    assert unquote(asked.header("tinhso-reason")) == portal.REASON
    assert asked.header("x-road-id") in page


@pytest.mark.parametrize(
    ("code", "words"),
    [("gone", "không khớp nhau"), ("denied", "suspended: Nghi lộ khóa"), ("denied", "access_denied")],
)
def test_a_refusal_is_told_with_its_reason(
    web: httpx.Client, server: list[Asked], code: str, words: str
) -> None:
    assert words in web.post("/dvcqg/ho-so", data=QUESTION | {"code": code}).text


def test_the_data_log_is_asked_for_oneself(web: httpx.Client, server: list[Asked]) -> None:
    page = web.post("/dvcqg/du-lieu", data={"person": QUESTION["person"]}).text

    assert "15:15 20/11/2026: Xem hồ sơ" in page
    assert server[0].header("x-road-userid") == "VN091078004512"


def test_what_is_missing_or_down_is_said(web: httpx.Client) -> None:
    for place in ("ho-so", "du-lieu"):
        empty = web.post(f"/dvcqg/{place}", data={"person": ""})
        assert (empty.status_code, "Chưa hỏi được" in empty.text) == (400, True)
    assert "Hỏi tỉnh qua trục chia sẻ" in web.get("/dvcqg").text
    assert "network_error" in web.post("/dvcqg/ho-so", data=QUESTION).text
