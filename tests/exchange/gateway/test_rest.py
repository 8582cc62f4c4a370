"""A question goes from an information system through both gateways to a service and back."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode

import pytest

from tests.exchange.gateway.asking import ask
from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World, rows

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{HOTICH}/tra-cuu"


@pytest.fixture
def open_service(world: World, nation: Side) -> World:
    """The nation's service `tra-cuu`, which the province may call."""
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    return world


def test_t01_a_question_is_answered_through_both_gateways(open_service: World, province: Side) -> None:
    answer = ask(province, f"{TRA_CUU}/nguoi/12?lang=vi", headers=[("X-Road-Id", "id-1")])

    assert answer.status == 200
    assert answer.json() == {"ten": "Ánh"}
    (call,) = open_service.services.calls
    assert (call.method, call.target) == ("GET", "/dich-vu/nguoi/12?lang=vi")


def test_each_message_is_logged_on_both_sides_with_its_evidence(
    open_service: World, province: Side, nation: Side
) -> None:
    answer = ask(province, TRA_CUU, verb="POST", body=b"hoi")

    request_id = answer.header("x-road-request-id")
    for side, name in ((province, "client"), (nation, "service")):
        request, response = rows(side)
        assert (request["side"], request["response"], response["response"]) == (name, False, True)
        assert request["request_id"] == response["request_id"] == request_id
        assert request["body"] == b"hoi"
        assert request["signature"]
        assert response["signature"]
    head = rows(province, response=False)[0]["head"]
    assert rows(nation, response=False)[0]["head"] == head
    expected = hashlib.sha512(hashlib.sha512(head).digest() + hashlib.sha512(b"hoi").digest()).digest()
    assert answer.header("x-road-request-hash") == b64encode(expected).decode()


@pytest.mark.parametrize("code", ["HO%2FSO", "h%E1%BB%93-s%C6%A1", "%C3%B6"])
def test_t02_t09_codes_with_slashes_and_letters_are_reached(
    world: World, province: Side, nation: Side, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])

    answer = ask(province, f"/r1/{HOTICH}/{code}")

    assert answer.error == "server.serverproxy.unknown_service"
    assert ("no new identifier may have" in caplog.text) is ("%2F" in code)


@pytest.mark.parametrize("client", ["VN-DEMO/GOV", "VN-DEMO/GOV/H01/TINHSO/X", "", "VN DEMO/GOV/H01/X"])
def test_t03_t04_a_client_has_three_or_four_parts(open_service: World, province: Side, client: str) -> None:
    answer = ask(province, TRA_CUU, client=client)

    assert answer.status == 400
    assert answer.error == "client.invalid_client_identifier"
    assert open_service.services.calls == []


def test_t03_a_member_that_is_not_registered_is_unknown(open_service: World, province: Side) -> None:
    assert ask(province, TRA_CUU, client="VN-DEMO/GOV/H01").error == "server.clientproxy.unknown_member"


def test_t05_of_two_client_headers_the_last_is_used(open_service: World, province: Side) -> None:
    answer = ask(province, TRA_CUU, client="VN-DEMO/GOV/H99/LA", headers=[("x-road-client", TINHSO)])

    assert answer.header("x-road-client") == TINHSO


def test_t06_without_a_client_nothing_goes(open_service: World, province: Side) -> None:
    answer = ask(province, TRA_CUU, client=None)

    assert answer.error == "client.invalid_client_identifier"
    assert answer.json()["type"] == answer.error


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/r1/only/three", "client.bad_request"),
        (f"/r2/{HOTICH}/tra-cuu", "client.invalid_protocol_version"),
        (f"/r1/{HOTICH}/tra%", "client.bad_request"),
        (f"/r1/{HOTICH}/tra%2", "client.bad_request"),
        (f"/r1/{HOTICH}/tra%zz", "client.bad_request"),
        ("/khac", "client.invalid_http_method"),
    ],
)
def test_t07_t08_t10_what_is_no_request_is_refused(
    open_service: World, province: Side, target: str, code: str
) -> None:
    answer = ask(province, target)

    assert answer.error == code
    assert rows(province) == []


@pytest.mark.parametrize("tail", ["?a=1&a=2&b=%2F+%20", "?", "/path%3B/", "/", "", "/a//".rstrip("/") + "/"])
def test_t12_t13_t14_path_and_query_arrive_as_they_are(
    open_service: World, province: Side, tail: str
) -> None:
    answer = ask(province, TRA_CUU + tail)

    assert answer.status == 200
    assert open_service.services.calls[-1].target == f"/dich-vu{tail}"


