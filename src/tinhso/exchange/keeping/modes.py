"""What is kept of a message by its mode (exchange protocol §11.2)."""

from __future__ import annotations

import re

from tinhso.exchange.contracts import BodyLog

CRLF = b"\r\n"
_SERVICE = re.compile(rb"^/r1(?:/[^/?]*){5}")
_RESPONSE = re.compile(rb"^[1-9]")
_BODY = re.compile(rb"(<(?:[^\s<>/:]+:)?Body\b[^>]*)>.*</(?:[^\s<>/:]+:)?Body\s*>", re.DOTALL)


def kept_head(head: bytes, mode: BodyLog) -> bytes:
    """What is kept of the header part (§4.1) or SOAP message; in mode `metadata` no path, query or body.

    REST: the request line cut after the service code, or code and reason, and `x-road-*` headers. SOAP: the
    body's content is taken out. Raises ValueError for mode `none`, and for a SOAP message without a body.
    """
    if mode is BodyLog.NONE:
        raise ValueError("nothing is kept of such a message")
    if mode is not BodyLog.METADATA:
        return head
    return _soap(head) if head.lstrip().startswith(b"<") else _rest(head)


def _rest(head: bytes) -> bytes:
    first, second, *headers = head.split(CRLF)
    if not _RESPONSE.match(head):
        found = _SERVICE.match(second)
        second = found[0] if found else b""
    named = [one for one in headers if one[:7].lower() == b"x-road-"]
    return CRLF.join([first, second, *named, b""])


def _soap(message: bytes) -> bytes:
    cut, count = _BODY.subn(rb"\1/>", message)
    if count != 1:
        raise ValueError("a SOAP message has one body")
    return cut
