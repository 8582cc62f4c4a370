"""Bodies of HTTP messages: however the bytes are cut, the same body comes out, and no byte more."""

from __future__ import annotations

from itertools import pairwise

import httptools
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinhso.exchange.gateway.bodies import LAST_CHUNK, Body, Chunked, Counted, Endless, chunk
from tinhso.exchange.gateway.heads import BadMessage


def fed(body: Body, data: bytes, cuts: list[int]) -> tuple[bytes, bytes]:
    """Body and what follows it, the data coming in pieces cut at these places."""
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    got, rest = b"", b""
    for start, stop in pairwise(edges):
        if body.done:
            rest += data[start:stop]
        else:
            piece, rest = body.feed(data[start:stop])
            got += piece
    return got, rest


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=10), st.lists(st.integers(0, 400)), st.binary())
def test_chunks_come_out_however_they_are_cut(pieces: list[bytes], cuts: list[int], after: bytes) -> None:
    body = Chunked()
    raw = b"".join(map(chunk, pieces)) + LAST_CHUNK
    assert fed(body, raw + after, cuts) == (b"".join(pieces), after)
    assert body.done


@given(st.binary(max_size=100), st.binary(max_size=100), st.lists(st.integers(0, 200)))
def test_counted_body_ends_at_its_length(mine: bytes, after: bytes, cuts: list[int]) -> None:
    body = Counted(len(mine))
    if not mine:
        assert body.done
        return
    assert fed(body, mine + after, cuts) == (mine, after)
    assert body.done


def test_endless_body_takes_everything() -> None:
    body = Endless()
    assert body.feed(b"abc") == (b"abc", b"")
    assert not body.done


@pytest.mark.parametrize(
    "raw",
    [
        b"3\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\n0\r\n\r\n",
        b"3\r\nabcd\r\n0\r\n\r\n",
        b"3\r\nab\r\n0\r\n\r\n",
        b"0x3\r\nabc\r\n",
        b"+3\r\nabc\r\n",
        b"-3\r\nabc\r\n",
        b" 3\r\nabc\r\n",
        b"3 \r\nabc\r\n",
        b"3 ;a=b\r\nabc\r\n",
        b"\r\nabc\r\n",
        b"g\r\n",
        b"\xef\xbc\x93\r\nabc\r\n",
        b"1" * 16 + b"\r\n",
        b"3;a=\x00\r\nabc\r\n",
        b"3;a=\r\r\nabc\r\n",
        b"3;" + b"a" * 400 + b"\r\n",
        b"3;" + b"a" * 400,
        b"3\r\nabcXX",
        b"3\r\nabcX",
        b"0\r\nX: " + b"a" * 9_000 + b"\r\n\r\n",
        b"0\r\n" + b"X: a\r\n" * 2_000 + b"\r\n",
        b"0\r\nX: a\nb\r\n\r\n",
        b"0\r\nX: \x00\r\n\r\n",
        b"0\r\n" + b"X" * 9_000,
    ],
)
def test_chunk_that_another_reader_may_read_otherwise_is_refused(raw: bytes) -> None:
    with pytest.raises(BadMessage):
        Chunked().feed(raw)


def test_many_chunk_extensions_are_refused() -> None:
    body = Chunked()
    with pytest.raises(BadMessage, match="extensions"):
        body.feed(b"1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n" * 100)


def test_few_extensions_and_trailers_are_dropped() -> None:
    raw = b'3;name="value"\r\nabc\r\n0\r\nX-Road-Client: forged\r\n\r\nGET'
    assert Chunked().feed(raw) == (b"abc", b"GET")


class Parsed:
    def __init__(self) -> None:
        self.body = b""
        self.whole = False

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.whole = True


HEX = st.text("0123456789abcdefABCDEF", min_size=1, max_size=2).map(str.encode)
NOISE = st.one_of(HEX, st.sampled_from([b"\r\n", b"\n", b";", b"a=b", b" ", b"0", b"x", b"0\r\n\r\n"]))


@given(st.lists(NOISE, max_size=20))
@example([b"0", b"\r\n", b"0\r\n\r\n"])
@example([b"0\r\n", b"a=b", b"\r\n", b"\r\n"])
def test_what_we_read_another_strict_reader_reads_the_same(noise: list[bytes]) -> None:
    """llhttp is the second opinion: where we find a whole body, so does it, and the same one."""
    raw = b"".join(noise)
    body = Chunked()
    try:
        got, rest = body.feed(raw)
    except BadMessage:
        return
    if not body.done:
        return
    other = Parsed()
    parser = httptools.HttpRequestParser(other)
    parser.feed_data(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    parser.feed_data(raw[: len(raw) - len(rest)])
    assert (other.whole, other.body) == (True, got)
