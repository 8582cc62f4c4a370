"""REST between two security servers: what arrives, what is refused, what is kept."""

from __future__ import annotations

import json
import uuid

import pytest

from national.exchange.services import Right, Service
from national.exchange.wires import Answer
from national.faults import Mode
from tests.national.exchange.conftest import HOTICH, TINHSO, Both, Echo

ECHO = f"/r1/{HOTICH}/echo"


def code_of(answer: Answer) -> str:
    """The failure's code, told twice."""
    told = json.loads(answer.body)
    assert answer.header("x-road-error") == told["type"]
    uuid.UUID(told["detail"])
    return str(told["type"])


@pytest.mark.parametrize("verb", ["GET", "DELETE", "OPTIONS", "POST", "PUT", "PATCH", "TRACE"])
def test_a_question_reaches_the_service_and_comes_back(both: Both, echo: Echo, verb: str) -> None:
    answer = both.ask(
        verb, f"{ECHO}/a%3B/b?x=1&x=2&b=%2F+%20", ("Authorization", "Bearer x"), body=b"\x00\xff"
    )
    assert answer.status == 200, answer.body
    told = json.loads(answer.body)
    forwarded = verb in ("POST", "PUT", "PATCH")
    assert told == {
        "verb": verb,
        "target": "/base/a%3B/b?x=1&x=2&b=%2F+%20",
        "body": "00ff" if forwarded else "",
    }
    assert echo.asked[0].header("authorization") == "Bearer x"
    assert answer.header("x-road-id").startswith("VN-DEMO-")
    assert answer.header("x-road-client") == TINHSO
    assert answer.header("x-road-service") == f"{HOTICH}/echo"
    assert not answer.header("x-road-error")
    assert [name.lower() for name, _ in answer.headers].count("date") == 1


def test_a_question_for_the_head_alone_has_no_body(both: Both, echo: Echo) -> None:
    answer = both.ask("HEAD", ECHO)
    assert (answer.status, answer.body) == (200, b"")
    assert echo.asked[0].verb == "HEAD"


def test_four_records_are_kept_two_on_each_side(both: Both, echo: Echo) -> None:
    answer = both.ask("POST", ECHO, ("X-Road-Id", "case-4"), body=b"xin")
    assert answer.header("x-road-id") == "case-4"
    here, there = (server.office.log.of_query("case-4") for server in (both.province, both.nation))
    assert [(one.side, one.response, one.owner) for one in here] == [
        ("client", False, TINHSO),
        ("client", True, TINHSO),
    ]
    assert [(one.side, one.response, one.owner) for one in there] == [
        ("service", False, HOTICH),
        ("service", True, HOTICH),
    ]
    assert here[0].message == there[0].message
    assert here[0].attachments == there[0].attachments == [b"xin"]
    assert here[1].message == there[1].message
    assert len({one.request_id for one in (*here, *there)}) == 1


def test_a_denied_question_is_kept_where_it_was_asked_alone(both: Both, echo: Echo) -> None:
    both.nation.office.services.put(Service(owner=HOTICH, code="closed", url="http://127.0.0.1:9/"))
    answer = both.ask("GET", f"/r1/{HOTICH}/closed", ("X-Road-Id", "denied-1"))
    assert (answer.status, code_of(answer)) == (500, "server.serverproxy.access_denied")
    assert len(both.province.office.log.of_query("denied-1")) == 1
    assert both.nation.office.log.of_query("denied-1") == []


def test_the_service_may_answer_what_it_likes(both: Both, echo: Echo) -> None:
    headers = [
        ("X-Road-Id", "mine"),
        ("x-road-service", "mine"),
        ("Location", "/there"),
        ("ETag", "7"),
        ("Server", "x"),
    ]
    echo.answer = lambda _asked: Answer(302, "Found", headers, b"")
    answer = both.ask("GET", ECHO, ("X-Road-Id", "kept"))
    assert (answer.status, answer.reason, answer.body) == (302, "Found", b"")
    assert answer.header("location") == "/there"
    assert answer.header("etag") == "7"
    assert not answer.header("server")
    assert [value for name, value in answer.headers if name.lower() == "x-road-id"] == ["kept"]
    echo.answer = lambda _asked: Answer(405, "Method Not Allowed", [("Content-Type", "text/plain")], b"no")
    answer = both.ask("GET", ECHO)
    assert (answer.status, answer.body, answer.header("x-road-error")) == (405, b"no", "")


