"""One exchange as one side saw it, for operational monitoring (exchange protocol §15), and its row."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from tinhso.exchange.keeping.binary import FALSE, LENGTH, NULL, TRUE

MOST_TEXT: Final = 255
MOST_FAULT: Final = 2_048

_NUMBERS: Final = {
    "request_in": "q",
    "request_out": "q",
    "response_in": "q",
    "response_out": "q",
    "request_size": "q",
    "request_mime_size": "q",
    "request_attachments": "i",
    "response_size": "q",
    "response_mime_size": "q",
    "response_attachments": "i",
    "status": "h",
}
_TEXTS: Final = (
    *("side", "client", "provider", "service_code", "service_version", "service_type"),
    *("rest_method", "rest_path", "software", "protocol_version", "party_class", "party_code"),
    *("message_id", "request_id", "user_id", "issue"),
    *("client_address", "provider_address", "own_address", "fault_code", "fault_string"),
)
_LONGER: Final = {"fault_string": MOST_FAULT, "client": 4 * MOST_FAULT, "provider": 4 * MOST_FAULT}
"""Identifiers are of four parts, each percent-encoded; answers cut each part."""
COLUMNS: Final = (*_NUMBERS, *_TEXTS, "succeeded")


@dataclass(slots=True)
class Observed:
    """What is known of an exchange so far: marks in milliseconds since 1970, sizes in bytes.

    `client` and `provider` are identifiers as text. Texts that are not known are empty, numbers None.
    """

    side: Literal["client", "service"]
    request_in: int
    software: str
    own_address: str
    request_out: int | None = None
    response_in: int | None = None
    response_out: int | None = None
    client: str = ""
    provider: str = ""
    service_code: str = ""
    service_version: str = ""
    service_type: str = ""
    rest_method: str = ""
    rest_path: str = ""
    protocol_version: str = ""
    party_class: str = ""
    party_code: str = ""
    message_id: str = ""
    request_id: str = ""
    user_id: str = ""
    issue: str = ""
    client_address: str = ""
    provider_address: str = ""
    request_size: int | None = None
    request_mime_size: int | None = None
    request_attachments: int | None = None
    response_size: int | None = None
    response_mime_size: int | None = None
    response_attachments: int | None = None
    succeeded: bool = False
    status: int | None = None
    fault_code: str = ""
    fault_string: str = ""


def encoded(seen: Observed) -> bytes:
    """Its row for PostgreSQL's binary COPY into `COLUMNS`; texts are cut to what the protocol allows."""
    made = [_COUNT]
    for name, pack in _PACKS:
        value = getattr(seen, name)
        made.append(NULL if value is None else pack(value))
    for name, most in _CUTS:
        raw = getattr(seen, name).replace("\x00", "")[:most].encode("utf-8", "replace")
        made += (LENGTH(len(raw)), raw)
    made.append(TRUE if seen.succeeded else FALSE)
    return b"".join(made)


def _packed(kind: str) -> Callable[[int], bytes]:
    size, pack = struct.calcsize(f"!{kind}"), struct.Struct(f"!i{kind}").pack
    return lambda value: pack(size, value)


_COUNT: Final = struct.pack("!h", len(COLUMNS))
_PACKS: Final = tuple((name, _packed(kind)) for name, kind in _NUMBERS.items())
_CUTS: Final = tuple((name, _LONGER.get(name, MOST_TEXT)) for name in _TEXTS)
