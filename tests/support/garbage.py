"""Bytes that are nearly right, for parsers of what comes from outside."""

from __future__ import annotations

from hypothesis import strategies as st

FRAGMENTS = (
    *(b"", b"\x00", b"\xff\xfe", b"\xc3", b" ", b"\r\n", b"\r\n\r\n", b":", b"--", b"#"),
    *(b"/", b"../", b"%", b"%00"),
    *(b"<!-- x -->", b"<?x y?>", b"<!DOCTYPE x>", b"&x;", b"&#1;", b"<a xmlns='b'/>", b"<a xmlns:r='b'/>"),
    *(b"{}", b"[" * 3000, b'"\\ud800"', b"9" * 5000, b"-1", b"1e999"),
    *(b"\x30\x84\xff\xff\xff\xff", b"\x30\x80"),
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, *samples: bytes) -> bytes:
    """A sample that is changed at a few places, or any bytes."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    data = draw(st.sampled_from(samples))
    for _time in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.sampled_from((0, 0, 1, 2, 7, 100))))
        piece = draw(st.one_of(st.sampled_from(FRAGMENTS), st.binary(min_size=1, max_size=3)))
        data = data[:begin] + piece + data[end:]
    return data
