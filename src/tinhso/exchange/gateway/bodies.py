"""Bodies of HTTP/1.1 messages: how many bytes belong to one, told by length, by chunks, or by the end.

Pure: fed with what arrived, they give the body's bytes and what is left for the next message. RFC 9112 §6–7.
"""

from __future__ import annotations

import re

from tinhso.exchange.gateway.heads import BadMessage

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;([\t\x20-\x7e]*))?")
_TRAILER = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*")
LONGEST_SIZE_LINE = 300
MOST_EXTENSIONS = 4_096
MOST_TRAILERS = 8_192


class Counted:
    """A body of a length told beforehand."""

    __slots__ = ("done", "left")

    def __init__(self, length: int) -> None:
        self.left = length
        self.done = length == 0

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """The body's bytes among `data`, and what follows the body."""
        size = len(data)
        if size < self.left:
            self.left -= size
            return data, b""
        mine, rest = data[: self.left], data[self.left :]
        self.left = 0
        self.done = True
        return mine, rest


class Endless:
    """A body that ends when the peer closes."""

    __slots__ = ()
    done = False

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """All of `data`."""
        return data, b""


class Chunked:
    """A body in chunks: hexadecimal sizes, lines ending in CR LF; extensions, trailers bounded, dropped."""

    __slots__ = ("_extensions", "_held", "_left", "_state", "_trailers", "done")

    def __init__(self) -> None:
        self.done = False
        self._held = b""
        self._left = 0
        self._state = "size"
        self._extensions = 0
        self._trailers = 0

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """The body's bytes among `data`, and what follows the body; raises BadMessage."""
        if self._held:
            data = self._held + data
            self._held = b""
        pieces: list[bytes] = []
        at = 0
        while not self.done:
            if self._state == "data":
                piece = data[at : at + self._left] if at or len(data) > self._left else data
                if not piece:
                    break
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
                if self._left:
                    break
                self._state = "end"
            elif self._state == "end":
                if len(data) - at < 2:
                    self._hold(data[at:], b"\r\n")
                    return b"".join(pieces), b""
                if data[at : at + 2] != b"\r\n":
                    raise BadMessage("a chunk longer than its size")
                at += 2
                self._state = "size"
            else:
                stop = data.find(b"\r\n", at)
                if stop < 0:
                    self._partial(data[at:])
                    break
                self._line(data[at:stop])
                at = stop + 2
        return pieces[0] if len(pieces) == 1 else b"".join(pieces), data[at:] if self.done else b""

    def _hold(self, rest: bytes, wanted: bytes) -> None:
        if not wanted.startswith(rest):
            raise BadMessage("a chunk longer than its size")
        self._held = rest

    def _partial(self, rest: bytes) -> None:
        most = LONGEST_SIZE_LINE if self._state == "size" else MOST_TRAILERS
        if len(rest) > most or b"\n" in rest:
            raise BadMessage("a chunk's line without its end")
        self._held = rest

    def _line(self, line: bytes) -> None:
        if self._state == "size":
            found = _SIZE.fullmatch(line) if len(line) <= LONGEST_SIZE_LINE else None
            if found is None:
                raise BadMessage("a chunk's size that cannot be read")
            self._extensions += len(line) - len(found[1])
            if self._extensions > MOST_EXTENSIONS:
                raise BadMessage("too many chunk extensions")
            self._left = int(found[1], 16)
            self._state = "data" if self._left else "trailers"
        elif not line:
            self.done = True
        else:
            self._trailers += len(line) + 2
            if self._trailers > MOST_TRAILERS or not _TRAILER.fullmatch(line):
                raise BadMessage("trailers that cannot be read")


Body = Counted | Chunked | Endless


def chunk(data: bytes) -> bytes:
    """`data` (not empty) as one chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"