@pytest.mark.parametrize("verb", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"])
def test_t15_t16_all_verbs_pass(open_service: World, province: Side, verb: str) -> None:
    answer = ask(province, TRA_CUU, verb=verb)

    assert answer.status == 200, answer.body
    assert open_service.services.calls[-1].method == verb
    assert (answer.body == b"") is (verb == "HEAD")


def test_t15_other_verbs_do_not(open_service: World, province: Side) -> None:
    assert ask(province, TRA_CUU, verb="PROPFIND").status in (400, 405, 501)
    assert open_service.services.calls == []


def test_t17_a_right_to_read_is_no_right_to_change(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO], method="GET")

    assert ask(province, TRA_CUU).status == 200
    refused = ask(province, TRA_CUU, verb="PATCH", body=b"x")
    assert (refused.status, refused.error) == (500, "server.serverproxy.access_denied")


def test_t18_bytes_of_every_kind_come_back_as_they_are(open_service: World, province: Side) -> None:
    blob = bytes(range(256)) * 300
    open_service.services.body = blob
    open_service.services.headers = [("Content-Type", "multipart/mixed; boundary=xx")]

    answer = ask(province, TRA_CUU, verb="POST", body=blob, headers=[("Content-Type", "a/b; c=d")])

    assert answer.body == blob
    assert answer.header("content-type") == "multipart/mixed; boundary=xx"
    call = open_service.services.calls[-1]
    assert (call.body, call.all("content-type")) == (blob, ["a/b; c=d"])


def test_t18_long_bodies_flow_both_ways_byte_for_byte(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO], most_bytes=16 * 1024 * 1024)
    piece = bytes(range(251)) * 1000
    world.services.pieces = [piece] * 54
    sent = [piece[:-1]] * 33

    answer = ask(province, TRA_CUU, verb="PUT", body=iter(sent))

    assert answer.status == 200
    assert hashlib.sha256(answer.body).digest() == hashlib.sha256(piece * 54).digest()
    assert world.services.calls[-1].body == b"".join(sent)


def test_t19_a_body_in_chunks_is_a_body(open_service: World, province: Side) -> None:
    ask(province, TRA_CUU, verb="POST", body=iter([b"mot ", b"hai"]))

    assert open_service.services.calls[-1].body == b"mot hai"


def test_t20_an_empty_body_is_no_body(open_service: World, province: Side) -> None:
    answer = ask(province, TRA_CUU, verb="POST", body=b"")

    (row,) = rows(province, response=False)
    assert row["body"] is None
    expected = b64encode(hashlib.sha512(row["head"]).digest()).decode()
    assert answer.header("x-road-request-hash") == expected


def test_t21_a_body_of_delete_is_proven_but_not_forwarded(
    open_service: World, province: Side, nation: Side
) -> None:
    answer = ask(province, TRA_CUU, verb="DELETE", body=b"ly do")

    assert answer.status == 200
    assert open_service.services.calls[-1].body == b""
    assert rows(nation, response=False)[0]["body"] == b"ly do"


def test_t22_t23_hop_by_hop_headers_go_no_further_and_others_do(open_service: World, province: Side) -> None:
    open_service.services.headers += [("Server", "bi-mat"), ("X-Rieng", "co"), ("Keep-Alive", "x")]
    answer = ask(
        province,
        TRA_CUU,
        headers=[
            ("User-Agent", "trinh-duyet"),
            ("TE", "trailers"),
            ("Authorization", "Bearer abc"),
            ("Tinhso-Reason", "Cap giay khai sinh"),
            ("X-Khac", "Giá trị"),
        ][:4],
    )

    call = open_service.services.calls[-1]
    assert call.all("user-agent") == call.all("te") == []
    assert call.all("authorization") == ["Bearer abc"]
    assert call.all("tinhso-reason") == ["Cap giay khai sinh"]
    assert answer.header("server") is None
    assert answer.header("x-rieng") == "co"


