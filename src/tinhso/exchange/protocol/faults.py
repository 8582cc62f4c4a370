"""What a failed exchange says: one fault, written as JSON, XML or SOAP, and read back in both spellings.

Exchange protocol §5. `X-Road-Error` stands on an answer if and only if the failure is the exchange's own.
"""

from __future__ import annotations

import json
from typing import Final
from uuid import uuid4

from tinhso.exchange.protocol import xml

ERROR_HEADER: Final = "X-Road-Error"
"""The header that holds the fault's code (§5.1)."""

JSON_TYPE: Final = "application/json"
_XML_TYPES: Final = {"application/xml": "application/xml", "text/xml": "text/xml", "text/*": "text/xml"}
_NEW_NAMES: Final = {"outdatedglobalconf": "globalconfoutdated"}
_MOST_READ: Final = 256 * 1024


class Fault(Exception):
    """A failure that its caller reads.

    `code` in lower snake case with its prefix, such as `server.serverproxy.access_denied` (§5.4, §5.5);
    `detail` is the UUID that stands in the server's log as well; `status` is 400 for the caller's own
    faults (`client.…`), else 500 (§5.3), unless a status is given.
    """

    __slots__ = ("code", "detail", "message", "status")

    def __init__(self, code: str, message: str = "", detail: str = "", status: int = 0) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message or code
        self.detail = detail or str(uuid4())
        self.status = status or (400 if code == "client" or code.startswith("client.") else 500)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def within(self, prefix: str) -> Fault:
        """The same fault as `prefix` reports it; a code that has a side already stays."""
        if self.code.startswith((f"{prefix}.", "client.", "server.")):
            return self
        return Fault(f"{prefix}.{self.code}", self.message, self.detail)


def same(one: str, other: str) -> bool:
    """Whether two codes mean the same, in either spelling: `AccessDenied`, `access_denied` (§5.4)."""
    return one == other or _plain(one) == _plain(other)


def answer_type(accept: str | None) -> str:
    """The media type of a fault for all values of `Accept`, joined by commas; q-values are ignored (§5.2)."""
    for each in (accept or "").split(","):
        chosen = _XML_TYPES.get(each.split(";", 1)[0].strip().lower())
        if chosen:
            return chosen
    return JSON_TYPE


def render(fault: Fault, accept: str | None) -> tuple[str, bytes]:
    """Content type and body of a REST answer that carries the fault (§5.2)."""
    kind = answer_type(accept)
    if kind == JSON_TYPE:
        said = {"type": fault.code, "message": fault.message, "detail": fault.detail}
        return kind, json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><error>'
        f"<type>{xml.escaped(fault.code)}</type><message>{xml.escaped(fault.message)}</message>"
        f"<detail>{xml.escaped(fault.detail)}</detail></error>"
    )
    return f"{kind};charset=utf-8", text.encode()


def soap_fault(fault: Fault) -> bytes:
    """The fault as a SOAP 1.1 envelope, sent as `text/xml` (§8)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{xml.SOAP}"><SOAP-ENV:Body><SOAP-ENV:Fault>'
        f"<faultcode>{xml.escaped(fault.code)}</faultcode><faultstring>{xml.escaped(fault.message)}</faultstring>"
        f"<faultactor></faultactor><detail><faultDetail>{xml.escaped(fault.detail)}</faultDetail></detail>"
        "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def read_fault(content_type: str, body: bytes) -> Fault | None:
    """The fault that an answer holds as JSON, XML or SOAP, or None when it holds none."""
    kind = content_type.split(";", 1)[0].strip().lower()
    if len(body) > _MOST_READ:
        return None
    if kind == JSON_TYPE:
        return _from_json(body)
    if kind in ("text/xml", "application/xml"):
        return _from_xml(body)
    return None


def _plain(code: str) -> str:
    parts = code.lower().replace("_", "").split(".")
    return ".".join(_NEW_NAMES.get(part, part) for part in parts)


def _from_json(body: bytes) -> Fault | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str) or not said["type"]:
        return None
    return Fault(said["type"], str(said.get("message") or ""), str(said.get("detail") or ""))


def _from_xml(body: bytes) -> Fault | None:
    try:
        texts = xml.leaf_texts(body)
    except xml.NotAllowed:
        return None
    if f"{{{xml.SOAP}}}Envelope" in texts:
        code, message, detail = (texts.get(name, "") for name in ("faultcode", "faultstring", "faultDetail"))
    elif "error" in texts:
        code, message, detail = (texts.get(name, "") for name in ("type", "message", "detail"))
    else:
        return None
    return Fault(code.strip(), message.strip(), detail.strip()) if code.strip() else None
