"""Who speaks and what is asked: identifiers of members, subsystems, services and servers.

Exchange protocol §1.1 and §1.3: parts are percent-encoded one by one in UTF-8 and joined by `/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from tinhso.exchange.protocol.faults import Fault

MOST_CHARACTERS: Final = 255
"""The longest part that log and monitoring hold (§1.1)."""

_MOST_TEXT: Final = 4096
_UNESCAPED: Final = "-._~!$&'()*+,;=:@"
_PART: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+")
_ODD: Final = re.compile("[\x00-\x1f\x7f-\x9f%:;/\\\\\u200b\ufeff]")


@dataclass(frozen=True, slots=True)
class ClientId:
    """A subsystem, or a member when `subsystem` is empty."""

    instance: str
    member_class: str
    member_code: str
    subsystem: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts as they are, not encoded."""
        member = (self.instance, self.member_class, self.member_code)
        return (*member, self.subsystem) if self.subsystem else member

    @property
    def member(self) -> ClientId:
        """The member whose subsystem this is."""
        return ClientId(self.instance, self.member_class, self.member_code) if self.subsystem else self

    def __str__(self) -> str:
        return _joined(self.parts)


@dataclass(frozen=True, slots=True)
class ServiceId:
    """A service of a subsystem; `version` is SOAP's only."""

    owner: ClientId
    code: str
    version: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts as they are, not encoded."""
        own = (*self.owner.parts, self.code)
        return (*own, self.version) if self.version else own

    def __str__(self) -> str:
        return _joined(self.parts)


@dataclass(frozen=True, slots=True)
class ServerId:
    """A gateway (security server), named by its owner."""

    instance: str
    member_class: str
    member_code: str
    code: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts as they are, not encoded."""
        return (self.instance, self.member_class, self.member_code, self.code)

    @property
    def owner(self) -> ClientId:
        """The member that owns the server."""
        return ClientId(self.instance, self.member_class, self.member_code)

    def __str__(self) -> str:
        return _joined(self.parts)


def parse_client(text: str) -> ClientId:
    """A client of three or four parts (§1.2); raises Fault `invalid_client_identifier`, the caller's."""
    try:
        parts = _parts(text)
    except ValueError as why:
        raise Fault("client.invalid_client_identifier", f"Invalid client identifier: {why}") from why
    if len(parts) not in (3, 4):
        raise Fault("client.invalid_client_identifier", "A client identifier has three or four parts")
    return ClientId(*parts)


def parse_service(text: str) -> ServiceId:
    """A service of five parts, or six with a version; raises Fault `client.bad_request`."""
    try:
        parts = _parts(text)
    except ValueError as why:
        raise Fault("client.bad_request", f"Invalid service identifier: {why}") from why
    if len(parts) not in (5, 6):
        raise Fault("client.bad_request", "A service identifier has five or six parts")
    return ServiceId(ClientId(*parts[:4]), *parts[4:])


def parse_server(text: str) -> ServerId:
    """A server of exactly four parts (§3.1); raises Fault `invalid_security_server`, the caller's."""
    try:
        parts = _parts(text)
    except ValueError as why:
        raise Fault("client.invalid_security_server", f"Invalid security server identifier: {why}") from why
    if len(parts) != 4:
        raise Fault("client.invalid_security_server", "A security server identifier has four parts")
    return ServerId(*parts)


def parse_represented_party(text: str) -> tuple[str, str]:
    """Class (or an empty text) and code of a represented party, at most two parts (§3.1); raises Fault."""
    try:
        parts = _parts(text)
    except ValueError as why:
        raise Fault("client.bad_request", f"Invalid represented party: {why}") from why
    if len(parts) > 2:
        raise Fault("client.bad_request", "A represented party has one or two parts")
    return (parts[0], parts[1]) if len(parts) == 2 else ("", parts[0])


def encode(part: str) -> str:
    """One part, percent-encoded as a path segment of RFC 3986 (§1.3)."""
    return quote(part, safe=_UNESCAPED)


@lru_cache(maxsize=4096)
def oddities(identifier: ClientId | ServiceId | ServerId) -> tuple[str, ...]:
    """Parts with characters that new identifiers must not have; a message with them still passes (§1.1)."""
    return tuple(part for part in identifier.parts if _ODD.search(part))


@lru_cache(maxsize=4096)
def _joined(parts: tuple[str, ...]) -> str:
    return "/".join(map(encode, parts))


def _parts(text: str) -> tuple[str, ...]:
    if len(text) > _MOST_TEXT:
        raise ValueError("it is too long")
    return _parsed(text)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[str, ...]:
    return tuple(map(_decoded, text.split("/")))


def _decoded(part: str) -> str:
    if not _PART.fullmatch(part):
        raise ValueError("a part is empty, or has a character that must be percent-encoded")
    try:
        text = unquote_to_bytes(part).decode() if "%" in part else part
    except UnicodeDecodeError as why:
        raise ValueError("a part is not UTF-8") from why
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"a part is longer than {MOST_CHARACTERS} characters")
    if "\x00" in text:
        raise ValueError("a part holds a NUL, which no log can keep")
    return text
