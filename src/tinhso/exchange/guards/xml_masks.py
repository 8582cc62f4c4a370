"""Masks of XML and of SOAP messages: elements and attributes by their local names, whatever their prefix.

A copy is written anew from what was read, so nothing that no rule could look at stands in it: comments and
instructions are left out, document types are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from lxml import etree

from tinhso.exchange.guards.mask_rules import MASK, Act, CannotMask, Rule
from tinhso.exchange.protocol.soap import IDENTIFIERS, REPRESENTATION, XROAD
from tinhso.exchange.protocol.xml import SOAP

Element = Any

CREDENTIALS: Final = "Security"
"""The header block of WS-Security: like `Authorization` it never stands in a masked log."""

_OURS: Final = frozenset((XROAD, IDENTIFIERS, REPRESENTATION))
_CHARSET: Final = re.compile(r"""charset\s*=\s*"?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)


def document(rules: Sequence[Rule], content_type: str, data: bytes) -> bytes:
    """A copy of an XML document; raises CannotMask when no rule is of XML or it cannot be read."""
    root = _read(rules, content_type, data)
    for rule in rules:
        _apply(rule, [root])
    return _written(root)


def envelope(rules: Sequence[Rule], content_type: str, data: bytes) -> bytes:
    """A copy of a SOAP message: rules reach into its body and into headers, but not those of the exchange, by
    which the log is searched. Paths begin at the body's element, or at a header. Raises CannotMask."""
    root = _read(rules, content_type, data)
    bodies = root.findall(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or len(bodies) != 1:
        raise CannotMask("the message is no SOAP envelope")
    headers = [
        block
        for header in root.findall(f"{{{SOAP}}}Header")
        for block in header
        if etree.QName(block).namespace not in _OURS
    ]
    for block in headers:
        if etree.QName(block).localname == CREDENTIALS:
            _put(block, MASK)
    for rule in rules:
        _apply(rule, [*bodies[0], *headers])
    return _written(root)


def _read(rules: Sequence[Rule], content_type: str, data: bytes) -> Element:
    if not rules:
        raise CannotMask("no rule reaches into XML")
    said = _CHARSET.search(content_type)
    try:
        parser = etree.XMLParser(
            encoding=said[1] if said else None,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as why:
        raise CannotMask("the body is not XML") from why
    if root.getroottree().docinfo.internalDTD is not None:
        raise CannotMask("document types are not read")
    return root


def _written(root: Element) -> bytes:
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return made


def _apply(rule: Rule, tops: Iterable[Element]) -> None:
    steps = [str(step) for step in rule.steps]
    for element, attribute in list(_reached(tops, steps)):
        if attribute is None:
            _mask(rule, element)
        elif rule.act is Act.REMOVE:
            element.attrib.pop(attribute, None)
        elif attribute in element.attrib:
            element.set(attribute, _plain(rule.masked(element.get(attribute))))


def _reached(tops: Iterable[Element], steps: Sequence[str]) -> Iterator[tuple[Element, str | None]]:
    """Elements, or elements and the full name of an attribute, that a path leads to from these on."""
    first, rest = steps[0], steps[1:]
    deep, name = first.startswith("//"), first.lstrip("/")
    for top in tops:
        for element in top.iter(etree.Element) if deep else [top]:
            if name.startswith("@"):
                for key in element.attrib:
                    if etree.QName(key).localname == name[1:]:
                        yield element, key
            elif name in ("*", etree.QName(element).localname):
                if not rest:
                    yield element, None
                elif rest[0].startswith("/@"):
                    yield from _reached([element], rest)
                else:
                    yield from _reached(element, rest)


def _mask(rule: Rule, element: Element) -> None:
    parent = element.getparent()
    if rule.act is not Act.REMOVE:
        _put(element, _plain(rule.masked("".join(element.itertext()))))
    elif parent is None:
        _put(element, "")
    else:
        before, tail = element.getprevious(), element.tail or ""
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
        parent.remove(element)


def _put(element: Element, text: str) -> None:
    """Nothing of the element stays but its name."""
    tail = element.tail
    element.clear()
    element.text, element.tail = text, tail


def _plain(text: str) -> str:
    return "".join(one for one in text if one in "\t\n" or one.isprintable())