@pytest.mark.parametrize(
    ("verb", "target", "status", "code"),
    [
        ("GET", "/r1/only/three", 400, "client.bad_request"),
        ("GET", f"/r1/{HOTICH}/%zz", 400, "client.bad_request"),
        ("GET", f"/r1/{HOTICH}/hồ", 400, "client.bad_request"),
        ("PROPFIND", ECHO, 400, "client.bad_request"),
        ("GET", f"/r1/{HOTICH}/nothing", 500, "server.serverproxy.unknown_service"),
        ("GET", "/r1/VN-DEMO/GOV/NOBODY/X/y", 500, "server.clientproxy.unknown_member"),
        ("GET", f"{ECHO}/a/../b", 400, "client.bad_request"),
        ("GET", f"{ECHO}/%2e%2e/b", 400, "client.bad_request"),
        ("GET", f"{ECHO}/a%2fb", 400, "client.bad_request"),
        ("GET", f"{ECHO}/%252e", 400, "client.bad_request"),
    ],
)
def test_a_wrong_question_is_told_so(
    both: Both, echo: Echo, verb: str, target: str, status: int, code: str
) -> None:
    answer = both.ask(verb, target)
    assert (answer.status, code_of(answer)) == (status, code)
    assert echo.asked == []


def test_only_who_is_served_here_may_ask(both: Both) -> None:
    answer = both.ask("GET", ECHO, client="VN-DEMO/GOV/BCA/DANCU")
    assert code_of(answer) == "server.clientproxy.unknown_member"
    answer = both.ask_at(both.province_port, "GET", ECHO)
    assert code_of(answer) == "client.invalid_client_identifier"


def test_a_disabled_service_gives_its_notice(both: Both) -> None:
    services = both.nation.office.services
    services.put(Service(owner=HOTICH, code="off", url="http://127.0.0.1:9/", notice="bảo trì"))
    services.allow(Right(owner=HOTICH, code="off", subject=TINHSO))
    answer = both.ask("GET", f"/r1/{HOTICH}/off")
    assert code_of(answer) == "server.serverproxy.service_disabled"
    assert json.loads(answer.body)["message"] == "bảo trì"


def test_a_service_that_is_down_or_nowhere_is_told(both: Both) -> None:
    services = both.nation.office.services
    for code, url in (("down", "http://127.0.0.1:9/"), ("nowhere", "http://nowhere.invalid/")):
        services.put(Service(owner=HOTICH, code=code, url=url))
        services.allow(Right(owner=HOTICH, code=code, subject=TINHSO))
    assert code_of(both.ask("GET", f"/r1/{HOTICH}/down")) == "server.serverproxy.network_error"
    assert code_of(both.ask("GET", f"/r1/{HOTICH}/nowhere")) == "server.serverproxy.unknown_host"


def test_a_right_to_one_endpoint_opens_that_one(both: Both, echo: Echo) -> None:
    services = both.nation.office.services
    url = f"http://127.0.0.1:{echo.listener.port}"
    services.put(Service(owner=HOTICH, code="narrow", url=url))
    right = Right(owner=HOTICH, code="narrow", subject=TINHSO, method="GET", path="/v1/firms/*")
    services.allow(right)
    assert both.ask("GET", f"/r1/{HOTICH}/narrow/v1/firms/12").status == 200
    for verb, path in (("GET", "/v1/firms"), ("GET", "/v1/firms/12/owners"), ("PATCH", "/v1/firms/12")):
        assert (
            code_of(both.ask(verb, f"/r1/{HOTICH}/narrow{path}", body=b""))
            == "server.serverproxy.access_denied"
        )
    services.forbid(right)
    assert code_of(both.ask("GET", f"/r1/{HOTICH}/narrow/v1/firms/12")) == "server.serverproxy.access_denied"


def test_a_group_may_ask_too(both: Both, echo: Echo) -> None:
    services = both.nation.office.services
    services.put(Service(owner=HOTICH, code="grouped", url=f"http://127.0.0.1:{echo.listener.port}"))
    services.allow(Right(owner=HOTICH, code="grouped", subject="TINH"))
    assert code_of(both.ask("GET", f"/r1/{HOTICH}/grouped")) == "server.serverproxy.access_denied"
    both.nation.office.directory.put("group", "TINH", {"code": "TINH", "members": [TINHSO]})
    try:
        assert both.ask("GET", f"/r1/{HOTICH}/grouped").status == 200
    finally:
        both.nation.office.directory.remove("group", "TINH")


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        (Mode.TAMPERED_BODY, "server.clientproxy.invalid_hash_chain_ref"),
        (Mode.TAMPERED_HEADER, "server.clientproxy.invalid_hash_chain_ref"),
        (Mode.TAMPERED_HASH, "server.clientproxy.inconsistent_response"),
        (Mode.TAMPERED_SIGNATURE, "server.clientproxy.invalid_signature_value"),
        (Mode.SWAPPED, "server.clientproxy.missing_rest"),
        (Mode.FAULT, "server.serverproxy.cannot_create_signature"),
        (Mode.WRONG_MEMBER, "server.clientproxy.incorrect_certificate"),
        (Mode.CUT, "server.clientproxy.io_error"),
        (Mode.GARBAGE, "server.clientproxy.mime_parsing_failed"),
    ],
)
def test_an_answer_that_was_spoiled_is_refused(both: Both, echo: Echo, mode: Mode, code: str) -> None:
    both.switch(mode, "/provider")
    answer = both.ask("POST", ECHO, ("X-Road-Id", f"spoiled-{mode}"), body=b"xin")
    assert code_of(answer) == code, answer.body
    assert [one.response for one in both.province.office.log.of_query(f"spoiled-{mode}")] == [False]
    assert both.ask("POST", ECHO, body=b"xin").status == 200


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        (Mode.TAMPERED_BODY, "server.serverproxy.invalid_hash_chain_ref"),
        (Mode.TAMPERED_HEADER, "server.serverproxy.invalid_hash_chain_ref"),
        (Mode.TAMPERED_HASH, "server.serverproxy.invalid_hash_chain"),
        (Mode.TAMPERED_SIGNATURE, "server.serverproxy.invalid_signature_value"),
        (Mode.SWAPPED, "server.serverproxy.missing_rest"),
        (Mode.FAULT, "server.serverproxy.missing_signature"),
        (Mode.NO_OCSP, "server.serverproxy.ssl_authentication_failed"),
    ],
)
def test_a_question_that_was_spoiled_is_refused_and_reaches_nobody(
    both: Both, echo: Echo, mode: Mode, code: str
) -> None:
    both.switch(mode, "/consumer", who="province")
    assert code_of(both.ask("POST", ECHO, ("X-Road-Id", f"s-{mode}"), body=b"xin")) == code
    assert echo.asked == []
    assert both.nation.office.log.of_query(f"s-{mode}") == []


