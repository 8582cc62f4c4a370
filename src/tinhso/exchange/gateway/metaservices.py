"""What the server tells of itself: clients, services, what a caller may call, descriptions (§6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from tinhso.exchange.contracts import ServiceKind
from tinhso.exchange.gateway.answering import every, phrase, text
from tinhso.exchange.gateway.globalconf import GlobalConfiguration
from tinhso.exchange.gateway.http import Incoming
from tinhso.exchange.gateway.node import Node
from tinhso.exchange.gateway.service_calls import Answered
from tinhso.exchange.gateway.snapshot import Service, Snapshot
from tinhso.exchange.protocol import metadata, rest
from tinhso.exchange.protocol.faults import Fault
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
