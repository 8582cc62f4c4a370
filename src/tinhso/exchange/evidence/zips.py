"""ZIP files of evidence: written the same way each time, read in one way only (§13).

A ZIP says twice where its files are: before each one, and in the directory at the end. Programs follow one
or the other, so a file that says two things could show two contents. Here both must agree, and files must
follow one another without a gap.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from tinhso.exchange.evidence.errors import BadEvidence

STORED, DEFLATED = 0, 8
CHUNK = 1 << 20
MOST_ENTRIES = 65_535
MOST_BYTES = (1 << 32) - 1
"""Without the 64-bit extension, which neither containers nor archives need (§11.2, §13.3)."""

_LOCAL, _CENTRAL, _END, _DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
_LOCAL_HEAD = struct.Struct("<4s5H3I2H")
_CENTRAL_HEAD = struct.Struct("<4s6H3I5H2I")
_END_HEAD = struct.Struct("<4s4H2IH")
_SIZES = struct.Struct("<3I")
_VERSION, _DESCRIBED, _UTF8, _ENCRYPTED = 20, 0x08, 0x800, 0x2041
_TIME_EXTRA = struct.Struct("<HHBi")
_TAG = struct.Struct("<HH")
_PLAIN_TIME = b"UT\x05\x00\x01"
_TIME_TAG = 0x5455
_HARMLESS = (_TIME_TAG, 0x000A, 0x7855, 0x7875)
"""Times and owners of files, as Info-ZIP writes them."""
_LEVEL = 6

MOST_SHARED = 1024
Memory = dict[tuple[int, int, int, bytes], bytes]
"""What `Entry.read_shared` keeps: content by the packed bytes, at most MOST_SHARED of them."""

Content = bytes | Callable[[], Iterable[bytes]]
"""Bytes, or what gives them in pieces each time it is called."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take all of them."""


def pieces(content: Content) -> Iterable[bytes]:
    """The bytes of a content in pieces."""
    return (content,) if isinstance(content, bytes) else content()


def _dos(at: datetime) -> tuple[int, int]:
    moment = at.astimezone(UTC)
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, max(moment.year - 1980, 0) << 9 | moment.month << 5 | moment.day


class Writer:
    """Writes a ZIP to a sink that cannot go back. Times are UTC, to the second."""

    def __init__(self, sink: Sink, *, comment: str = "") -> None:
        self._sink = sink
        self._comment = comment.encode()
        self._at = 0
        self._central: list[bytes] = []

    def add(self, name: str, content: bytes, *, at: datetime) -> None:
        """A file whose bytes are at hand, deflated."""
        packed = _deflated(content)
        sizes = (zlib.crc32(content), len(packed), len(content))
        self._begin(name, 0, DEFLATED, at, sizes)
        self._write(packed)
        self._note(name, 0, DEFLATED, at, sizes)

    def add_stored(self, name: str, content: Content, *, at: datetime) -> None:
        """A file as it is, read twice: first for its sizes. Raises ValueError when it changes between."""
        sizes = _measured(content)
        self._begin(name, 0, STORED, at, sizes)
        begin = self._at
        for piece in pieces(content):
            self._write(piece)
        if self._at - begin != sizes[2]:
            raise ValueError(f"{name} changed while it was stored")
        self._note(name, 0, STORED, at, sizes)

    def add_pieces(self, name: str, content: Content, *, at: datetime) -> None:
        """A file of any size, deflated piece by piece; its sizes follow it."""
        self._begin(name, _DESCRIBED, DEFLATED, at, (0, 0, 0))
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        check, packed, length = 0, 0, 0
        for piece in pieces(content):
            for begin in range(0, len(piece), CHUNK):
                part = piece[begin : begin + CHUNK]
                check, length = zlib.crc32(part, check), length + len(part)
                packed += self._write(packer.compress(part))
        packed += self._write(packer.flush())
        sizes = (check, packed, length)
        self._write(_DESCRIPTOR + _SIZES.pack(*sizes))
        self._note(name, _DESCRIBED, DEFLATED, at, sizes)

    def close(self) -> int:
        """Write the directory; the length of all that was written. Raises ValueError when too large."""
        begin, count = self._at, len(self._central)
        if count > MOST_ENTRIES or begin > MOST_BYTES:
            raise ValueError("too large for a plain ZIP")
        directory = b"".join(self._central)
        end = _END_HEAD.pack(_END, 0, 0, count, count, len(directory), begin, len(self._comment))
        self._write(directory + end + self._comment)
        return self._at

    def _write(self, data: bytes) -> int:
        self._sink.write(data)
        self._at += len(data)
        return len(data)

    def _begin(self, name: str, flags: int, method: int, at: datetime, sizes: tuple[int, int, int]) -> None:
        self._start = self._at
        raw, extra = name.encode(), _TIME_EXTRA.pack(_TIME_TAG, 5, 1, int(at.timestamp()))
        head = (_LOCAL, _VERSION, flags | _flag(raw), method, *_dos(at), *sizes, len(raw), len(extra))
        self._write(_LOCAL_HEAD.pack(*head) + raw + extra)

    def _note(self, name: str, flags: int, method: int, at: datetime, sizes: tuple[int, int, int]) -> None:
        if max(sizes) > MOST_BYTES or self._start > MOST_BYTES:
            raise ValueError("too large for a plain ZIP")
        raw, extra = name.encode(), _TIME_EXTRA.pack(_TIME_TAG, 5, 1, int(at.timestamp()))
        head = (_CENTRAL, _VERSION, _VERSION, flags | _flag(raw), method, *_dos(at), *sizes)
        tail = (len(raw), len(extra), 0, 0, 0, 0, self._start)
        self._central.append(_CENTRAL_HEAD.pack(*head, *tail) + raw + extra)


