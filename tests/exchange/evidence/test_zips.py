"""ZIP files say one thing only: what can be read in two ways is refused (exchange protocol §13)."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.evidence import zips
from tinhso.exchange.evidence.errors import BadEvidence

AT = datetime(2026, 11, 24, 3, 0, 1, tzinfo=UTC)
FILES = {"mimetype": b"zip", "a/b.xml": b"<x/>" * 1000, "rong": b""}


def made(comment: str = "ghi chú") -> bytes:
    sink = io.BytesIO()
    writer = zips.Writer(sink, comment=comment)
    for name, content in FILES.items():
        writer.add(name, content, at=AT)
    writer.add_pieces("lon", lambda: [b"x" * 3_000_000, b"", b"y"], at=AT)
    writer.add_stored("nguyên", lambda: [b"abc", b"def"], at=AT)
    assert writer.close() == len(sink.getvalue())
    return sink.getvalue()


DATA = made()


def refused(data: bytes) -> None:
    with pytest.raises(BadEvidence) as caught:
        for entry in zips.entries(data).values():
            entry.read(10_000_000)
            for _ in entry.chunks():
                pass
    assert caught.value.code == "asic_invalid_container"


def test_what_was_written_is_read_here_and_by_others() -> None:
    found = zips.entries(DATA)
    assert {name: found[name].read(10_000) for name in FILES} == FILES
    assert found["lon"].read(4_000_000) == b"x" * 3_000_000 + b"y"
    assert b"".join(found["lon"].chunks()) == b"x" * 3_000_000 + b"y"
    assert found["nguyên"].is_stored
    assert bytes(found["nguyên"].packed()) == b"abcdef"
    assert b"".join(found["nguyên"].chunks()) == b"abcdef"
    assert {entry.at for entry in found.values()} == {AT}
    with zipfile.ZipFile(io.BytesIO(DATA)) as other:
        assert other.testzip() is None
        assert other.namelist() == list(found)
        assert other.comment.decode() == "ghi chú"
        assert other.getinfo("mimetype").date_time == (2026, 11, 24, 3, 0, 0)


def test_the_same_files_make_the_same_bytes() -> None:
    assert made() == DATA


def test_what_others_wrote_is_read() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as other:
        other.writestr(zipfile.ZipInfo("mot", (2026, 11, 24, 3, 0, 2)), b"1" * 500)
        other.writestr("hai", b"2")
    found = zips.entries(sink.getvalue())
    assert (found["mot"].read(500), found["hai"].read(1)) == (b"1" * 500, b"2")
    assert found["mot"].at == AT + timedelta(seconds=1)


def test_a_bomb_is_not_unpacked() -> None:
    sink = io.BytesIO()
    writer = zips.Writer(sink)
    writer.add("bom", b"\0" * 5_000_000, at=AT)
    writer.close()
    entry = zips.entries(sink.getvalue())["bom"]
    with pytest.raises(BadEvidence):
        entry.read(1_000_000)
    lying = sink.getvalue().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 1000))
    refused(lying)


def spliced(at: int, new: bytes, data: bytes = DATA) -> bytes:
    return data[:at] + new + data[at + len(new) :]


CENTRAL = DATA.index(b"PK\x01\x02")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        DATA[1:],
        DATA[:-1],
        DATA + b"\0",
        b"#!" + DATA,
        spliced(0, b"XX"),
        spliced(30, b"mimetypE"),
        spliced(CENTRAL + 46, b"mimetypE"),
        spliced(CENTRAL, b"PK\x01\x03"),
        spliced(CENTRAL + 8, b"\x01\x00"),
        spliced(CENTRAL + 10, b"\x09\x00"),
        spliced(CENTRAL + 16, b"\x00\x00\x00\x00"),
        spliced(CENTRAL + 34, b"\x01\x00"),
        spliced(CENTRAL + 42, b"\x05\x00\x00\x00"),
        spliced(CENTRAL + 54, b"\x75\x70"),
        spliced(38, b"\x01\x00"),
        DATA.replace(b"PK\x07\x08", b"PK\x07\x09"),
        DATA.replace(b"nguy\xc3\xaan", b"nguy\xff\xffn"),
        DATA.replace(b"abcdef", b"abcdeg"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(data: bytes) -> None:
    assert data != DATA
    refused(data)


def test_two_files_of_one_name_are_refused() -> None:
    sink = io.BytesIO()
    writer = zips.Writer(sink)
    writer.add("mot", b"1", at=AT)
    writer.add("mot", b"2", at=AT)
    writer.close()
    refused(sink.getvalue())


def test_bytes_between_files_are_refused() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as other:
        other.writestr("mot", b"1")
        other.writestr("hai", b"2")
        other.writestr("ba", b"3")
    data = sink.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        hidden = whole.getinfo("hai").header_offset
    start = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    end = data.index(b"PK\x01\x02", start + 1)
    tail = data.index(b"PK\x05\x06")
    count, size = (
        struct.pack("<HH", 2, 2),
        struct.pack("<I", tail - data.index(b"PK\x01\x02") - (end - start)),
    )
    cut = data[:start] + data[end:tail] + data[tail : tail + 8] + count + size + data[tail + 16 :]
    with zipfile.ZipFile(io.BytesIO(cut)) as other:
        assert other.namelist() == ["mot", "ba"]
    assert hidden > 0
    refused(cut)


def test_a_file_that_changes_while_it_is_stored_is_told() -> None:
    turns = iter([[b"one"], [b"other"]])
    with pytest.raises(ValueError, match="changed"):
        zips.Writer(io.BytesIO()).add_stored("mot", lambda: next(turns), at=AT)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_zip_or_refused(data: bytes) -> None:
    refused(data)
    refused(data + b"PK\x05\x06" + data[:18])


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_one_changed_byte_is_refused_or_changes_no_content(at: int, change: int) -> None:
    data = bytearray(DATA)
    data[at] ^= change
    try:
        found = zips.entries(bytes(data))
        contents = {name: entry.read(4_000_000) for name, entry in found.items()}
    except BadEvidence:
        return
    assert set(contents.values()) == {*FILES.values(), b"x" * 3_000_000 + b"y", b"abcdef"}
