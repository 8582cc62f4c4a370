"""Heads of HTTP messages: nothing that two readers may read in two ways is let in or out."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.gateway.heads import BadMessage, read_answer, read_request, told_length, write_head

HOST = b"GET /r1/VN/GOV HTTP/1.1\r\nHost: a\r\n"


def refused(head: bytes) -> int:
    with pytest.raises(BadMessage) as found:
        read_request(head, most_headers=100)
    return found.value.status


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Content-Length: 3\r\nContent-Length: 3\r\n",
        b"Content-Length: 3, 3\r\n",
        b"Content-Length: +3\r\n",
        b"Content-Length: -3\r\n",
        b"Content-Length: 0x3\r\n",
        b"Content-Length: 3 4\r\n",
        b"Content-Length:\r\n",
        b"Content-Length: 99999999999999999999999999\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding\t: chunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b" Transfer-Encoding: chunked\r\n",
        b"X-A: 1\r\n folded\r\n",
        b"X-A: 1\r\n\tfolded\r\n",
        b"X-A: 1\nX-B: 2\r\n",
        b"X-A: 1\rX-B: 2\r\n",
        b"X-A: 1\x00\r\n",
        b"X-A: \x7f\r\n",
        b"X\x00A: 1\r\n",
        b"X A: 1\r\n",
        b"X(A): 1\r\n",
        b": 1\r\n",
        b"no colon\r\n",
        b"Host: b\r\n",
        b"Expect: 200-ok\r\n",
        b"X-A: \xff\xfe\r\n",
    ],
)
def test_ambiguous_header_is_refused(lines: bytes) -> None:
    assert refused(HOST + lines + b"\r\n") in (400, 417, 501)


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\n",
        b"GET  / HTTP/1.1\r\n",
        b"GET /\tx HTTP/1.1\r\n",
        b"GET /a b HTTP/1.1\r\n",
        b"GET / HTTP/1.1 \r\n",
        b"GET / HTTP/2.0\r\n",
        b"GET / HTTP/0.9\r\n",
        b"GET / HTTP/1.2\r\n",
        b"GET /\r\n",
        b"GET\r\n",
        b"get / HTTP/1.1\r\n",
        b"LOOK / HTTP/1.1\r\n",
        b"GET http://elsewhere/ HTTP/1.1\r\n",
        b"GET //a@b\x80 HTTP/1.1\r\n",
        b"GET * HTTP/1.1\r\n",
        b"CONNECT a:443 HTTP/1.1\r\n",
        b"PRI * HTTP/2.0\r\n",
        b"\x16\x03\x01\r\n",
    ],
)
def test_request_line_that_cannot_be_served_is_refused(line: bytes) -> None:
    assert refused(line + b"Host: a\r\n\r\n") in (400, 505)


def test_request_without_host_is_refused() -> None:
    assert refused(b"GET / HTTP/1.1\r\nX-A: 1\r\n\r\n") == 400


def test_ten_thousand_headers_are_refused_before_they_are_read() -> None:
    assert refused(HOST + b"X: 1\r\n" * 10_000 + b"\r\n") == 431


def test_case_order_repetition_and_raw_target_are_kept() -> None:
    found = read_request(
        b"PATCH /r1/a%2Fb/%2e%2e//x/?q=%C3%A1&%zz[]|\\ HTTP/1.1\r\nhOsT: a\r\nX-b: 1\r\nX-A:   2 \t\r\n"
        b"X-B: \r\nx-b: V\xc5\xa9 H\xe1\xba\xa3i\r\n\r\n",
        most_headers=10,
    )
    assert found.verb == "PATCH"
    assert found.target == "/r1/a%2Fb/%2e%2e//x/?q=%C3%A1&%zz[]|\\"
    assert found.headers == [("hOsT", "a"), ("X-b", "1"), ("X-A", "2"), ("X-B", ""), ("x-b", "Vũ Hải")]


@pytest.mark.parametrize(
    ("target", "path"),
    [("http://a:81/r1/x?y=1", "/r1/x?y=1"), ("http://A:81", "/"), ("http://a:81?x", "/?x")],
)
def test_an_absolute_target_of_the_named_host_is_its_path(target: str, path: str) -> None:
    head = f"POST {target} HTTP/1.1\r\nHost: a:81\r\n\r\n".encode()

    assert read_request(head, most_headers=9).target == path


@pytest.mark.parametrize(
    "target", ["http://b/r1/x", "http://a@b/", "ftp://a/", "http:///x", "a/b", "http://"]
)
def test_an_absolute_target_of_another_host_is_refused(target: str) -> None:
    with pytest.raises(BadMessage):
        read_request(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode(), most_headers=9)


def test_old_http_gets_one_answer_and_no_chunks() -> None:
    assert not read_request(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", most_headers=9).keep_alive
    assert refused(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400


def test_upgrade_is_not_followed() -> None:
    found = read_request(HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", most_headers=9)
    assert found.headers[-1] == ("Upgrade", "h2c")
    assert (found.length, found.chunked) == (0, False)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 700 OK\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
    ],
)
def test_ambiguous_answer_is_refused(head: bytes) -> None:
    with pytest.raises(BadMessage):
        read_answer(head, most_headers=10)


def test_answer_keeps_its_reason_and_headers_of_an_older_alphabet() -> None:
    found = read_answer(
        b"HTTP/1.1 404 Kh\xc3\xb4ng th\xe1\xba\xa5y\r\nX-Old: caf\xe9\r\n\r\n", most_headers=9
    )
    assert (found.status, found.reason, found.headers) == (404, "Không thấy", [("X-Old", "café")])
    assert found.length is None


@pytest.mark.parametrize(
    ("first", "headers"),
    [
        ("HTTP/1.1 200 OK\r\nX: y", []),
        ("HTTP/1.1 200 OK", [("X-A", "1\r\nSet-Cookie: a")]),
        ("HTTP/1.1 200 OK", [("X-A", "1\n")]),
        ("HTTP/1.1 200 OK", [("X-A", "1\r")]),
        ("HTTP/1.1 200 OK", [("X-A", "1\0")]),
        ("HTTP/1.1 200 OK", [("X-A\r\nX-B", "1")]),
        ("HTTP/1.1 200 OK", [("X-A:", "1")]),
        ("HTTP/1.1 200 OK", [("X A", "1")]),
        ("HTTP/1.1 200 OK", [("", "1")]),
        ("HTTP/1.1 200 OK", [("X-A", "\udcff")]),
    ],
)
def test_head_that_would_end_its_line_early_is_not_written(
    first: str, headers: list[tuple[str, str]]
) -> None:
    with pytest.raises(ValueError, match=r"header|surrogates"):
        write_head(first, headers, "")


def test_framing_of_others_is_left_out_and_ours_written_last() -> None:
    headers = [
        ("TRANSFER-encoding", "chunked"),
        ("x-A", "1"),
        ("Content-Length", "9"),
        ("Connection", "close"),
    ]
    assert write_head("HTTP/1.1 200 OK", headers, "Content-Length: 3\r\n") == (
        b"HTTP/1.1 200 OK\r\nx-A: 1\r\nContent-Length: 3\r\n\r\n"
    )
    assert told_length(headers) == 9
    assert told_length([]) is None


NAME = st.text("abcXYZ-_09!#$%&'*+.^`|~", min_size=1, max_size=20).filter(
    lambda name: (
        name.lower() not in {"te", "host", "expect", "upgrade", "trailer", "connection", "keep-alive"}
    )
)
VALUE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x7f"), max_size=40).map(
    lambda value: value.strip(" \t")
)


@given(st.lists(st.tuples(NAME, VALUE), max_size=30))
def test_what_is_written_is_read_the_same(headers: list[tuple[str, str]]) -> None:
    raw = write_head("POST /a?b HTTP/1.1", [("Host", "a"), *headers], "")
    assert read_request(raw, most_headers=100).headers == [("Host", "a"), *headers]


@given(st.binary(max_size=300), st.integers(0, 60))
def test_no_bytes_make_the_reader_fail_otherwise(noise: bytes, at: int) -> None:
    head = HOST + b"Content-Length: 10\r\nX-Road-Client: VN/GOV/H01/S\r\n\r\n"
    for spoiled in (noise + b"\r\n\r\n", head[:at] + noise + head[at:], head[:at] + noise + head[at + 5 :]):
        with contextlib.suppress(BadMessage):
            read_request(spoiled, most_headers=50)
        with contextlib.suppress(BadMessage):
            read_answer(spoiled, most_headers=50)