def test_t24_an_id_is_kept_or_made(open_service: World, province: Side) -> None:
    kept = ask(province, TRA_CUU, headers=[("X-Road-Id", "cua-toi")])
    made = ask(province, TRA_CUU)

    assert kept.header("x-road-id") == "cua-toi"
    assert re.fullmatch(r"VN-DEMO-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made.header("x-road-id") or "")


def test_t25_ids_of_the_servers_are_not_taken_from_clients(open_service: World, province: Side) -> None:
    forged = [("X-Road-Request-Id", "gia"), ("X-Road-Request-Hash", "gia")]

    answer = ask(province, TRA_CUU, headers=forged)

    assert answer.header("x-road-request-id") != "gia"
    assert answer.all("x-road-request-hash") != ["gia"]
    assert "gia" not in str(open_service.services.calls[-1].headers)


def test_t26_a_service_cannot_speak_for_the_exchange(open_service: World, province: Side) -> None:
    open_service.services.headers += [
        ("X-Road-Id", "gia"),
        ("X-Road-Client", "gia"),
        ("X-Road-Service", "gia"),
        ("X-Road-Request-Id", "gia"),
        ("X-Road-Request-Hash", "gia"),
        ("X-Road-Error", "gia"),
    ]

    answer = ask(province, TRA_CUU)

    assert "gia" not in [value for _name, value in answer.headers]
    assert answer.all("x-road-service") == [f"{HOTICH}/tra-cuu"]


def test_t27_there_is_one_date(open_service: World, province: Side) -> None:
    open_service.services.headers += [("Date", "Sun, 29 Nov 2026 00:00:00 GMT")] * 2

    assert ask(province, TRA_CUU).all("date") == ["Sun, 29 Nov 2026 00:00:00 GMT"]


def test_t28_t29_the_answer_says_whom_it_answers(open_service: World, province: Side) -> None:
    open_service.services.headers += [("Cache-Control", "max-age=60"), ("ETag", '"x"')]

    answer = ask(province, TRA_CUU)

    assert answer.header("x-road-client") == TINHSO
    assert answer.header("x-road-service") == f"{HOTICH}/tra-cuu"
    assert answer.header("cache-control") == "max-age=60"
    assert answer.header("etag") == '"x"'


def test_t30_a_redirect_is_an_answer(open_service: World, province: Side) -> None:
    open_service.services.status, open_service.services.reason = 302, "Found"
    open_service.services.headers += [("Location", "http://127.0.0.1:1/khac")]

    answer = ask(province, TRA_CUU)

    assert (answer.status, answer.header("location")) == (302, "http://127.0.0.1:1/khac")
    assert len(open_service.services.calls) == 1


def test_t32_the_same_id_twice_gives_two_hashes(open_service: World, province: Side) -> None:
    first, second = (ask(province, TRA_CUU, headers=[("X-Road-Id", "mot")]) for _ in range(2))

    assert first.header("x-road-request-hash") != second.header("x-road-request-hash")


def test_t34_what_a_service_refuses_is_its_answer(open_service: World, province: Side) -> None:
    open_service.services.status, open_service.services.reason = 405, "Khong duoc"

    answer = ask(province, TRA_CUU)

    assert (answer.status, answer.error) == (405, None)


def test_t35_a_service_that_is_down_is_named_by_its_fault(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tat", to=[TINHSO], url="http://127.0.0.1:1")
    world.offer(nation, HOTICH, "la", to=[TINHSO], url="http://khong-co.invalid")
    world.offer(nation, HOTICH, "cham", to=[TINHSO], timeout_seconds=1)
    world.services.pause = 5

    assert ask(province, f"/r1/{HOTICH}/tat").error == "server.serverproxy.network_error"
    assert ask(province, f"/r1/{HOTICH}/la").error == "server.serverproxy.unknown_host"
    assert ask(province, f"/r1/{HOTICH}/cham").error == "server.serverproxy.io_error"


def test_t35_a_service_that_breaks_off_leaves_no_half_answer(open_service: World, province: Side) -> None:
    open_service.services.pieces = [bytes(100_000)] * 10
    open_service.services.break_off = True

    answer = ask(province, TRA_CUU)

    assert (answer.status, answer.error) == (500, "server.serverproxy.io_error")


def test_t36_what_is_not_there_is_named(world: World, province: Side, nation: Side) -> None:
    assert ask(province, f"/r1/{HOTICH}/khong-co").error == "server.serverproxy.unknown_service"
    assert ask(province, "/r1/VN-DEMO/GOV/XYZ/A/b").error == "server.clientproxy.unknown_member"


def test_t37_a_fault_comes_as_it_was_asked_for(open_service: World, province: Side) -> None:
    target = f"/r1/{HOTICH}/khong-co"

    as_xml = ask(province, target, headers=[("Accept", "application/json"), ("Accept", "text/*")])
    as_json = ask(province, target, headers=[("Accept", "foobarbaz")])

    assert as_xml.header("content-type") == "text/xml;charset=utf-8"
    assert as_xml.body.startswith(b"<?xml")
    assert as_json.header("content-type") == "application/json"


def test_t39_the_detail_of_a_fault_stands_in_the_log_of_both_servers(
    open_service: World, province: Side, caplog: pytest.LogCaptureFixture
) -> None:
    detail = ask(province, f"/r1/{HOTICH}/khong-co").json()["detail"]

    assert [detail in each.getMessage() for each in caplog.records].count(True) == 2


def test_t49_a_denied_request_is_logged_by_the_consumer_alone(
    world: World, province: Side, nation: Side
) -> None:
    world.offer(nation, HOTICH, "tra-cuu")

    answer = ask(province, TRA_CUU)

    assert (answer.status, answer.error) == (500, "server.serverproxy.access_denied")
    assert [row["response"] for row in rows(province)] == [False]
    assert rows(nation) == []
    assert world.services.calls == []
