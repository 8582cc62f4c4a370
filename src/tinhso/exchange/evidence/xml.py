"""Reads XML of others with everything shut: no entities, no document types, no network, bounded size."""

from __future__ import annotations

import binascii
from typing import Any

from lxml import etree

from tinhso.exchange.evidence.errors import BadEvidence

DS = "http://www.w3.org/2000/09/xmldsig#"
MOST_BYTES = 1 << 20

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
)


def read(data: bytes, *, malformed: str) -> Any:
    """The root element. Raises BadEvidence(`malformed`) unless plain UTF-8 XML of elements and text."""
    if len(data) > MOST_BYTES:
        raise BadEvidence(malformed, f"more than {MOST_BYTES} bytes of XML")
    try:
        data.decode("utf-8")
        root = etree.fromstring(data, _PARSER)
    except (UnicodeDecodeError, etree.XMLSyntaxError, ValueError) as fault:
        raise BadEvidence(malformed, f"not XML in UTF-8: {fault}") from fault
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise BadEvidence(malformed, "a document type is not allowed")
    if (info.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        raise BadEvidence(malformed, f"encoding {info.encoding} is not UTF-8")
    if root.getprevious() is not None or root.getnext() is not None:
        raise BadEvidence(malformed, "something stands beside the root element")
    _only_elements(root, malformed)
    return root


def _only_elements(root: Any, malformed: str) -> None:
    for _ in root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity):
        raise BadEvidence(malformed, "comments, instructions and entities are not allowed")


def decoded(text: str | None, *, malformed: str) -> bytes:
    """Base64 text, white space allowed as XML signatures allow it. Raises BadEvidence(`malformed`)."""
    try:
        return binascii.a2b_base64("".join((text or "").split()), strict_mode=True)
    except (binascii.Error, ValueError) as fault:
        raise BadEvidence(malformed, "not base64") from fault


def escaped(text: str) -> str:
    """Text as canonical XML writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
