"""What a server tells of its members and services: lists, and descriptions without the real address (§6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import yaml

from tinhso.exchange.protocol import globs, soap, xml
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId

LIST_CLIENTS: Final = "listClients"
LIST_METHODS: Final = "listMethods"
ALLOWED_METHODS: Final = "allowedMethods"
GET_OPENAPI: Final = "getOpenAPI"
GET_WSDL: Final = "getWsdl"
REST_CODES: Final = frozenset((LIST_METHODS, ALLOWED_METHODS, GET_OPENAPI))
SOAP_CODES: Final = frozenset((LIST_METHODS, ALLOWED_METHODS, GET_WSDL))

ENDPOINT: Final = "http://example.org/xroad-endpoint"
"""The address that a handed-out WSDL names (§6.3)."""

MOST_DESCRIPTION: Final = 8 * 1024 * 1024
"""The longest OpenAPI or WSDL description that is read, in bytes."""

_OPENAPI3: Final = re.compile(r"3\.[01]\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """A member or subsystem of the directory."""

    id: ClientId
    name: str
    subsystem_name: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A service as the lists show it: `kind` is REST, OPENAPI or WSDL; an endpoint is (method, path glob)."""

    id: ServiceId
    kind: str
    endpoints: tuple[tuple[str, str], ...] = ()


def is_metaservice(verb: str, service: ServiceId) -> bool:
    """Whether a REST request asks the server itself: GET only, another verb is an ordinary service (§6.2)."""
    return verb == "GET" and service.code in REST_CODES


def list_clients(clients: Iterable[Listed], accept: str | None) -> tuple[str, bytes]:
    """Content type and body of `listClients`: JSON when that is asked, else XML (§6.1)."""
    if "application/json" in (each.split(";")[0].strip().lower() for each in (accept or "").split(",")):
        return "application/json", _json({"member": [_client(each) for each in clients]})
    items = "".join(map(_member, clients))
    said = (
        f'<?xml version="1.0" encoding="UTF-8"?><xrd:clientList xmlns:xrd="{soap.XROAD}" '
        f'xmlns:id="{soap.IDENTIFIERS}">{items}</xrd:clientList>'
    )
    return "text/xml;charset=utf-8", said.encode()


def list_methods(services: Iterable[Offered]) -> bytes:
    """The JSON of REST `listMethods` and `allowedMethods`: no SOAP services, endpoints with each (§6.2)."""
    return _json({"service": [_service(each) for each in services if each.kind != "WSDL"]})


def allowed(service: Offered, rights: Iterable[tuple[str, str]]) -> Offered | None:
    """The service as a caller with these rights (method, path glob) sees it, None without any (§6.2).

    A right to the whole service shows all endpoints; a right to an endpoint shows that one.
    """
    held = list(rights)
    if not held:
        return None
    if any(method == "*" and path == "**" for method, path in held):
        return service
    seen = tuple(
        endpoint
        for endpoint in service.endpoints
        if any(
            (method == "*" or method.upper() == endpoint[0].upper())
            and (path == endpoint[1] or globs.matches(path, endpoint[1]))
            for method, path in held
        )
    )
    return Offered(service.id, service.kind, seen)


def soap_methods(request: bytes, content_type: str, services: Iterable[Offered]) -> bytes:
    """The SOAP answer of `listMethods` and `allowedMethods`: the request's headers, then the services (§6.3).

    Raises Fault as `soap.read_envelope` does.
    """
    envelope = soap.read_envelope(request, content_type)
    items = "".join(_soap_service(each.id) for each in services if each.kind == "WSDL")
    return soap_answer(request, envelope, items)


def soap_wsdl(request: bytes, content_type: str) -> bytes:
    """The envelope that goes before the attached WSDL in the answer of `getWsdl` (§6.3); raises Fault."""
    return soap_answer(request, soap.read_envelope(request, content_type), "")


def soap_answer(
    request: bytes, envelope: soap.Envelope, items: str, *, prefix: str = "xrd", namespace: str = soap.XROAD
) -> bytes:
    """The request with its body's element replaced by the answer: the headers stay byte for byte.

    `items` are elements of `namespace` by its `prefix`, and identifiers by `id`. Raises Fault.
    """
    if envelope.service is None or envelope.header_end == 0:
        raise Fault("missing_header_field", "The header service is missing")
    until = request.index(b">", envelope.header_end) + 1
    name = f"{prefix}:{envelope.body_name}Response"
    whole, header = envelope.tags
    body = f"{header.removesuffix('Header')}Body"
    said = (
        f'<{body}><{name} xmlns:{prefix}="{namespace}" xmlns:id="{soap.IDENTIFIERS}">{items}'
        f"</{name}></{body}></{whole}>"
    )
    return request[:until] + said.encode(envelope.charset, "xmlcharrefreplace")


