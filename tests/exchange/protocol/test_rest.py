"""REST heads: who is asked, which headers pass, which bytes are hashed (exchange protocol §1.2, §3, §4)."""

from __future__ import annotations

from hashlib import sha512

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.protocol import rest
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServerId, ServiceId
from tinhso.exchange.protocol.rest import Headers, Request, Response

FIRMS = "/r1/XROADVN/GOV/TINHSO/LGSP/DKKD/v1/firms"
CLIENT = ("X-Road-Client", "XROADVN/GOV/TEST235/HATEST")
REQUEST_ID = "f92591a3-6bf0-49b1-987b-0dd78c034cc3"
MADE_ID = "0b6f2a3e-7d55-4d5a-9a63-2f1f7f3f2c10"

HEAD_A = (
    b"GET\r\n/r1/XROADVN/GOV/TINHSO/LGSP/DKKD/v1/firms/12?lang=vi\r\nAccept:application/json\r\n"
    b"X-Road-Client:XROADVN/GOV/TEST235/HATEST\r\nX-Road-Id:fa2e18a5-c2cb-4d09-b994-f57727f7c3fb\r\n"
    b"x-road-request-id:f92591a3-6bf0-49b1-987b-0dd78c034cc3\r\n"
)
HEAD_B = (
    b"POST\r\n/r1/XROADVN/GOV/TINHSO/LGSP/DKKD/v1/firms\r\nContent-Type:application/json\r\n"
    b"X-Road-Client:XROADVN/GOV/TEST235/HATEST\r\n"
    b"x-road-request-id:f92591a3-6bf0-49b1-987b-0dd78c034cc3\r\n"
    b"x-road-id:XROADVN-0b6f2a3e-7d55-4d5a-9a63-2f1f7f3f2c10\r\n"
)
BODY = '{"ten":"Hợp tác xã Hà Tiên"}'.encode()


def accepted(verb: str = "GET", target: str = FIRMS, headers: Headers | None = None) -> Request:
    uuids = iter((REQUEST_ID, MADE_ID))
    return rest.accept_request(verb, target, headers or [CLIENT], new_uuid=lambda: next(uuids))


def answered(request: Request, hash_: str, **changed: str) -> Response:
    headers = rest.answer_headers([("Content-Type", "application/json")], request, hash_)
    return Response(200, "OK", [(name, changed.get(name, value)) for name, value in headers])


def test_t31_vector_a_a_request_without_body() -> None:
    request = accepted(
        target=f"{FIRMS}/12?lang=vi",
        headers=[
            ("Accept", "application/json"),
            CLIENT,
            ("X-Road-Id", "fa2e18a5-c2cb-4d09-b994-f57727f7c3fb"),
        ],
    )
    head = rest.head(request)
    assert head == HEAD_A
    assert len(head) == 230
    assert rest.request_hash(head, None) == (
        "t61H0A6yQRxhAjLCe9YMfED2C830j31ZAInHtZ3a5qdDSwXkzHnrooAr2cEn1IAUViI+b+FBoFnkg3Iz4LZ7qQ=="
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "asGW/vV5ir7ZTE5jZHBMp7Bo1wr5RCbZFHau+6ImornNKC57V8h+MitqWsXVkot2rFwsEg+r7oC9THfblAItOw=="),
        (BODY, "CBvqffYoQCzpVjVELN6RhGtKNLC7vxTOw3nDC1hjwr+QmECV4GNfJvFbJREnzfBccbvMxt1lXmwF/Djhm5shBw=="),
        (
            bytes(10_485_760),
            "/zLREwMlext2koXZ4QE13/OjVu7KjkGLN3L2iE7ELoHmiCyc0PLeZFMULTb8roxmNbenU5gC6nxiDWStqJTq6Q==",
        ),
    ],
    ids=["no body", "a text", "ten mebibytes"],
)
def test_t31_vector_b_an_id_that_was_made_and_three_bodies(body: bytes, expected: str) -> None:
    request = accepted("POST", headers=[("Content-Type", "application/json"), CLIENT])
    head = rest.head(request)
    assert head == HEAD_B
    assert len(head) == 234
    assert len(BODY) == 34
    assert rest.request_hash(head, sha512(body).digest() if body else None) == expected


@pytest.mark.parametrize("raw", [HEAD_A, HEAD_B])
def test_a_head_that_was_read_is_written_as_the_same_bytes(raw: bytes) -> None:
    assert rest.head(rest.read_request(raw)) == raw
    assert not rest.is_response(raw)


def test_t01_a_path_of_five_parts_names_the_service() -> None:
    request = accepted(target="/r1/XROADVN/GOV/TINHSO/LGSP/DKKD")
    assert request.service == ServiceId(ClientId("XROADVN", "GOV", "TINHSO", "LGSP"), "DKKD")
    assert request.client == ClientId("XROADVN", "GOV", "TEST235", "HATEST")
    assert (request.service_path, request.query) == ("", "")


