"""What the national security server offers, and who may ask it (exchange protocol §7)."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote

from national.exchange.failures import Failure

SCHEMA = """
CREATE TABLE IF NOT EXISTS services (key TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rights (data TEXT PRIMARY KEY);
"""
KINDS = ("REST", "OPENAPI", "SOAP")
RESERVED = ("listMethods", "allowedMethods", "getOpenAPI", "getWsdl")
FORBIDDEN = re.compile(r"%(?:2f|5c|25[0-9a-f]{2}|[01][0-9a-f]|7f)|[\\\x00-\x1f]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service of a subsystem; `owner` is `instance/class/member/subsystem`."""

    owner: str
    code: str
    version: str = ""
    kind: str = "REST"
    url: str = ""
    """The base address (REST) or the address (SOAP)."""
    description: str = ""
    """Address of the OpenAPI text or of the WSDL."""
    endpoints: tuple[tuple[str, str], ...] = ()
    """Method and path glob of each known endpoint."""
    notice: str = ""
    """Not empty: disabled, and this is why."""


@dataclass(frozen=True, kw_only=True)
class Right:
    """A subsystem, or a global group by its code, may ask a service: whole, or one endpoint."""

    owner: str
    code: str
    subject: str
    method: str = "*"
    path: str = "**"


class Services:
    """Kept in SQLite; changed from outside while the server runs."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.executescript(SCHEMA)

    def put(self, service: Service) -> None:
        """Register, or register anew; raises ValueError for a reserved code."""
        if service.code in RESERVED or service.kind not in KINDS:
            raise ValueError(f"{service.code} is reserved, or {service.kind} is no kind of service")
        self._do(
            "INSERT INTO services VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data",
            f"{service.owner}/{service.code}/{service.version}",
            json.dumps(asdict(service)),
        )

    def allow(self, right: Right) -> None:
        """Give a right."""
        self._do("INSERT OR IGNORE INTO rights VALUES (?)", json.dumps(asdict(right)))

    def forbid(self, right: Right) -> None:
        """Take it back."""
        self._do("DELETE FROM rights WHERE data = ?", json.dumps(asdict(right)))

    def of(self, owner: str) -> list[Service]:
        """Everything a subsystem offers, by code."""
        rows = self._do("SELECT data FROM services ORDER BY key")
        found = [Service(**json.loads(row[0])) for row in rows]
        return [
            Service(**asdict(one) | {"endpoints": tuple((verb, path) for verb, path in one.endpoints)})
            for one in found
            if one.owner == owner
        ]

    def find(self, owner: str, code: str, version: str = "") -> Service:
        """One service; raises Failure `unknown_service`."""
        for one in self.of(owner):
            if (one.code, one.version) == (code, version):
                return one
        raise Failure("unknown_service", f"{owner} has no service {code} {version}".strip())

    def rights(self, service: Service, subjects: Iterable[str]) -> list[Right]:
        """What these subjects may ask of a service."""
        rows = self._do("SELECT data FROM rights")
        found = [Right(**json.loads(row[0])) for row in rows]
        here = [one for one in found if (one.owner, one.code) == (service.owner, service.code)]
        return [one for one in here if one.subject in set(subjects)]

    def _do(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()


def may(rights: Iterable[Right], method: str, path: str) -> bool:
    """Whether any right covers that method and decoded path."""
    return any(one.method.upper() in ("*", method.upper()) and matches(one.path, path) for one in rights)


def matches(glob: str, path: str) -> bool:
    r"""§7.1: `*` within a segment, `**` across, `\*` and `\\` for the letters themselves."""
    pattern, at = "", 0
    while at < len(glob):
        if glob[at] == "*":
            stars = len(glob[at:]) - len(glob[at:].lstrip("*"))
            pattern += "[^/]*" if stars == 1 else ".*"
            at += stars
        elif glob[at] == "\\" and glob[at + 1 : at + 2] in ("*", "\\"):
            pattern += re.escape(glob[at + 1])
            at += 2
        else:
            pattern += re.escape(glob[at])
            at += 1
    return re.fullmatch(pattern, path, re.DOTALL) is not None


def decoded(path: str) -> str:
    """A service path for matching; raises Failure for one that hides where it leads (§7.2)."""
    text = unquote(path)
    if FORBIDDEN.search(path) or any(segment in (".", "..") for segment in text.split("/")):
        raise Failure("client.bad_request", "the path is not a plain one")
    return text
