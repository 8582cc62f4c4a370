"""SOAP messages 4.0: their headers, the hash of the request in the answer (exchange protocol §8)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from lxml import etree

from national.exchange.failures import Failure
from national.exchange.parts import SOAP_KINDS, Part
from national.exchange.parts import read as read_parts
from national.exchange.xml import ID, SHA512, SOAP, XRD, BadXml, local, read

MEMBER_PARTS = ("xRoadInstance", "memberClass", "memberCode")
CLIENT_PARTS = (*MEMBER_PARTS, "subsystemCode")
SERVICE_PARTS = (*CLIENT_PARTS, "serviceCode", "serviceVersion")
ORDERED = re.compile(r'"[^"]*"|')
MANDATORY = ("client", "service", "id", "protocolVersion")


@dataclass(frozen=True)
class Envelope:
    """A message with what its headers tell."""

    data: bytes
    headers: tuple[tuple[str, str], ...]
    """Name with namespace, and canonical text, in order; without the hash of the request."""
    client: tuple[str, ...]
    service: tuple[str, ...]
    """Owner's four parts, code, and version when there is one."""
    id: str
    request_hash: str
    body: etree._Element
    """The one element within the body."""

    @property
    def code(self) -> str:
        """The service's code."""
        return self.service[4]


def read_envelope(data: bytes) -> Envelope:
    """A request or an answer; raises Failure."""
    try:
        root = read(data)
    except BadXml as fault:
        raise Failure("invalid_soap", str(fault)) from fault
    if root.tag != f"{{{SOAP}}}Envelope":
        raise Failure("invalid_soap", "no SOAP 1.1 envelope")
    head, body = root.find(f"{{{SOAP}}}Header"), root.find(f"{{{SOAP}}}Body")
    if head is None:
        raise Failure("missing_header", "no SOAP header")
    if body is None or len(body) != 1:
        raise Failure("missing_body", "not one element within the SOAP body")
    told = {local(one): one for one in head if etree.QName(one).namespace == XRD}
    if len(told) != sum(1 for one in head if etree.QName(one).namespace == XRD):
        raise Failure("duplicate_header_field", "a header stands twice")
    for name in MANDATORY:
        if name not in told:
            raise Failure("missing_header_field", f"the header {name} is missing")
    if (told["protocolVersion"].text or "").strip() != "4.0":
        raise Failure("invalid_protocol_version", "protocol version 4.0 is spoken here")
    return Envelope(
        data=data,
        headers=tuple((str(one.tag), _canonical(one)) for one in head if one.tag != f"{{{XRD}}}requestHash"),
        client=_identifier(told["client"], CLIENT_PARTS, len(MEMBER_PARTS)),
        service=_identifier(told["service"], SERVICE_PARTS, 5),
        id=(told["id"].text or "").strip(),
        request_hash=_hash(told.get("requestHash")),
        body=body[0],
    )


def _hash(element: etree._Element | None) -> str:
    if element is None:
        return ""
    if element.get("algorithmId") != SHA512:
        raise Failure("inconsistent_headers", "the request's hash is not SHA-512")
    return (element.text or "").strip()


def _identifier(element: etree._Element, names: tuple[str, ...], least: int) -> tuple[str, ...]:
    kind = {3: "MEMBER", 4: "SUBSYSTEM", 5: "SERVICE", 6: "SERVICE"}.get(len(element))
    right = [f"{{{ID}}}{name}" for name in names[: len(element)]]
    if not least <= len(element) <= len(names) or [one.tag for one in element] != right:
        raise Failure("invalid_soap", f"{local(element)} is no identifier")
    if element.get(f"{{{ID}}}objectType") != kind:
        raise Failure("invalid_soap", f"{local(element)} has another object type")
    return tuple((one.text or "").strip() for one in element)


def _canonical(element: etree._Element) -> str:
    """A header without its prefixes: names, attributes and texts."""
    attributes = sorted((str(name), str(value)) for name, value in element.attrib.items())
    return repr(
        (str(element.tag), attributes, (element.text or "").strip(), [_canonical(one) for one in element])
    )


def check_action(action: str | None) -> None:
    """SOAPAction is missing, empty, or a quoted text; raises Failure."""
    if action is not None and not ORDERED.fullmatch(action):
        raise Failure("client.invalid_soap_action", "SOAPAction must be quoted")


def digest(data: bytes) -> str:
    """`requestHash`: of the request's exact bytes."""
    return base64.b64encode(hashlib.sha512(data).digest()).decode()


def with_hash(answer: bytes, value: str) -> bytes:
    """The answer with the request's hash as its last header; one the service set is replaced."""
    root = read(answer)
    head = root.find(f"{{{SOAP}}}Header")
    if head is None:
        raise Failure("missing_header", "the service's answer has no SOAP header")
    for one in head.findall(f"{{{XRD}}}requestHash"):
        head.remove(one)
    made = etree.SubElement(head, f"{{{XRD}}}requestHash", algorithmId=SHA512)
    made.text = value
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def check_answer(request: Envelope, answer: Envelope, *, hashed: bool) -> None:
    """The answer copies all headers of the request (and tells its hash); raises Failure."""
    if answer.headers != request.headers:
        raise Failure("inconsistent_headers", "the answer's headers are not the request's")
    if hashed and answer.request_hash != digest(request.data):
        raise Failure("inconsistent_response", "the hash of the request is another")
    if local(answer.body) not in (f"{local(request.body)}Response", "Fault"):
        raise Failure("invalid_body", "the answer's body is of another service")


def opened(content_type: str, body: bytes) -> tuple[Part, list[Part]]:
    """The SOAP part of an HTTP body and its attachments; raises Failure."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/xml":
        return Part(body, [("Content-Type", content_type)]), []
    if kind != "multipart/related":
        raise Failure("client.invalid_content_type", f"{kind or 'nothing'} is not spoken here")
    first, *attached = read_parts(content_type, body)
    if first.kind not in SOAP_KINDS:
        raise Failure("missing_soap", "the first part is not SOAP")
    return first, attached