def test_t02_an_encoded_slash_stays_within_its_part() -> None:
    request = accepted(target="/r1/I/C/M/S/HO%2FSO/tra-cuu")
    assert request.service.code == "HO/SO"
    assert request.service_path == "/tra-cuu"
    assert "/r1/I/C/M/S/HO%2FSO/tra-cuu" in rest.head(request).decode()


def test_t05_of_two_clients_the_last_is_used() -> None:
    request = accepted(headers=[("X-Road-Client", "I/C/first/S"), ("x-road-client", "I/C/last/S")])
    assert request.client.member_code == "last"
    assert request.header("X-ROAD-CLIENT") == "I/C/last/S"


def test_t06_a_request_without_client_is_refused() -> None:
    with pytest.raises(Fault) as caught:
        accepted(headers=[("Accept", "*/*")])
    assert caught.value.code == "client.invalid_client_identifier"
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "target",
    [
        "/r1/only/three",
        "/r1",
        "/r1/",
        "/r1/I/C/M/S",
        "/r1/I/C/M/S/",
        "/r1//C/M/S/x",
        "r1/I/C/M/S/x",
        "",
        "*",
        "/",
    ],
)
def test_t07_a_path_that_names_no_service_is_refused(target: str) -> None:
    with pytest.raises(Fault) as caught:
        accepted(target=target)
    assert caught.value.status == 400


def test_t08_another_version_is_not_read_and_another_path_is_not_rest() -> None:
    with pytest.raises(Fault, match="invalid_protocol_version"):
        accepted(target="/r2/I/C/M/S/x")
    assert rest.is_rest("/r1/I/C/M/S/x")
    assert rest.is_rest("/r2/I/C/M/S/x")
    assert not rest.is_rest("/")
    assert not rest.is_rest("/rest/I/C/M/S/x")
    assert not rest.is_rest("/listClients")


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (f"{FIRMS}?a=1&a=2&b=%2F+%20", "/v1/firms", "a=1&a=2&b=%2F+%20"),
        (f"{FIRMS}?", "/v1/firms", ""),
        (f"{FIRMS}?a=b?c/d//e", "/v1/firms", "a=b?c/d//e"),
        ("/r1/I/C/M/S/x/path%3B/", "/path%3B/", ""),
        ("/r1/I/C/M/S/x/", "/", ""),
        ("/r1/I/C/M/S/x", "", ""),
        ("/r1/I/C/M/S/x/a//b/", "/a//b/", ""),
    ],
)
def test_t12_t13_t14_path_and_query_are_untouched(target: str, path: str, query: str) -> None:
    request = accepted(target=target)
    assert (request.service_path, request.query) == (path, query)
    assert rest.head(request).split(b"\r\n")[1] == target.encode()


@pytest.mark.parametrize("verb", sorted(rest.VERBS))
def test_t15_all_eight_verbs(verb: str) -> None:
    assert accepted(verb).verb == verb


@pytest.mark.parametrize("verb", ["PROPFIND", "get", "", "GET ", "CONNECT"])
def test_t15_any_other_verb_is_refused(verb: str) -> None:
    with pytest.raises(Fault, match="bad_request"):
        accepted(verb)


def test_t22_headers_of_the_connection_do_not_pass_in_either_direction() -> None:
    noise = [(name.title(), "x") for name in sorted(rest.REMOVED)]
    request = accepted(headers=[*noise, CLIENT])
    assert [name for name, _ in request.headers] == ["X-Road-Client", "x-road-request-id", "x-road-id"]
    answer = rest.answer_headers(noise, request, "h")
    assert [name for name, _ in answer] == [
        *("x-road-id", "x-road-client", "x-road-service", "x-road-request-id", "x-road-request-hash")
    ]


