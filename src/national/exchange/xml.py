"""XML read without trust: no document types, no entities, no network."""

from __future__ import annotations

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XRD = "http://x-road.eu/xsd/xroad.xsd"
ID = "http://x-road.eu/xsd/identifiers"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
ASIC = "http://uri.etsi.org/02918/v1.2.1#"
CHAIN = "http://cyber.ee/hashchain"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
MOST_BYTES = 10_000_000


class BadXml(ValueError):
    """Not XML as it is read here; the text says why."""


def read(data: bytes) -> etree._Element:
    """The root element, without comments (which no canonical form holds either); raises BadXml."""
    if len(data) > MOST_BYTES:
        raise BadXml("too large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise BadXml(str(fault)) from fault
    if root.getroottree().docinfo.doctype:
        raise BadXml("a document type is not allowed")
    if next(root.iter(etree.ProcessingInstruction), None) is not None:
        raise BadXml("a processing instruction is not allowed")
    return root


def only(within: etree._Element, *path: tuple[str, str]) -> etree._Element:
    """The one element down that path of (namespace, name); raises BadXml for none and for several."""
    for namespace, name in path:
        found = within.findall(f"{{{namespace}}}{name}")
        if len(found) != 1:
            raise BadXml(f"{len(found)} elements {name} where one is expected")
        within = found[0]
    return within


def text(within: etree._Element, *path: tuple[str, str]) -> str:
    """The text of that one element; raises BadXml."""
    element = only(within, *path)
    if len(element):
        raise BadXml(f"{element.tag} holds more than text")
    return (element.text or "").strip()


def local(element: etree._Element) -> str:
    """The name without its namespace."""
    return str(etree.QName(element).localname)