def test_a_batch_of_several_is_as_good_as_one(both: Both, echo: Echo) -> None:
    both.switch(Mode.BATCHED, "/consumer", who="province")
    both.switch(Mode.BATCHED, "/provider")
    assert both.ask("GET", ECHO, ("X-Road-Id", "batched")).status == 200
    for one in both.province.office.log.of_query("batched"):
        assert one.signed.result is not None


def test_a_question_that_comes_twice_is_answered_twice(both: Both, echo: Echo) -> None:
    both.switch(Mode.DUPLICATE, "/consumer", who="province")
    assert both.ask("GET", ECHO, ("X-Road-Id", "twice")).status == 200
    assert len(both.nation.office.log.of_query("twice")) == 4
    assert len({asked.header("x-road-request-id") for asked in echo.asked}) == 1


def test_an_answer_may_come_late(both: Both, echo: Echo) -> None:
    both.switch(Mode.LATE, "/provider", seconds=0.2)
    assert both.ask("GET", ECHO).status == 200
    assert both.faults.listed() == []


def test_a_server_that_is_down_answers_nothing(both: Both, echo: Echo) -> None:
    both.switch(Mode.DOWN, "", times=None, seconds=60)
    assert code_of(both.ask("GET", ECHO)) == "server.clientproxy.invalid_content_type"


def test_maintenance_is_told_in_the_administrators_words(both: Both, echo: Echo) -> None:
    directory = both.nation.office.directory
    entry = directory.entry("server", "GOV/BTTTT/QG1")
    directory.put("server", "GOV/BTTTT/QG1", {**entry, "maintenance": "Bảo trì tới 22:00"})
    try:
        answer = both.ask("GET", ECHO)
    finally:
        directory.put("server", "GOV/BTTTT/QG1", entry)
    assert code_of(answer) == "server.clientproxy.maintenance_mode"
    assert json.loads(answer.body)["message"] == "Bảo trì tới 22:00"


def test_a_server_may_be_named_in_the_question(both: Both, echo: Echo) -> None:
    assert both.ask("GET", ECHO, ("X-Road-Security-Server", "VN-DEMO/GOV/BTTTT/QG1")).status == 200
    answer = both.ask("GET", ECHO, ("X-Road-Security-Server", "VN-DEMO/GOV/H01/AG1"))
    assert code_of(answer) == "server.clientproxy.invalid_security_server"


def test_stale_news_of_a_certificate_stops_the_exchange(both: Both, echo: Echo) -> None:
    for server in (both.nation, both.province):
        server.office.responder.forget()
    both.switch(Mode.STALE, "", who="ocsp", times=None)
    answer = both.ask("GET", ECHO)
    assert code_of(answer) == "server.clientproxy.ssl_authentication_failed"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("application/json", "application/json"),
        ("foobarbaz", "application/json"),
        ("application/xml", "application/xml;charset=utf-8"),
        ("application/json, text/xml", "text/xml;charset=utf-8"),
        ("text/xml, application/xml; q=0.2", "text/xml;charset=utf-8"),
        ("application/xml; q=0.2", "application/xml;charset=utf-8"),
        ("text/*", "text/xml;charset=utf-8"),
        ("text/xml-patch+xml", "application/json"),
    ],
)
def test_a_failure_is_told_in_the_form_asked_for(both: Both, accept: str, kind: str) -> None:
    answer = both.ask("GET", "/r1/only/three", *([("Accept", accept)] if accept else []))
    assert answer.header("content-type") == kind


def test_a_large_body_comes_back_byte_for_byte(both: Both, echo: Echo) -> None:
    echo.answer = lambda asked: Answer(200, "OK", [("Content-Type", "x/y")], asked.body)
    big = bytes(range(256)) * 5000
    assert both.ask("POST", ECHO, body=big).body == big
