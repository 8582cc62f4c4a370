"""Master keys, read once from outside the repository; no Django here, since settings are made from it.

`TINHSO_SECRET_FILE` names a file, `TINHSO_SECRET` holds the same text: one `name base64-of-32-bytes` per
line. The first line keys the look-up hashes and stays for as long as those hashes are kept; the last line
wraps new keys. To rotate, add a line at the end and run `tinhso crypto rotate`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
DEMO_NAME = "demo"


class BadKeyring(SystemExit):
    """The secret given cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One master key; its name is stored beside what it wraps."""

    name: str
    secret: bytes

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose only (HKDF-SHA-256, RFC 5869), 32 bytes."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(
            self.secret
        )


@dataclass(frozen=True, slots=True)
class Keyring:
    """All master keys, oldest first, with what is wrong with them in production."""

    keys: tuple[MasterKey, ...]
    faults: tuple[str, ...] = ()

    @property
    def lookup(self) -> MasterKey:
        """The key of look-up hashes."""
        return self.keys[0]

    @property
    def current(self) -> MasterKey:
        """The key that wraps new keys."""
        return self.keys[-1]

    def named(self, name: str) -> MasterKey:
        """The key of that name. Raises LookupError when it was taken off the ring."""
        for key in self.keys:
            if key.name == name:
                return key
        raise LookupError(f"no master key named {name!r}")

    def session_secrets(self) -> list[str]:
        """Django's SECRET_KEY first, then its fallbacks, newest first."""
        return [key.derived("django.secret-key").hex() for key in reversed(self.keys)]


def demo() -> Keyring:
    """The ring of the demo province: known to everybody, refused in production."""
    secret = hashlib.sha256(b"tinhso demo province: not a secret").digest()
    return Keyring(
        keys=(MasterKey(DEMO_NAME, secret),),
        faults=("Đang dùng khóa chủ của bản trình diễn: đặt TINHSO_SECRET_FILE trỏ tới tệp khóa riêng.",),
    )


def parse(text: str) -> Keyring:
    """Read a ring. Raises BadKeyring for a line that is not `name base64`, a short key or a twin name."""
    keys: list[MasterKey] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2:
            raise BadKeyring(f"Tệp khóa, dòng {number}: cần đúng hai phần «tên khóa-base64».")
        name, encoded = words
        try:
            secret = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise BadKeyring(f"Tệp khóa, dòng {number}: phần khóa không phải base64.") from None
        if len(secret) != KEY_BYTES:
            raise BadKeyring(f"Tệp khóa, dòng {number}: khóa phải dài đúng {KEY_BYTES} byte.")
        if any(key.name == name for key in keys):
            raise BadKeyring(f"Tệp khóa, dòng {number}: tên {name!r} bị lặp.")
        keys.append(MasterKey(name, secret))
    if not keys:
        raise BadKeyring("Tệp khóa không có khóa nào.")
    known = demo().keys[0].secret
    faults = tuple(
        f"Khóa chủ {key.name!r} là khóa của bản trình diễn: thay bằng khóa riêng."
        for key in keys
        if key.secret == known
    )
    return Keyring(keys=tuple(keys), faults=faults)


def read(environment: Mapping[str, str] = os.environ) -> Keyring:
    """The ring of this process: from the file, else the variable, else the demo's.

    Raises BadKeyring when what is given cannot be used.
    """
    file = environment.get("TINHSO_SECRET_FILE", "").strip()
    if file:
        path = Path(file).expanduser()
        try:
            text = path.read_text(encoding="utf-8")
            mode = path.stat().st_mode
        except OSError as error:
            raise BadKeyring(f"TINHSO_SECRET_FILE={file!r} không đọc được: {error.strerror}.") from None
        ring = parse(text)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            open_to_others = f"Tệp khóa {file!r} người khác đọc được: chạy chmod 600 {file}."
            return Keyring(keys=ring.keys, faults=(*ring.faults, open_to_others))
        return ring
    text = environment.get("TINHSO_SECRET", "").strip()
    return parse(text) if text else demo()