def test_t23_t29_t30_other_headers_pass_with_case_and_order() -> None:
    own = [
        *(("Authorization", "Bearer e30.e30."), ("x-CUSTOM", " padded"), ("Cache-Control", "no-store")),
        *(("Location", "http://a/b"), ("ETag", '"1"'), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    ]
    request = accepted(headers=[*own, CLIENT])
    assert request.headers[:7] == own
    answer = rest.answer_headers(own, request, "h")
    assert answer[:7] == own
    assert rest.client_headers(Response(302, "Found", answer))[:7] == own


def test_t24_a_message_id_is_kept_or_made() -> None:
    kept = accepted(headers=[CLIENT, ("X-Road-Id", "mine")])
    assert kept.message_id == "mine"
    assert [name for name, _ in kept.headers].count("x-road-id") == 0
    assert kept.headers[-1] == ("x-road-request-id", REQUEST_ID)
    made = accepted()
    assert made.message_id == f"XROADVN-{MADE_ID}"
    assert made.headers[-2:] == [("x-road-request-id", REQUEST_ID), ("x-road-id", made.message_id)]


def test_a_message_id_that_the_log_cannot_hold_is_refused() -> None:
    assert accepted(headers=[CLIENT, ("X-Road-Id", "a" * 255)]).message_id == "a" * 255
    with pytest.raises(Fault, match="X-Road-Id"):
        accepted(headers=[CLIENT, ("X-Road-Id", "a" * 256)])


def test_t25_ids_and_hash_that_a_client_sends_are_ignored() -> None:
    request = accepted(headers=[("X-Road-Request-Id", "forged"), ("X-Road-Request-Hash", "forged"), CLIENT])
    assert request.request_id == REQUEST_ID
    assert "forged" not in rest.head(request).decode()


def test_t26_what_a_service_says_of_the_exchange_is_replaced() -> None:
    request = accepted()
    forged = [
        *(("X-Road-Id", "forged"), ("X-Road-Client", "forged"), ("X-Road-Service", "forged")),
        *(("X-Road-Request-Id", "forged"), ("X-Road-Request-Hash", "forged"), ("X-Road-Error", "forged")),
    ]
    answer = rest.answer_headers(forged, request, "hash")
    assert "forged" not in dict(answer).values()
    assert len(answer) == 5
    assert ("X-Road-Error", "forged") not in rest.client_headers(Response(200, "OK", forged))


def test_t27_one_date_reaches_the_client() -> None:
    dated = [("Date", "first"), ("date", "second")]
    answer = rest.answer_headers(dated, accepted(), "h")
    assert [value for name, value in answer if name.lower() == "date"] == ["first"]
    assert rest.client_headers(Response(200, "OK", dated)) == [("Date", "first")]


def test_t28_response_ids_are_encoded_and_in_order() -> None:
    request = accepted(target="/r1/I/C/M/S/HO%2fSO%c3%b6", headers=[("X-Road-Client", "I/C/M/a%20b")])
    assert rest.answer_headers([], request, "hash") == [
        ("x-road-id", request.message_id),
        ("x-road-client", "I/C/M/a%20b"),
        ("x-road-service", "I/C/M/S/HO%2FSO%C3%B6"),
        ("x-road-request-id", REQUEST_ID),
        ("x-road-request-hash", "hash"),
    ]


def test_t32_the_same_message_id_twice_gives_two_hashes() -> None:
    def hash_of(request_id: str) -> str:
        request = rest.accept_request(
            "GET", FIRMS, [CLIENT, ("X-Road-Id", "same")], new_uuid=lambda: request_id
        )
        return rest.request_hash(rest.head(request), None)

    assert hash_of("1") != hash_of("2")


def test_t33_an_answer_to_this_very_request_passes() -> None:
    request = accepted("POST")
    rest.check_answer(request, answered(request, "hash"), "hash")


@pytest.mark.parametrize(
    "changed",
    [
        *({"x-road-id": "other"}, {"x-road-client": "I/C/M/S"}, {"x-road-service": "I/C/M/S/x"}),
        *({"x-road-request-id": "other"}, {"x-road-request-hash": "other"}, {"x-road-client": "%"}),
    ],
    ids=str,
)
def test_t33_an_answer_to_something_else_is_refused(changed: dict[str, str]) -> None:
    request = accepted("POST")
    with pytest.raises(Fault) as caught:
        rest.check_answer(request, answered(request, "hash", **changed), "hash")
    assert caught.value.code == "server.clientproxy.inconsistent_response"
    assert caught.value.status == 500


def test_t33_an_answer_without_ids_is_refused() -> None:
    with pytest.raises(Fault, match="inconsistent_response"):
        rest.check_answer(accepted(), Response(200, "OK", []), "hash")


@pytest.mark.parametrize("change", ["body", "header", "order", "service"])
def test_t33_any_change_on_the_way_changes_the_hash(change: str) -> None:
    headers = [("Accept", "text/plain"), ("X-One", "1"), CLIENT]
    before = accepted("POST", headers=headers)
    body = BODY
    after_headers = list(headers)
    target = FIRMS
    match change:
        case "body":
            body = BODY + b" "
        case "header":
            after_headers[1] = ("X-One", "2")
        case "order":
            after_headers[:2] = reversed(headers[:2])
        case _:
            target = FIRMS.replace("DKKD", "DKKE")
    after = accepted("POST", target, after_headers)
    assert rest.request_hash(rest.head(before), sha512(BODY).digest()) != rest.request_hash(
        rest.head(after), sha512(body).digest()
    )


def test_user_issue_party_and_server_are_read() -> None:
    request = accepted(
        headers=[
            *(CLIENT, ("X-Road-UserId", "VN079"), ("X-Road-Issue", "H01-1")),
            *(("X-Road-Represented-Party", "GOV/H01"), ("X-Road-Security-Server", "XROADVN/GOV/TINHSO/AG1")),
        ]
    )
    assert (request.user_id, request.issue) == ("VN079", "H01-1")
    assert request.represented_party == ("GOV", "H01")
    assert request.security_server == ServerId("XROADVN", "GOV", "TINHSO", "AG1")
    for name, value in (("X-Road-Represented-Party", "a/b/c"), ("X-Road-Security-Server", "a/b/c")):
        with pytest.raises(Fault):
            accepted(headers=[CLIENT, (name, value)])


@pytest.mark.parametrize("bad", ["a\r\nX-Road-Client:I/C/M/S", "a\nb", "a\rb", "a\x00b", "\ud800"])
def test_no_header_can_smuggle_another_into_the_bytes(bad: str) -> None:
    with pytest.raises(Fault):
        rest.head(accepted(headers=[CLIENT, ("X-A", bad)]))
    with pytest.raises(Fault):
        rest.head(Response(200, bad, []))


@pytest.mark.parametrize(
    "target", [f"{FIRMS} HTTP/1.1", f"{FIRMS}\r\nX:1", f"{FIRMS}#a", f"{FIRMS}/Hộ", f"{FIRMS}?\x00"]
)
def test_a_target_that_no_request_line_can_hold_is_refused(target: str) -> None:
    with pytest.raises(Fault):
        accepted(target=target)


@pytest.mark.parametrize("name", sorted(rest.REMOVED))
def test_a_peer_cannot_send_a_header_that_never_passes(name: str) -> None:
    with pytest.raises(Fault, match="invalid_rest"):
        rest.read_request(HEAD_A + f"{name.upper()}:1\r\n".encode())
    with pytest.raises(Fault, match="invalid_rest"):
        rest.read_response(f"200\r\nOK\r\n{name}:1\r\n".encode())


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"\r\n", b"GET\r\n", HEAD_A[:-1], HEAD_A[:-2], HEAD_A + b"\r\n", HEAD_A + b"no colon\r\n"),
        *(HEAD_A + b":empty\r\n", HEAD_A + b"a b:1\r\n", HEAD_A + b"a:\xff\r\n", HEAD_A + b"a:b\nc:d\r\n"),
        *(HEAD_A + b"a:b\rc\r\n", HEAD_A + b"a:\x00\r\n", HEAD_A.replace(b"GET", b"get")),
    ],
)
def test_a_head_that_is_not_exactly_one_is_refused(raw: bytes) -> None:
    with pytest.raises(Fault):
        rest.read_request(raw)