def id_elements(client: ClientId, code: str = "", version: str = "") -> str:
    """The elements of an identifier, in their order; those that are empty are left out (§8)."""
    parts = (client.instance, client.member_class, client.member_code, client.subsystem, code, version)
    named = zip(soap.SERVICE_PARTS, parts, strict=True)
    return "".join(f"<id:{name}>{xml.escaped(part)}</id:{name}>" for name, part in named if part)


def open_api(description: bytes, content_type: str, server: str) -> bytes:
    """An OpenAPI 3 description with every `servers` replaced by one server, in its own form.

    Raises Fault `internal_error` when it is not one (§6.2).
    """
    as_json = content_type.split(";")[0].strip().lower() == "application/json"
    said = read_open_api(description)
    said["servers"] = [{"url": server}]
    for item in (said.get("paths") or {}).values() if isinstance(said.get("paths"), dict) else ():
        if isinstance(item, dict):
            item.pop("servers", None)
            for operation in item.values():
                if isinstance(operation, dict):
                    operation.pop("servers", None)
    if as_json or description.lstrip()[:1] == b"{":
        return json.dumps(said, ensure_ascii=False, default=str).encode()
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False).encode()


def read_open_api(description: bytes) -> dict[str, Any]:
    """An OpenAPI 3.0 or 3.1 description as data; raises Fault `internal_error` when it is not one."""
    if len(description) > MOST_DESCRIPTION:
        raise Fault("internal_error", "The description of the service is too long")
    try:
        if description.lstrip()[:1] == b"{":
            said = json.loads(description)
        else:
            said = yaml.load(description, Loader=_Plain)  # noqa: S506 - a safe loader without aliases
    except (ValueError, yaml.YAMLError, RecursionError) as why:
        raise Fault("internal_error", "The description of the service cannot be read") from why
    if not isinstance(said, dict) or not _OPENAPI3.fullmatch(str(said.get("openapi", ""))):
        raise Fault("internal_error", "The service is not described by OpenAPI 3")
    return said


def wsdl(description: bytes) -> bytes:
    """A WSDL with each endpoint address replaced (§6.3); raises Fault `internal_error` when it is not XML."""
    found: list[tuple[int, int]] = []
    reader = xml.parser()

    def begin(raw: str, _attributes: dict[str, str]) -> None:
        if xml.name_of(raw) in _ADDRESSES:
            at = reader.CurrentByteIndex
            match = _LOCATION.match(description, at)
            if match:
                found.append((match.start(2), match.end(2)))

    reader.StartElementHandler = begin
    try:
        xml.run(reader, description)
    except xml.NotAllowed as why:
        raise Fault("internal_error", "The description of the service is not XML") from why
    pieces: list[bytes] = []
    at = 0
    for start, end in found:
        pieces += [description[at:start], ENDPOINT.encode()]
        at = end
    return b"".join([*pieces, description[at:]])


_ADDRESSES: Final = (
    "{http://schemas.xmlsoap.org/wsdl/soap/}address",
    "{http://schemas.xmlsoap.org/wsdl/soap12/}address",
)
_LOCATION: Final = re.compile(rb"""<[^<>]*?\slocation\s*=\s*(["'])([^"'<]*)\1""")


class _Plain(yaml.SafeLoader):
    """YAML without aliases, which can blow up like XML entities, and with dates left as text."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node; raises YAMLError for an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _member(listed: Listed) -> str:
    kind = "SUBSYSTEM" if listed.id.subsystem else "MEMBER"
    name = f"<xrd:name>{xml.escaped(listed.name)}</xrd:name>"
    if listed.subsystem_name:
        name += f"<xrd:subsystemName>{xml.escaped(listed.subsystem_name)}</xrd:subsystemName>"
    return f'<xrd:member><xrd:id id:objectType="{kind}">{id_elements(listed.id)}</xrd:id>{name}</xrd:member>'


def _client(listed: Listed) -> dict[str, Any]:
    keys = ("xroad_instance", "member_class", "member_code", "subsystem_code")
    kind = "SUBSYSTEM" if listed.id.subsystem else "MEMBER"
    said: dict[str, Any] = {"id": {"object_type": kind, **dict(zip(keys, listed.id.parts, strict=False))}}
    said["name"] = listed.name
    if listed.subsystem_name:
        said["subsystem_name"] = listed.subsystem_name
    return said


def _service(offered: Offered) -> dict[str, Any]:
    owner = offered.id.owner
    said: dict[str, Any] = {
        "object_type": "SERVICE",
        "service_type": offered.kind,
        "xroad_instance": owner.instance,
        "member_class": owner.member_class,
        "member_code": owner.member_code,
        "subsystem_code": owner.subsystem,
        "service_code": offered.id.code,
    }
    said["endpoint_list"] = [{"method": method, "path": path} for method, path in offered.endpoints]
    return said


def _soap_service(service: ServiceId) -> str:
    elements = id_elements(service.owner, service.code, service.version)
    return f'<xrd:service id:objectType="SERVICE">{elements}</xrd:service>'


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
