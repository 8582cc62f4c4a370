"""Multipart bodies as a stream: messages between servers (§9) and SOAP with attachments (§8).

Memory is bounded whatever comes: data is handed on as it arrives, headers and the number of parts are
limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from tinhso.exchange.protocol.faults import Fault

Headers = tuple[tuple[str, str], ...]

MOST_HEADER_BYTES: Final = 16 * 1024
"""The headers of one part, in bytes."""

MOST_CONTENT_TYPE: Final = 1024
"""A content type, in characters."""

MOST_AROUND: Final = 4096
"""Bytes before the first part and after the last one, which nobody reads."""

MOST_PADDING: Final = 64
"""Spaces behind a boundary, which some writers add."""

part_end: Final = b"\r\n"
"""What closes the data of a part; the next part's begin or the closing follows."""

_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class PartBegin:
    """A part begins; its headers in order, names as they came, values without spaces around them."""

    headers: Headers

    def header(self, name: str) -> str:
        """The value of a header, empty when there is none."""
        wanted = name.lower()
        for each, value in self.headers:
            if each.lower() == wanted:
                return value
        return ""

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters; `text/plain` when none is said (RFC 2045)."""
        return _media_type(self.header("content-type"))


@dataclass(slots=True)
class PartData:
    """Some bytes of the part that is open."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The open part is whole."""


@dataclass(frozen=True, slots=True)
class Done:
    """The closing boundary was read."""


Event = PartBegin | PartData | PartEnd | Done

_END: Final = PartEnd()
_DONE: Final = Done()


class _State(Enum):
    BEFORE = auto()
    HEAD = auto()
    BODY = auto()
    AFTER = auto()


class PartReader:
    """A push parser of one multipart level; parts within parts pass through as data.

    `feed` and `finish` raise Fault `mime_parsing_failed`.
    """

    __slots__ = ("_around", "_buffer", "_mark", "_most_parts", "_parts", "_state")

    def __init__(self, boundary: str, *, most_parts: int = 64) -> None:
        if not _BOUNDARY.fullmatch(boundary):
            raise Fault("invalid_content_type", "The boundary of the parts is missing or not allowed")
        self._mark = b"\r\n--" + boundary.encode()
        self._buffer = b"\r\n"
        self._state = _State.BEFORE
        self._around = 0
        self._parts = 0
        self._most_parts = most_parts

    @property
    def done(self) -> bool:
        """Whether the closing boundary was read."""
        return self._state is _State.AFTER

    def feed(self, data: bytes) -> list[Event]:
        """What the bytes bring, in order."""
        events: list[Event] = []
        buffer = self._buffer + data if self._buffer else data
        at = 0
        while True:
            if self._state is _State.HEAD:
                passed = self._head(buffer, at, events)
            elif self._state is _State.AFTER:
                self._pass_over(len(buffer) - at)
                at = len(buffer)
                break
            else:
                passed = self._until_mark(buffer, at, events)
            at = abs(passed)
            if passed <= 0:
                break
        self._buffer = buffer[at:]
        return events

    def finish(self) -> None:
        """Say that no more bytes come; raises Fault when the closing boundary is missing."""
        if not self.done:
            raise Fault("mime_parsing_failed", "The message ends before its closing boundary")

    def _head(self, buffer: bytes, at: int, events: list[Event]) -> int:
        """Where to read on; negative (or nought) when more bytes are needed first."""
        if buffer.startswith(b"\r\n", at):
            end, block = at + 2, b""
        else:
            found = buffer.find(b"\r\n\r\n", at, at + MOST_HEADER_BYTES + 4)
            if found < 0:
                if len(buffer) - at > MOST_HEADER_BYTES:
                    raise Fault("mime_parsing_failed", "The headers of a part are too long")
                return -at
            end, block = found + 4, buffer[at:found]
        self._parts += 1
        if self._parts > self._most_parts:
            raise Fault("mime_parsing_failed", "The message has too many parts")
        events.append(_begun(block))
        self._state = _State.BODY
        return end

    def _until_mark(self, buffer: bytes, at: int, events: list[Event]) -> int:
        mark = self._mark
        search = at
        while (found := buffer.find(mark, search)) >= 0:
            after = found + len(mark)
            if buffer.startswith(b"--", after):
                self._close(buffer[at:found], events)
                events.append(_DONE)
                self._state = _State.AFTER
                return after + 2
            line = after
            while buffer[line : line + 1] in (b" ", b"\t") and line - after < MOST_PADDING:
                line += 1
            if buffer.startswith(b"\r\n", line):
                self._close(buffer[at:found], events)
                self._state = _State.HEAD
                return line + 2
            if len(buffer) - line < 2 and (line == len(buffer) or buffer[line : line + 1] in (b"-", b"\r")):
                self._data(buffer[at:found], events)
                return -found
            search = found + 2
        held = buffer.find(b"\r", max(at, len(buffer) - len(mark) + 1))
        until = held if held >= 0 else len(buffer)
        self._data(buffer[at:until], events)
        return -until

    def _data(self, data: bytes, events: list[Event]) -> None:
        if self._state is _State.BEFORE:
            self._pass_over(len(data))
        elif data:
            events.append(PartData(data))

    def _close(self, data: bytes, events: list[Event]) -> None:
        self._data(data, events)
        if self._state is _State.BODY:
            events.append(_END)

    def _pass_over(self, size: int) -> None:
        self._around += size
        if self._around > MOST_AROUND:
            raise Fault("mime_parsing_failed", "There is too much around the parts of the message")


def part_begin(boundary: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """The bytes that open a part; raises Fault when a header would break them."""
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    raw = f"--{boundary}\r\n{''.join(lines)}\r\n".encode()
    if raw.count(b"\r") != len(lines) + 2 or raw.count(b"\n") != len(lines) + 2:
        raise Fault("mime_parsing_failed", "A header of a part holds a line end")
    return raw


def closing(boundary: str) -> bytes:
    """The bytes behind the last part."""
    return f"--{boundary}--\r\n".encode()


@lru_cache(maxsize=256)
def parameters(content_type: str) -> tuple[str, dict[str, str]]:
    """Media type in lower case and its parameters, their names in lower case (RFC 2045).

    Raises Fault `invalid_content_type` for one that is no line of text.
    """
    if len(content_type) > MOST_CONTENT_TYPE or not content_type.isprintable():
        raise Fault("invalid_content_type", "The content type cannot be read")
    read = Message()
    read["content-type"] = content_type
    said = read.get_params(failobj=[], unquote=True)
    texts = {name.lower(): value for name, value in said[1:] if isinstance(value, str)}
    return read.get_content_type(), texts


def boundary_of(content_type: str) -> str:
    """The boundary that a multipart content type names; raises Fault `invalid_content_type`."""
    kind, said = parameters(content_type)
    boundary = said.get("boundary", "")
    if not kind.startswith("multipart/") or not _BOUNDARY.fullmatch(boundary):
        raise Fault("invalid_content_type", "The message should have parts, with a boundary between them")
    return boundary


@lru_cache(maxsize=256)
def _media_type(said: str) -> str:
    return said.split(";", 1)[0].strip().lower() or "text/plain"


@lru_cache(maxsize=256)
def _begun(block: bytes) -> PartBegin:
    try:
        lines = block.decode().split("\r\n") if block else []
    except UnicodeDecodeError as why:
        raise Fault("mime_parsing_failed", "The headers of a part are not UTF-8") from why
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name) or "\r" in line or "\n" in line or "\x00" in line:
            raise Fault("mime_parsing_failed", "A part has a header that cannot be read")
        headers.append((name, value.strip()))
    return PartBegin(tuple(headers))