@pytest.mark.parametrize("code", ["20", "2000", "abc", "-20", "²00", "099", ""])
def test_a_status_that_is_no_status_is_refused(code: str) -> None:
    with pytest.raises(Fault):
        rest.read_response(f"{code}\r\nOK\r\n".encode())


def test_a_response_is_read_back_with_its_reason_and_values() -> None:
    raw = b"404\r\nNot Found\r\nX-A: padded:and:colons \r\nEmpty:\r\n"
    response = rest.read_response(raw)
    assert (response.code, response.reason) == (404, "Not Found")
    assert response.headers == [("X-A", " padded:and:colons "), ("Empty", "")]
    assert response.header("x-a") == " padded:and:colons "
    assert response.header("missing") is None
    assert rest.head(response) == raw
    assert rest.is_response(raw)


NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ-_0123456789", min_size=1, max_size=20).filter(
    lambda name: not name.lower().startswith("x-road") and name.lower() not in rest.REMOVED
)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)


@given(
    st.sampled_from(sorted(rest.VERBS)),
    st.lists(st.tuples(NAMES, VALUES), max_size=8),
    st.text("abc/%2F.?&=+~", max_size=20),
)
def test_what_is_accepted_reads_back_at_the_peer(verb: str, headers: Headers, rest_of_target: str) -> None:
    tail = f"/{rest_of_target}" if rest_of_target else ""
    request = accepted(verb, f"/r1/I/C/M/S/x{tail}", [*headers, CLIENT])
    raw = rest.head(request)
    read = rest.read_request(raw)
    assert rest.head(read) == raw
    assert (read.verb, read.target, read.headers) == (request.verb, request.target, request.headers)
    assert (read.message_id, read.request_id) == (request.message_id, request.request_id)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_head_or_a_fault(raw: bytes) -> None:
    for prefix in (b"", HEAD_A, b"200\r\nOK\r\n"):
        for read in (rest.read_request, rest.read_response):
            try:
                message = read(prefix + raw)
            except Fault:
                continue
            assert rest.head(message) == prefix + raw