def _measured(content: Content) -> tuple[int, int, int]:
    check, length = 0, 0
    for piece in pieces(content):
        check, length = zlib.crc32(piece, check), length + len(piece)
    return check, length, length


def _flag(name: bytes) -> int:
    return 0 if name.isascii() else _UTF8


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a ZIP. `length` is what it says of itself; reading checks it."""

    name: str
    length: int
    _time: tuple[bytes, int, int]
    _method: int
    _check: int
    _packed: memoryview

    @property
    def at(self) -> datetime:
        """Its time, UTC."""
        return _moment(*self._time)

    def read(self, most: int) -> bytes:
        """All its bytes, `most` at the most. Raises BadEvidence(asic_invalid_container)."""
        if self.length > most:
            raise _bad(f"{self.name} has more than {most} bytes")
        if self._method == STORED:
            data = bytes(self._packed)
        else:
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                data = unpacker.decompress(self._packed, self.length + 1)
            except zlib.error as fault:
                raise _bad(f"{self.name} cannot be unpacked") from fault
            if not unpacker.eof or unpacker.unused_data:
                raise _bad(f"{self.name} is longer or shorter than it says")
        if len(data) != self.length or zlib.crc32(data) != self._check:
            raise _bad(f"{self.name} is damaged")
        return data

    def read_shared(self, most: int, memory: Memory) -> bytes:
        """As `read`, for what many files hold alike; what was unpacked before is given again."""
        key = (self._method, self._check, self.length, bytes(self._packed))
        known = memory.get(key)
        if known is None:
            known = self.read(most)
            if len(memory) >= MOST_SHARED:
                memory.clear()
            memory[key] = known
        return known

    def packed(self) -> memoryview:
        """The bytes as they lie in the file; its content when it is stored."""
        return self._packed

    @property
    def is_stored(self) -> bool:
        """Whether it lies there unpacked."""
        return self._method == STORED

    def chunks(self) -> Iterator[bytes]:
        """Its bytes in pieces of bounded size. Raises BadEvidence at the end when they are damaged."""
        check, length = 0, 0
        for piece in self._unpacked():
            check, length = zlib.crc32(piece, check), length + len(piece)
            if length > self.length:
                raise _bad(f"{self.name} is longer than it says")
            yield piece
        if length != self.length or check != self._check:
            raise _bad(f"{self.name} is damaged")

    def _unpacked(self) -> Iterator[bytes]:
        if self._method == STORED:
            for begin in range(0, len(self._packed), CHUNK):
                yield bytes(self._packed[begin : begin + CHUNK])
            return
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for begin in range(0, len(self._packed), CHUNK):
                rest: bytes | memoryview = self._packed[begin : begin + CHUNK]
                while rest and not unpacker.eof:
                    yield unpacker.decompress(rest, CHUNK)
                    rest = unpacker.unconsumed_tail
            yield unpacker.flush()
        except zlib.error as fault:
            raise _bad(f"{self.name} cannot be unpacked") from fault
        if not unpacker.eof:
            raise _bad(f"{self.name} is cut")


def _bad(message: str) -> BadEvidence:
    return BadEvidence("asic_invalid_container", message)


def entries(data: bytes | memoryview) -> Mapping[str, Entry]:
    """The files of a ZIP by name, in their order. Raises BadEvidence(asic_invalid_container)."""
    view = memoryview(data).cast("B")
    try:
        return _entries(view)
    except (struct.error, UnicodeDecodeError, ValueError, OverflowError) as fault:
        raise _bad(f"no ZIP file: {fault}") from fault


def _entries(view: memoryview) -> Mapping[str, Entry]:
    count, size, begin, end = _directory(view)
    found: dict[str, Entry] = {}
    at, expected = begin, 0
    for _ in range(count):
        head = _CENTRAL_HEAD.unpack_from(view, at)
        if head[0] != _CENTRAL:
            raise _bad("the directory is damaged")
        flags, method, time, date, check, packed, length = head[3:10]
        name_length, extra_length, note_length, disk = head[10:14]
        name_at = at + _CENTRAL_HEAD.size
        raw = bytes(view[name_at : name_at + name_length])
        name = raw.decode()
        if flags & _ENCRYPTED or method not in (STORED, DEFLATED) or disk or name in found or not name:
            raise _bad(f"{name!r} is not packed as it must be")
        if head[16] != expected:
            raise _bad(f"{name} does not stand where it must")
        start = _local(view, expected, raw, (flags, method, check, packed, length))
        if start + packed > begin:
            raise _bad(f"{name} goes beyond the directory")
        extra_at = name_at + name_length
        extra = bytes(view[extra_at : extra_at + extra_length])
        _only_times(extra)
        found[name] = Entry(name, length, (extra, time, date), method, check, view[start : start + packed])
        expected = start + packed + _described(view, start + packed, flags, (check, packed, length))
        at = extra_at + extra_length + note_length
    if at != begin + size or expected != begin or begin + size != end:
        raise _bad("there are bytes that belong to no file")
    return found


def _directory(view: memoryview) -> tuple[int, int, int, int]:
    """Number of files, size and begin of the directory, begin of the end record."""
    tail_at = max(0, len(view) - _END_HEAD.size - 0xFFFF)
    tail = bytes(view[tail_at:]) if len(view) < 4096 else bytes(view[max(tail_at, len(view) - 1024) :])
    position = tail.rfind(_END)
    if position < 0:
        tail = bytes(view[tail_at:])
        position = tail.rfind(_END)
    if position < 0:
        raise _bad("no ZIP file")
    end = len(view) - len(tail) + position
    _, disk, first, here, count, size, begin, comment = _END_HEAD.unpack_from(view, end)
    if disk or first or here != count or end + _END_HEAD.size + comment != len(view):
        raise _bad("the directory's end is damaged")
    return count, size, begin, end


def _local(view: memoryview, at: int, name: bytes, stated: tuple[int, int, int, int, int]) -> int:
    """Where a file's bytes begin; what stands before them must say what the directory says."""
    head = _LOCAL_HEAD.unpack_from(view, at)
    flags, method = head[2], head[3]
    name_at = at + _LOCAL_HEAD.size
    sizes = (0, 0, 0) if flags & _DESCRIBED and head[6:9] == (0, 0, 0) else stated[2:]
    same = (
        head[0] == _LOCAL
        and (flags, method) == stated[:2]
        and head[6:9] == sizes
        and bytes(view[name_at : name_at + head[9]]) == name
    )
    if not same:
        raise _bad(f"{name.decode()} is called otherwise in the directory")
    extra_at = name_at + head[9]
    _only_times(bytes(view[extra_at : extra_at + head[10]]))
    return int(extra_at + head[10])


