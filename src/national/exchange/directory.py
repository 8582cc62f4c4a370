"""The directory: who takes part in the exchange, as one signed document with a serial number.

The document is a compact JWS (ES256) over JSON. Each change, and each time the last one grew old, brings a
new serial number. Times are UTC.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from national.ca.authority import Authority
from national.ca.profiles import Profile, Subject
from national.faults import Faults, Mode

SERVICE = "exchange"
SCHEMA = """
CREATE TABLE IF NOT EXISTS exchange_entries (
    kind TEXT NOT NULL CHECK (kind IN ('member', 'subsystem', 'server', 'client', 'group')),
    key TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE TABLE IF NOT EXISTS exchange_serial (one INTEGER PRIMARY KEY CHECK (one = 1), serial INTEGER NOT NULL);
INSERT OR IGNORE INTO exchange_serial VALUES (1, 0);
"""
HEADER = b'{"alg":"ES256"}'
STAMPING_SECONDS = 60


class Unknown(ValueError):
    """What is spoken of is not in the directory; the text names it."""


class Directory:
    """The entries, and the document made of them."""

    def __init__(self, authority: Authority, faults: Faults, tsa: bytes) -> None:
        """`tsa` is the time-stamp authority's certificate, DER."""
        self.authority, self.faults, self.tsa = authority, faults, tsa
        self.instance = authority.settings.exchange_instance
        self.validity = timedelta(seconds=authority.settings.exchange_validity)
        self.key = authority.keys.p256("exchange-directory")
        self.certificate = authority.named(
            "exchange-directory",
            Profile.SEAL,
            Subject(common_name="Môi trường thử - Thư mục trục", state=""),
            self.key.public_key(),
        )
        self._lock = threading.RLock()
        self._database = sqlite3.connect(
            authority.settings.home / "national.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._database.executescript(SCHEMA)
        self._standing: tuple[datetime, str] | None = None

    def anchor(self) -> dict[str, str]:
        """What a security server must be given by hand: where the document is and who signs it."""
        return {
            "instance": self.instance,
            "url": f"{self.authority.settings.base}/exchange/globalconf",
            "certificate": _b64(self.certificate.public_bytes(Encoding.DER)),
        }

    def put(self, kind: str, key: str, data: dict[str, Any]) -> None:
        """Register, or register anew under the same key."""
        with self._lock:
            self._database.execute(
                "INSERT INTO exchange_entries VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET data = excluded.data",
                (kind, key, json.dumps(data, ensure_ascii=False)),
            )
            self._standing = None

    def remove(self, kind: str, key: str) -> None:
        """Take out an entry and what hangs on it; raises Unknown."""
        with self._lock:
            done = self._database.execute(
                "DELETE FROM exchange_entries WHERE kind = ? AND key = ?", (kind, key)
            )
            if not done.rowcount:
                raise Unknown(f"unknown {kind} {key}")
            for entry_kind, entry_key in self._keys():
                under = {"member": ("subsystem", "server"), "server": ("client",)}.get(kind, ())
                if entry_kind in under and entry_key.startswith(f"{key}/"):
                    self.remove(entry_kind, entry_key)
                if kind == "subsystem" and entry_kind == "client" and entry_key.endswith(f" {key}"):
                    self.remove(entry_kind, entry_key)
            self._standing = None

    def has(self, kind: str, key: str) -> bool:
        """Whether the entry is there."""
        return (kind, key) in self._keys()

    def entry(self, kind: str, key: str) -> dict[str, Any]:
        """What is kept of an entry; raises Unknown."""
        found = dict(self._entries(kind)).get(key)
        if found is None:
            raise Unknown(f"unknown {kind} {key}")
        return found

    def document(self) -> str:
        """The signed document as it is given out now."""
        with self._lock:
            now = self.faults.now(SERVICE)
            if self.faults.take(service=SERVICE, mode=Mode.OLD_SERIAL):
                return self._signed(self._told(now, self._serial() - 1))
            if self.faults.take(service=SERVICE, mode=Mode.EXPIRED):
                return self._signed(self._told(now - self.validity - timedelta(hours=1), self._next_serial()))
            if self.faults.take(service=SERVICE, mode=Mode.WRONG_SIGNATURE):
                return self._signed(
                    self._told(now, self._next_serial()), key=ec.generate_private_key(ec.SECP256R1())
                )
            if self._standing is None or not timedelta(0) <= now - self._standing[0] < self.validity / 4:
                self._standing = now, self._signed(self._told(now, self._next_serial()))
            return self._standing[1]

    def content(self) -> dict[str, Any]:
        """The document's content without serial and times."""
        settings, authority = self.authority.settings, self.authority
        return {
            "instance": self.instance,
            "authorities": [
                {
                    "name": certificate.subject.rfc4514_string(),
                    "certificate": _b64(certificate.public_bytes(Encoding.DER)),
                    "ocsp": f"{settings.base}/ocsp",
                }
                for certificate in (authority.issuing, authority.root)
            ],
            "stamping": [
                {"name": "Dấu thời gian thử", "url": f"{settings.base}/tsa", "certificate": _b64(self.tsa)}
            ],
            "stamping_interval": STAMPING_SECONDS,
            "members": [self._member(key, data) for key, data in self._entries("member")],
            "servers": [self._server(key, data) for key, data in self._entries("server")],
            "groups": [data for _key, data in self._entries("group")],
        }

    def _member(self, key: str, data: dict[str, Any]) -> dict[str, Any]:
        below = [entry for name, entry in self._entries("subsystem") if name.startswith(f"{key}/")]
        return {**data, "subsystems": below}

    def _server(self, key: str, data: dict[str, Any]) -> dict[str, Any]:
        clients = [name.split(" ")[1] for name, _ in self._entries("client") if name.startswith(f"{key} ")]
        return {**data, "clients": clients}

    def _told(self, at: datetime, serial: int) -> bytes:
        head = {"instance": self.instance, "serial": serial, "issued": _text(at)}
        told = {**head, "expires": _text(at + self.validity), **self.content()}
        return json.dumps(told, ensure_ascii=False).encode()

    def _signed(self, payload: bytes, *, key: ec.EllipticCurvePrivateKey | None = None) -> str:
        """RFC 7515 §7.1 with ES256 (RFC 7518 §3.4: the two numbers, 32 bytes each)."""
        text = f"{_b64url(HEADER)}.{_b64url(payload)}"
        r, s = decode_dss_signature((key or self.key).sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{_b64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def _serial(self) -> int:
        return int(self._database.execute("SELECT serial FROM exchange_serial").fetchone()[0])

    def _next_serial(self) -> int:
        self._database.execute("UPDATE exchange_serial SET serial = serial + 1")
        return self._serial()

    def _keys(self) -> list[tuple[str, str]]:
        with self._lock:
            return self._database.execute("SELECT kind, key FROM exchange_entries").fetchall()

    def _entries(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        with self._lock:
            rows = self._database.execute(
                "SELECT key, data FROM exchange_entries WHERE kind = ? ORDER BY key", (kind,)
            ).fetchall()
        return [(key, json.loads(data)) for key, data in rows]


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def folder_of(home: Path, name: str) -> Path:
    """Where a security server keeps its files."""
    folder = home / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
