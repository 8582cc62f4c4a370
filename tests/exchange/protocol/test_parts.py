"""Multipart streams cut anywhere, nested, broken, endless (exchange protocol §8, §9)."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.protocol import parts
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.parts import Done, PartBegin, PartData, PartEnd, PartReader

Whole = list[tuple[list[tuple[str, str]], bytes]]


def written(boundary: str, whole: Whole) -> bytes:
    made = [parts.part_begin(boundary, headers) + data + parts.part_end for headers, data in whole]
    return b"".join(made) + parts.closing(boundary)


def read(boundary: str, chunks: list[bytes]) -> Whole:
    reader = PartReader(boundary)
    found: Whole = []
    seen_done = 0
    is_open = False
    for chunk in chunks:
        for event in reader.feed(chunk):
            match event:
                case PartBegin():
                    assert not is_open
                    is_open = True
                    found.append((list(event.headers), b""))
                case PartData():
                    assert is_open
                    assert event.data
                    found[-1] = (found[-1][0], found[-1][1] + event.data)
                case PartEnd():
                    assert is_open
                    is_open = False
                case Done():
                    seen_done += 1
    reader.finish()
    assert seen_done == 1
    assert not is_open
    return found


def cut(raw: bytes, sizes: list[int]) -> list[bytes]:
    chunks, at, index = [], 0, 0
    while at < len(raw):
        size = sizes[index % len(sizes)]
        chunks.append(raw[at : at + size])
        at += size
        index += 1
    return chunks


PIECES = st.sampled_from(
    [
        b"\r",
        b"\n",
        b"\r\n",
        b"-",
        b"--",
        b"bd",
        b"x",
        b"\r\n--bdx",
        b"\r\n--b",
        b"\r\n--bd x",
        b"\r\n--bd-x",
        b"\x00",
    ]
)
DATA = st.lists(PIECES, max_size=15).map(b"".join)
HEADERS = st.lists(st.sampled_from([("Content-Type", "text/xml"), ("X-A", "b c"), ("x", "")]), max_size=3)


def is_unmistakable(data: bytes) -> bool:
    """Whether the data holds no line that is a boundary."""
    lines = (data + b"\r\n").split(b"\r\n")[1:]
    return not any(line.rstrip(b" \t") == b"--bd" or line.startswith(b"--bd--") for line in lines)


@given(
    st.lists(st.tuples(HEADERS, DATA.filter(is_unmistakable)), min_size=1, max_size=4),
    st.lists(st.integers(1, 12), min_size=1, max_size=5),
)
def test_parts_read_back_wherever_the_stream_is_cut(whole: Whole, sizes: list[int]) -> None:
    raw = written("bd", whole)
    assert read("bd", [raw]) == whole
    assert read("bd", cut(raw, sizes)) == whole


def test_the_message_of_a_peer_comes_in_its_order() -> None:
    kinds = ["application/ocsp-response", "application/x-road-rest-request", "application/x-road-rest-body"]
    raw = written("b-1", [([("content-type", kind)], kind.encode()) for kind in kinds])
    begun = [event for event in PartReader("b-1").feed(raw) if isinstance(event, PartBegin)]
    assert [event.content_type for event in begun] == kinds
    assert begun[0].header("Content-Type") == kinds[0]
    assert begun[0].header("missing") == ""


def test_parts_within_a_part_pass_as_data() -> None:
    inner = written("outer-inner", [([], b"one"), ([], b"two")])
    raw = written("outer", [([("Content-Type", 'multipart/mixed; boundary="outer-inner"')], inner)])
    for chunks in ([raw], cut(raw, [1])):
        [(headers, data)] = read("outer", chunks)
        assert data == inner
    assert read(parts.boundary_of(headers[0][1]), [data]) == [([], b"one"), ([], b"two")]


def test_preamble_padding_folding_and_epilogue_are_read_as_mime_has_them() -> None:
    raw = b"hello\r\n--b \t\r\nContent-Type: TEXT/XML;\r\n charset=utf-8\r\n\r\ndata\r\n--b--\r\nbye"
    [(headers, data)] = read("b", [raw])
    assert headers == [("Content-Type", "TEXT/XML; charset=utf-8")]
    assert data == b"data"


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b"",
            b"--b",
            b"--b\r\n",
            b"--b\r\n\r\ndata",
            b"--b\r\n\r\ndata\r\n--b",
            b"--b\r\n\r\ndata\r\n--b\r\n",
        ),
        *(
            b"--b\r\nno colon\r\n\r\n",
            b"--b\r\n: x\r\n\r\n",
            b"--b\r\na: \xff\r\n\r\n",
            b"--b\r\na b: c\r\n\r\n",
        ),
        *(
            b"--b\r\na: b\nc: d\r\n\r\n",
            b"--b\r\na: b\rc\r\n\r\n",
            b"x" * 5000,
            b"--b\r\na: " + b"x" * 20_000,
        ),
        *(
            b"--b\r\n\r\n\r\n" * 100,
            b"--b--" + b"x" * 5000,
            b"--b\r\n b: c\r\n\r\n",
            b"--b\r\na: \x00\r\n\r\n",
        ),
    ],
    ids=lambda raw: repr(raw[:30]),
)
def test_what_is_cut_broken_or_endless_is_refused(raw: bytes) -> None:
    for chunks in ([raw], cut(raw, [7])):
        reader = PartReader("b")
        with pytest.raises(Fault) as caught:
            for chunk in chunks:
                reader.feed(chunk)
            reader.finish()
        assert caught.value.code == "mime_parsing_failed"


@pytest.mark.parametrize(
    "line", [b"x" * 65536, b"\r\n--" * 16384, b"\r" * 65536, b"\r\n--b x" * 9000, b"\r\n--bx" * 9000]
)
def test_a_body_of_many_mebibytes_is_handed_on_and_not_held(line: bytes) -> None:
    reader = PartReader("b")
    reader.feed(b"--b\r\n\r\n")
    passed = 0
    tracemalloc.start()
    for _ in range(200):
        passed += sum(len(event.data) for event in reader.feed(line) if isinstance(event, PartData))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held < 2_000_000
    assert passed > 200 * len(line) - 200


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\r\n\r\nb", "a\nb", "a\rb", "a\r\n"])
def test_no_header_of_a_part_can_hold_a_line_end(value: str) -> None:
    with pytest.raises(Fault):
        parts.part_begin("b", [("A", value)])


def test_a_boundary_is_read_quoted_or_not() -> None:
    assert parts.boundary_of("multipart/mixed; boundary=abc") == "abc"
    assert parts.boundary_of('Multipart/Related; type="text/xml"; BOUNDARY="a b:c"; start="<x>"') == "a b:c"
    assert parts.parameters('text/xml; charset="UTF-8"') == ("text/xml", {"charset": "UTF-8"})


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/xml",
        "multipart/mixed",
        "multipart/mixed; boundary=",
        f"multipart/mixed; boundary={'a' * 71}",
        'multipart/mixed; boundary="a\r\nb"',
        "multipart/mixed; boundary=ồ",
    ],
)
def test_a_boundary_that_is_none_is_refused(content_type: str) -> None:
    with pytest.raises(Fault, match="invalid_content_type"):
        parts.boundary_of(content_type)


def test_a_reader_refuses_a_boundary_that_mime_does_not_allow() -> None:
    for boundary in ("", "a\r\n", "a ", "a" * 71):
        with pytest.raises(Fault):
            PartReader(boundary)


@given(st.binary(max_size=400), st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_any_bytes_are_parts_or_a_fault_however_they_are_cut(raw: bytes, sizes: list[int]) -> None:
    def outcome(chunks: list[bytes]) -> Whole | None:
        try:
            return read("b", chunks)
        except Fault:
            return None

    for prefix in (b"", b"--b\r\n", b"--b\r\n\r\n"):
        assert outcome([prefix + raw]) == outcome(cut(prefix + raw, sizes))


@given(st.text(max_size=80))
def test_any_content_type_has_parameters_or_is_a_fault(content_type: str) -> None:
    try:
        boundary = parts.boundary_of(content_type)
    except Fault:
        return
    PartReader(boundary)
