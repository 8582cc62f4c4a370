"""Bodies on their way: memory, then a file; SHA-512; limits; a full disk."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tinhso.exchange.keeping import spool
from tinhso.exchange.keeping.spool import Spool, Spooled
from tinhso.exchange.protocol.faults import Fault

LIMIT = 1000


def filled(folder: Path, body: bytes, *, piece: int = 100, **limits: int) -> Spool:
    made = Spool(
        folder, most_bytes=limits.get("most_bytes", len(body)), in_memory=limits.get("in_memory", LIMIT)
    )
    for at in range(0, len(body), piece):
        made.write(body[at : at + piece])
    return made


def files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def test_no_byte_is_no_body(tmp_path: Path) -> None:
    assert Spool(tmp_path, most_bytes=10).finish() is None


def test_a_short_body_never_touches_the_disk(tmp_path: Path) -> None:
    assert filled(tmp_path, b"x" * LIMIT).finish() == b"x" * LIMIT
    assert not files(tmp_path)


def test_a_longer_body_is_a_file_with_its_digest(tmp_path: Path) -> None:
    body = os.urandom(LIMIT + 1)
    found = filled(tmp_path, body).finish()

    assert isinstance(found, Spooled)
    assert (found.size, found.digest) == (len(body), hashlib.sha512(body).digest())
    assert b"".join(found.pieces()) == body


def test_writes_are_large_and_sequential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: sizes.append(len(data)) or real(fd, data))
    body = bytes(5 * spool.WRITE_BYTES)

    filled(tmp_path, body, piece=65_536).finish()

    assert sum(sizes) == len(body)
    assert min(sizes) >= spool.WRITE_BYTES


@pytest.mark.parametrize("in_memory", [10, 10_000], ids=["file", "memory"])
def test_the_limit_is_allowed_and_one_byte_more_is_refused(tmp_path: Path, in_memory: int) -> None:
    """T59."""
    assert filled(tmp_path, bytes(LIMIT), most_bytes=LIMIT, in_memory=in_memory).size == LIMIT
    with pytest.raises(Fault, match=r"logging_failed.*longer than 1000 bytes"):
        filled(tmp_path / "more", bytes(LIMIT + 1), most_bytes=LIMIT, in_memory=in_memory)
    assert not files(tmp_path / "more")


def test_a_full_disk_is_a_fault_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, written = os.write, 0

    def full(fd: int, data: bytes) -> int:
        nonlocal written
        if written:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real(fd, bytes(data)[:1000])
        return written

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Fault, match=r"logging_failed.*No space left"):
        filled(tmp_path, bytes(3 * spool.WRITE_BYTES), piece=65_536)
    assert written
    assert not files(tmp_path)


def test_a_disk_that_fails_when_the_body_is_settled_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = filled(tmp_path, bytes(LIMIT + 1)).finish()
    assert isinstance(found, Spooled)

    def broken(_fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(Fault, match="logging_failed"):
        found.settle()
    found.close()
    assert not files(tmp_path)


def test_a_settled_body_lies_under_its_digest_once(tmp_path: Path) -> None:
    body = os.urandom(LIMIT * 2)
    first, second = filled(tmp_path, body).finish(), filled(tmp_path, body).finish()
    for one in (first, second):
        assert isinstance(one, Spooled)
        one.settle()
        one.close()

    (file,) = files(tmp_path)
    assert file == spool.address(tmp_path, hashlib.sha512(body).digest())
    assert b"".join(spool.settled(tmp_path, hashlib.sha512(body).digest(), len(body)).pieces()) == body


def test_what_is_never_settled_goes_when_it_is_closed(tmp_path: Path) -> None:
    found = filled(tmp_path, bytes(LIMIT * 2)).finish()
    assert isinstance(found, Spooled)
    found.close()
    assert not files(tmp_path)


def test_old_bodies_are_cleared_and_used_ones_stay(tmp_path: Path) -> None:
    old, used = spool.spooled(tmp_path, b"old"), spool.spooled(tmp_path, b"used")
    for one in (old, used):
        one.settle()
        one.close()
        os.utime(spool.address(tmp_path, one.digest), (1000, 1000))
    again = spool.spooled(tmp_path, b"used")
    again.settle()
    again.close()

    assert spool.clear(tmp_path, before=2000) == 1
    assert files(tmp_path) == [spool.address(tmp_path, used.digest)]


def test_the_first_bytes_of_a_body_are_a_body_of_their_own(tmp_path: Path) -> None:
    whole = filled(tmp_path, b"abc" * 1000).finish()
    assert isinstance(whole, Spooled)
    cut = spool.first_of(whole, 7)
    assert (b"".join(cut.pieces()), cut.digest) == (b"abcabca", hashlib.sha512(b"abcabca").digest())


@given(pieces=some.lists(some.binary(max_size=300), max_size=30), in_memory=some.integers(0, 3000))
def test_any_pieces_come_out_as_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], in_memory: int
) -> None:
    body = b"".join(pieces)
    made = Spool(tmp_path_factory.getbasetemp() / "any", most_bytes=len(body), in_memory=in_memory)
    for one in pieces:
        made.write(one)
    found = made.finish()

    if isinstance(found, Spooled):
        assert (b"".join(found.pieces()), found.size) == (body, len(body))
        found.close()
    else:
        assert (found or b"") == body
    assert made.digest == hashlib.sha512(body).digest()
