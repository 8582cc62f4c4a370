"""Failures of the exchange and how they are told: JSON, XML, SOAP fault (exchange protocol §5)."""

from __future__ import annotations

import json
import re
import uuid
from xml.sax.saxutils import escape

from lxml import etree

from national.exchange.xml import SOAP, BadXml, read

UNSAID = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (§2.2) and UTF-8 have no room for."""
CONSUMER, PROVIDER = "server.clientproxy", "server.serverproxy"


class Failure(Exception):
    """A failure with its code; `detail` is a UUID that stands in the log too."""

    def __init__(self, code: str, message: str, detail: str = "") -> None:
        self.message = UNSAID.sub("\ufffd", message)
        super().__init__(self.message)
        self.code, self.detail = code, detail or str(uuid.uuid4())

    def within(self, prefix: str) -> Failure:
        """The same below a prefix, unless it carries one already."""
        if self.code.startswith(("server.", "client.", "signer.")):
            return self
        return Failure(f"{prefix}.{self.code}", self.message, self.detail)

    @property
    def status(self) -> int:
        """HTTP status: 500 for `server.…`, otherwise 400."""
        return 500 if self.code.startswith("server.") else 400


def rendered(failure: Failure, accept: str) -> tuple[str, bytes]:
    """Content type and body for an information system, by its `Accept` (§5.2)."""
    told = {"type": failure.code, "message": failure.message, "detail": failure.detail}
    for wanted in (part.split(";")[0].strip().lower() for part in accept.split(",")):
        kind = "text/xml" if wanted == "text/*" else wanted
        if kind in ("application/xml", "text/xml"):
            inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
            return f"{kind};charset=utf-8", f"<error>{inner}</error>".encode()
    return "application/json", json.dumps(told, ensure_ascii=False).encode()


def soap_fault(failure: Failure) -> bytes:
    """A SOAP 1.1 fault (§8)."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP}"><SOAP-ENV:Body>'
        f"<SOAP-ENV:Fault><faultcode>{escape(failure.code)}</faultcode>"
        f"<faultstring>{escape(failure.message)}</faultstring><faultactor></faultactor>"
        f"<detail><faultDetail>{escape(failure.detail)}</faultDetail></detail>"
        "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def read_fault(body: bytes) -> Failure | None:
    """The failure a SOAP fault tells of, or None when it is none."""
    try:
        root = read(body)
    except BadXml:
        return None
    found = root.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if root.tag != f"{{{SOAP}}}Envelope" or found is None:
        return None
    return Failure(_text(found, "faultcode"), _text(found, "faultstring"), _text(found, "detail/faultDetail"))


def _text(within: etree._Element, path: str) -> str:
    return (within.findtext(path) or "").strip()
