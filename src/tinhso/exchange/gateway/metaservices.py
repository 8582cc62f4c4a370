"""What the server tells of itself: clients, services, what a caller may call, descriptions (§6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from tinhso.exchange.contracts import ServiceKind
from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.answering import every, phrase, text
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.node import Node
from tinhso.exchange.gateway.service_calls import Answered
from tinhso.exchange.gateway.snapshot import Service, Snapshot
from tinhso.exchange.gateway.soap_messages import Attachment, SoapMessage
from tinhso.exchange.protocol import metadata, rest, soap, xml
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.globalconf import GlobalConfiguration
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId

SECRET = frozenset({"authorization", "cookie", "content-type", "content-length"})
OPENAPI_SERVER = "/r1/{service}"
YAML = "application/x-yaml"


async def list_clients(node: Node, incoming: Incoming, *, at: datetime) -> None:
    """`GET /listClients[?xRoadInstance=AA]` (§6.1); 404 for an instance that we do not know."""
    configuration = node.follower.snapshot.configuration
    if configuration is None or not configuration.valid(at):
        await text(incoming, 500, "The global configuration is missing or has expired")
        return
    asked = parse_qs(urlsplit(incoming.target).query).get("xRoadInstance", [])
    if asked and asked[-1] != configuration.document.instance:
        await text(incoming, 404, "Unknown instance")
        return
    kind, body = metadata.list_clients(listed(configuration), ",".join(every(incoming, "accept")))
    await incoming.answer(200, phrase(200), [("Content-Type", kind)], body)


def listed(configuration: GlobalConfiguration) -> Iterator[metadata.Listed]:
    """Members and subsystems of the configuration, each as an item of its own."""
    instance = configuration.document.instance
    for member in configuration.document.members:
        yield metadata.Listed(ClientId(instance, member.member_class, member.code), member.name)
        for one in member.subsystems:
            client = ClientId(instance, member.member_class, member.code, one.code)
            yield metadata.Listed(client, member.name, one.name)


def answer(snapshot: Snapshot, request: rest.Request) -> Answered:
    """`listMethods`, `allowedMethods`, `getOpenAPI` of a subsystem here (§6.2). Raises Fault."""
    owner = request.service.owner
    offered = snapshot.services_of(owner)
    kind = "application/json"
    if request.service.code == metadata.LIST_METHODS:
        body = metadata.list_methods(map(_offered, offered))
    elif request.service.code == metadata.ALLOWED_METHODS:
        body = metadata.list_methods(allowed(offered, request.client))
    else:
        kind, body = _openapi(snapshot, request)
    echoed = [each for each in request.headers if each[0].lower() not in SECRET]
    return Answered(200, phrase(200), [*echoed, ("Content-Type", kind)], body)


def allowed(offered: list[Service], client: ClientId) -> Iterator[metadata.Offered]:
    """The services of which the client may call something, and what."""
    for service in offered:
        rights = [(right.method, right.path) for right in service.rights_of(client)]
        seen = metadata.allowed(_offered(service), rights)
        if seen is not None:
            yield seen


def _offered(service: Service) -> metadata.Offered:
    name = ServiceId(service.owner, service.code, service.version)
    return metadata.Offered(name, service.kind.value, service.endpoints)


def _openapi(snapshot: Snapshot, request: rest.Request) -> tuple[str, bytes]:
    code = parse_qs(request.query).get("serviceCode", [""])[-1]
    if not code:
        raise Fault("invalid_request", 'Missing query parameter "serviceCode"')
    service = snapshot.service(request.service.owner, code)
    if service is None or service.kind is not ServiceKind.OPENAPI:
        raise Fault("internal_error", f"No OpenAPI service {code}")
    is_json = service.description.lstrip().startswith("{")
    kind = "application/json" if is_json else YAML
    address = OPENAPI_SERVER.format(service=ServiceId(service.owner, code))
    return kind, metadata.open_api(service.description.encode(), kind, address)


def soap_answer(snapshot: Snapshot, client: ClientId, asked: ServiceId, request: SoapMessage) -> SoapMessage:
    """`listMethods`, `allowedMethods`, `getWsdl` over SOAP (§6.3). Raises Fault."""
    offered = [one for one in snapshot.services_of(asked.owner) if one.kind is ServiceKind.WSDL]
    kind = request.envelope_type
    if asked.code == metadata.GET_WSDL:
        return _wsdl(offered, request)
    if asked.code == metadata.ALLOWED_METHODS:
        offered = [one for one in offered if one.rights_of(client)]
    body = metadata.soap_methods(request.envelope, kind, map(_offered, offered))
    return SoapMessage(transport.XML, _hashed(body, request), ())


def _wsdl(offered: list[Service], request: SoapMessage) -> SoapMessage:
    said = xml.leaf_texts(request.envelope)
    code, version = (
        said.get(f"{{{soap.XROAD}}}{name}", "").strip() for name in ("serviceCode", "serviceVersion")
    )
    found = [one for one in offered if one.code == code and version in ("", one.version)]
    if not found or not found[-1].description:
        raise Fault("unknown_service", f"No WSDL of service {code}")
    envelope = metadata.soap_wsdl(request.envelope, request.envelope_type)
    text = metadata.wsdl(found[-1].description.encode())
    attached = Attachment((("Content-Type", transport.XML),), text, hashlib.sha512(text).digest())
    boundary = transport.new_boundary()
    kind = f'multipart/related; type="text/xml"; boundary="{boundary}"'
    headers = (("Content-Type", "text/xml; charset=UTF-8"),)
    return SoapMessage(kind, _hashed(envelope, request), headers, [attached])


def _hashed(envelope: bytes, request: SoapMessage) -> bytes:
    return soap.with_request_hash(envelope, soap.request_hash(request.envelope))