def _only_times(extra: bytes) -> None:
    """Refuse additions that some programs follow instead of the plain fields (another name, other sizes)."""
    if len(extra) == _TIME_EXTRA.size and extra[:5] == _PLAIN_TIME:
        return
    at = 0
    while at < len(extra):
        tag, length = _TAG.unpack_from(extra, at)
        if tag not in _HARMLESS:
            raise _bad(f"an addition {tag:#06x} is not allowed")
        at += _TAG.size + length


def _described(view: memoryview, at: int, flags: int, sizes: tuple[int, int, int]) -> int:
    """The length of the descriptor after a file."""
    if not flags & _DESCRIBED:
        return 0
    marked = bytes(view[at : at + 4]) == _DESCRIPTOR
    skip = 4 if marked else 0
    if _SIZES.unpack_from(view, at + skip) != sizes:
        raise _bad("a file's descriptor says otherwise than the directory")
    return skip + _SIZES.size


def _moment(extra: bytes, time: int, date: int) -> datetime:
    if len(extra) >= _TIME_EXTRA.size:
        tag, length, flags, seconds = _TIME_EXTRA.unpack_from(extra)
        if tag == _TIME_TAG and length >= 5 and flags & 1:
            return datetime.fromtimestamp(seconds, UTC)
    return datetime(
        1980 + (date >> 9),
        min(max(date >> 5 & 15, 1), 12),
        max(date & 31, 1),
        min(time >> 11, 23),
        min(time >> 5 & 63, 59),
        min((time & 31) * 2, 59),
        tzinfo=UTC,
    )
