"""Reading XML of others: no document types, no entities, no network, bounded depth; positions are known."""

from __future__ import annotations

import html
import re
from typing import Final
from xml.parsers import expat

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
"""The namespace of SOAP 1.1."""

MOST_DEPTH: Final = 200
"""How deep elements may lie in each other."""

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Parser = expat.XMLParserType


class NotAllowed(Exception):
    """The bytes are not XML, or XML of a kind that the exchange does not read; the text says which."""


def parser(encoding: str | None = None) -> Parser:
    """An expat parser that knows namespaces and refuses document types and processing of anything outside.

    `encoding` overrules what the document says of itself. Names come as `{namespace}local`.
    """
    made = expat.ParserCreate(encoding, namespace_separator="}")
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse_doctype
    made.EntityDeclHandler = _refuse_doctype
    made.ExternalEntityRefHandler = _refuse_doctype
    return made


def run(reader: Parser, data: bytes) -> None:
    """Parse a whole document; raises NotAllowed for anything but XML."""
    try:
        reader.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as why:
        raise NotAllowed(str(why)) from why


def name_of(raw: str) -> str:
    """Expat's `namespace}local` as `{namespace}local`; a name without namespace stays."""
    return f"{{{raw}" if "}" in raw else raw


def leaf_texts(data: bytes, encoding: str | None = None) -> dict[str, str]:
    """The text directly in each element by its name, the first of a name; raises NotAllowed."""
    texts: dict[str, str] = {}
    open_names: list[str] = []
    taken: list[bool] = []

    def begin(raw: str, _attributes: dict[str, str]) -> None:
        name = name_of(raw)
        open_names.append(name)
        if len(open_names) > MOST_DEPTH:
            raise NotAllowed("elements lie too deep in each other")
        taken.append(name not in texts)
        texts.setdefault(name, "")

    def end(_raw: str) -> None:
        open_names.pop()
        taken.pop()

    def text(said: str) -> None:
        if taken and taken[-1]:
            texts[open_names[-1]] += said

    reader = parser(encoding)
    reader.StartElementHandler = begin
    reader.EndElementHandler = end
    reader.CharacterDataHandler = text
    run(reader, data)
    return texts


def escaped(text: str) -> str:
    """Text as XML content; characters that XML does not know become U+FFFD."""
    return html.escape(_NOT_XML.sub("\ufffd", text), quote=False)


def _refuse_doctype(*_said: object) -> int:
    raise NotAllowed("document types and entities are not read")
