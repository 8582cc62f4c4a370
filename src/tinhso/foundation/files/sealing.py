"""Stored bytes are sealed: chunks of AES-256-GCM under the object's own key, which a master key wraps.

An object: `TSF1`, one byte of length, the master key's name, 12 bytes of nonce and 48 bytes of wrapped key;
then every chunk of 64 KiB with its 16 bytes of tag. A chunk's nonce is its number with a mark on the last,
so that chunks can neither be swapped, repeated nor cut off. The header is authenticated with each chunk
and names what it seals (`label`), so that an object put in another's place does not open.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import RawIOBase, UnsupportedOperation
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from tinhso.foundation.crypto import ring
from tinhso.foundation.files.contracts import Damaged

MAGIC = b"TSF1"
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
NONCE_BYTES = 12
WRAPPED_BYTES = 32 + TAG_BYTES
LONGEST_HEADER = len(MAGIC) + 1 + 255 + NONCE_BYTES + WRAPPED_BYTES
PURPOSE = "files.wrap"

ReadRange = Callable[[int, int], bytes]


def damaged() -> Damaged:
    """The error of an object that is not what was sealed."""
    return Damaged(_("Tệp lưu trữ bị thiếu hoặc đã bị sửa đổi: báo quản trị hệ thống."))


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a sealed object, with the key it gives."""

    master: str
    key: bytes
    raw: bytes


def wrapped(key: bytes, label: bytes) -> bytes:
    """The head of an object whose bytes are sealed under `key`, wrapped by the current master key."""
    master = ring().current
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(master.derived(PURPOSE)).encrypt(nonce, key, label)
    name = master.name.encode()
    return MAGIC + bytes([len(name)]) + name + nonce + body


def header(start: bytes, label: bytes) -> Header:
    """Read the head of an object from its first bytes. Raises Damaged."""
    name_end = len(MAGIC) + 1 + (start[len(MAGIC)] if len(start) > len(MAGIC) else 0)
    end = name_end + NONCE_BYTES + WRAPPED_BYTES
    if start[: len(MAGIC)] != MAGIC or len(start) < end:
        raise damaged()
    nonce, body = start[name_end : name_end + NONCE_BYTES], start[name_end + NONCE_BYTES : end]
    try:
        name = start[len(MAGIC) + 1 : name_end].decode()
        key = AESGCM(ring().named(name).derived(PURPOSE)).decrypt(nonce, body, label)
    except (InvalidTag, LookupError, UnicodeDecodeError):
        raise damaged() from None
    return Header(master=name, key=key, raw=start[:end])


def sealed_length(length: int) -> int:
    """How long that many bytes are once sealed, without the head."""
    return length + (max(0, length - 1) // CHUNK_BYTES + 1) * TAG_BYTES


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + (b"\x01" if last else b"\x00")


def sealed(data: BinaryIO, *, label: bytes) -> Iterator[bytes]:
    """The object of these bytes, in pieces."""
    key = os.urandom(32)
    cipher = AESGCM(key)
    yield wrapped(key, label)
    number, chunk = 0, data.read(CHUNK_BYTES)
    while True:
        following = data.read(CHUNK_BYTES) if len(chunk) == CHUNK_BYTES else b""
        yield cipher.encrypt(_nonce(number, last=not following), chunk, label)
        if not following:
            return
        number, chunk = number + 1, following


class Opened(RawIOBase):
    """The bytes in a sealed object of `length` bytes, by chunks as they are read. Seekable."""

    def __init__(self, read: ReadRange, *, label: bytes, length: int) -> None:
        super().__init__()
        self._read = read
        self._label = label
        self._length = length
        self._begin()
        self._place = 0
        self._last = max(0, (length - 1) // CHUNK_BYTES)
        self._held: tuple[int, bytes] = (-1, b"")

    def _begin(self) -> None:
        head = header(self._read(0, LONGEST_HEADER), self._label)
        self._start = len(head.raw)
        self._cipher = AESGCM(head.key)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            try:
                plain = self._decrypted(number)
            except InvalidTag:
                plain = self._decrypted_under_new_head(number)
            self._held = (number, plain)
        return self._held[1]

    def _decrypted(self, number: int) -> bytes:
        size = CHUNK_BYTES + TAG_BYTES
        begin = self._start + number * size
        last = number == self._last
        end = self._start + sealed_length(self._length) if last else begin + size
        return self._cipher.decrypt(_nonce(number, last=last), self._read(begin, end), self._label)

    def _decrypted_under_new_head(self, number: int) -> bytes:
        """The chunk once more: the object may have got a head of another length while it was read."""
        self._begin()
        try:
            return self._decrypted(number)
        except InvalidTag:
            raise damaged() from None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence not in (os.SEEK_SET, os.SEEK_CUR, os.SEEK_END):
            raise UnsupportedOperation("unknown whence")
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._length}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the stub's Buffer
        view = memoryview(buffer)
        if self._place >= self._length or not len(view):
            return 0
        number, within = divmod(self._place, CHUNK_BYTES)
        piece = self._chunk(number)[within : within + len(view)]
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)
