"""Bodies on their way: in memory up to a limit, beyond it in large sequential writes to a file.

A file is temporary until its message is logged; it then gets a second name, its SHA-512, which is durable
before the row that refers to it. Equal bodies share one file. Several machines share the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from tinhso.exchange.keeping.faults import logging_failed

IN_MEMORY_BYTES = 256 * 1024
WRITE_BYTES = 1024 * 1024
READ_BYTES = 1024 * 1024
TEMPORARY = "incoming"
LEFT_OVER_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Spooled:
    """A finished body in a file. `digest` is its SHA-512; `path` is valid until `close`."""

    folder: Path
    path: Path
    digest: bytes
    size: int

    def pieces(self) -> Iterator[bytes]:
        """The body in pieces of at most a mebibyte."""
        with self.path.open("rb") as file:
            while piece := file.read(READ_BYTES):
                yield piece

    def settle(self) -> None:
        """Give it its lasting name, durably; blocks for the disk. Raises Fault `logging_failed`."""
        lasting = address(self.folder, self.digest)
        try:
            fd = os.open(self.path, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
            _made(lasting.parent)
            try:
                os.link(self.path, lasting)
            except FileExistsError:
                os.utime(lasting)
            _synced(lasting.parent)
        except OSError as error:
            raise logging_failed(f"body not kept: {error.strerror}") from error

    def close(self) -> None:
        """Take the temporary name away; what was settled stays."""
        self.path.unlink(missing_ok=True)


class Spool:
    """Collects one body. Not for use by two tasks at once.

    `most_bytes` is what the service may be sent; `in_memory` decides between bytes and a file.
    """

    def __init__(self, folder: Path, *, most_bytes: int, in_memory: int = IN_MEMORY_BYTES) -> None:
        self.size = 0
        self._folder = folder
        self._most = most_bytes
        self._in_memory = in_memory
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._hash = hashlib.sha512()
        self._file: tuple[int, Path] | None = None

    def write(self, piece: bytes) -> None:
        """Add a piece; blocks only when a large write is due. Raises Fault `logging_failed` when the body
        becomes longer than allowed or the disk is full, with nothing left behind."""
        self.size += len(piece)
        if self.size > self._most:
            self.discard()
            raise logging_failed(f"body is longer than {self._most} bytes")
        self._hash.update(piece)
        self._held.append(piece)
        self._held_bytes += len(piece)
        if self.size > self._in_memory and self._held_bytes >= WRITE_BYTES:
            self._flush()

    @property
    def due(self) -> bool:
        """Whether the next piece may be written to the disk: then let a thread call `write`."""
        return self.size + WRITE_BYTES > self._in_memory and self._held_bytes + 65_536 >= WRITE_BYTES

    def finish(self) -> bytes | Spooled | None:
        """The body: None when no byte came, bytes when short, else a file. Raises Fault as `write`."""
        if self.size == 0:
            return None
        if self.size <= self._in_memory:
            return b"".join(self._held)
        self._flush()
        if self._file is None:
            raise RuntimeError("a flushed spool has a file")
        fd, path = self._file
        os.close(fd)
        self._file = None
        return Spooled(folder=self._folder, path=path, digest=self._hash.digest(), size=self.size)

    @property
    def digest(self) -> bytes:
        """SHA-512 of what came so far."""
        return self._hash.digest()

    def discard(self) -> None:
        """Forget what came, also its file."""
        self._held.clear()
        self._held_bytes = 0
        if self._file is not None:
            fd, path = self._file
            self._file = None
            os.close(fd)
            path.unlink(missing_ok=True)

    def _flush(self) -> None:
        try:
            if self._file is None:
                incoming = self._folder / TEMPORARY
                _made(incoming)
                fd, name = mkstemp(dir=incoming)
                self._file = (fd, Path(name))
            fd = self._file[0]
            block = memoryview(b"".join(self._held))
            while block:
                block = block[os.write(fd, block) :]
        except OSError as error:
            self.discard()
            raise logging_failed(f"body not kept: {error.strerror}") from error
        self._held.clear()
        self._held_bytes = 0


def address(folder: Path, digest: bytes) -> Path:
    """Where the body of this digest lies."""
    name = digest.hex()
    return folder / name[:2] / name[2:]


def settled(folder: Path, digest: bytes, size: int) -> Spooled:
    """A kept body, to be read. It is not looked whether the file is there."""
    return Spooled(folder=folder, path=address(folder, digest), digest=digest, size=size)


def spooled(folder: Path, body: bytes) -> Spooled:
    """Bytes as a temporary file, for what is never kept in the row. Raises Fault `logging_failed`."""
    spool = Spool(folder, most_bytes=len(body), in_memory=0)
    spool.write(body)
    found = spool.finish()
    if not isinstance(found, Spooled):
        raise ValueError("an empty body is no body")
    return found


def first_of(body: Spooled, most_bytes: int) -> Spooled:
    """A new file with the first bytes of a body. Raises Fault `logging_failed`."""
    spool = Spool(body.folder, most_bytes=most_bytes, in_memory=0)
    for piece in body.pieces():
        spool.write(piece[: most_bytes - spool.size])
        if spool.size == most_bytes:
            break
    found = spool.finish()
    if not isinstance(found, Spooled):
        raise ValueError("nothing is left of the body")
    return found


def clear(folder: Path, *, before: float) -> int:
    """Take away kept bodies last used before that moment (seconds since 1970), and what died a day ago."""
    gone = 0
    for inside in folder.glob("??"):
        for file in inside.iterdir():
            gone += _gone(file, before)
    incoming = folder / TEMPORARY
    if incoming.is_dir():
        for file in incoming.iterdir():
            _gone(file, time.time() - LEFT_OVER_SECONDS)
    return gone


def _gone(file: Path, before: float) -> bool:
    with contextlib.suppress(FileNotFoundError):
        if file.stat().st_mtime < before:
            file.unlink()
            return True
    return False


def _made(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _synced(folder.parent)


def _synced(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
