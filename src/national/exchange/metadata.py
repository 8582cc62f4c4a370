"""What a server tells about members and services (exchange protocol §6)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from national.exchange import parts
from national.exchange.failures import Failure
from national.exchange.names import split
from national.exchange.office import Office
from national.exchange.parts import Part
from national.exchange.rest import Request
from national.exchange.services import RESERVED, Service, may
from national.exchange.soap import CLIENT_PARTS, SERVICE_PARTS, Envelope
from national.exchange.wires import Answer, Asked, Broken, ask
from national.exchange.xml import ID, SOAP, XRD, read

REST_CODES = ("listMethods", "allowedMethods", "getOpenAPI")
SOAP_CODES = RESERVED
HIDDEN = "http://example.org/xroad-endpoint"
WSDL_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
FETCH_SECONDS = 10


def clients(office: Office, asked: Asked) -> Answer:
    """`listClients`: JSON when asked for, otherwise XML."""
    query = parse_qs(urlsplit(asked.target).query)
    instance = query.get("xRoadInstance", [office.directory.instance])[0]
    if instance != office.directory.instance:
        return Answer(400, "Bad Request", [("Content-Type", "text/plain")], b"unknown instance")
    listed = [_client(instance, one) for one in office.directory.content()["members"]]
    flat = [entry for entries in listed for entry in entries]
    if "application/json" in asked.header("accept"):
        body = json.dumps({"member": flat}, ensure_ascii=False).encode()
        return Answer(200, "OK", [("Content-Type", "application/json;charset=utf-8")], body)
    return Answer(200, "OK", [("Content-Type", "text/xml;charset=utf-8")], _clients_xml(flat))


def _client(instance: str, member: dict[str, Any]) -> list[dict[str, Any]]:
    base = {"xroad_instance": instance, "member_class": member["class"], "member_code": member["code"]}
    found: list[dict[str, Any]] = [{"id": {"object_type": "MEMBER", **base}, "name": member["name"]}]
    for one in member["subsystems"]:
        id_ = {"object_type": "SUBSYSTEM", **base, "subsystem_code": one["code"]}
        found.append({"id": id_, "name": member["name"], "subsystem_name": one["name"]})
    return found


def _clients_xml(listed: list[dict[str, Any]]) -> bytes:
    out = []
    for one in listed:
        values = [value for name, value in one["id"].items() if name != "object_type"]
        inner = _elements(dict(zip(CLIENT_PARTS, values, strict=False)))
        subsystem = one.get("subsystem_name")
        name = f"<xroad:name>{escape(one['name'])}</xroad:name>"
        if subsystem is not None:
            name += f"<xroad:subsystemName>{escape(subsystem)}</xroad:subsystemName>"
        kind = quoteattr(one["id"]["object_type"])
        out.append(f"<xroad:member><xroad:id id:objectType={kind}>{inner}</xroad:id>{name}</xroad:member>")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><xroad:clientList xmlns:xroad="{XRD}" xmlns:id="{ID}">'
        f"{''.join(out)}</xroad:clientList>"
    ).encode()


def _elements(named: dict[str, str]) -> str:
    return "".join(f"<id:{name}>{escape(value)}</id:{name}>" for name, value in named.items())


def _offered(
    office: Office, client: str, owner: str, kinds: tuple[str, ...], *, allowed: bool
) -> list[Service]:
    """Services with the endpoints that are listed; with `allowed` only what the client may ask."""
    found = []
    for service in office.services.of(owner):
        if service.kind not in kinds:
            continue
        endpoints = service.endpoints
        if allowed:
            rights = office.services.rights(service, [client, *office.groups(client)])
            if not rights:
                continue
            endpoints = tuple(one for one in endpoints if may(rights, *one))
        found.append(Service(**{**vars_of(service), "endpoints": endpoints}))
    return found


def vars_of(service: Service) -> dict[str, Any]:
    """A service's fields by name."""
    return {name: getattr(service, name) for name in service.__dataclass_fields__}


def rest(office: Office, request: Request, client: str, owner: str) -> Answer:
    """`listMethods`, `allowedMethods`, `getOpenAPI`; the request's headers come back first (§6.2)."""
    code = request.service[4]
    if code == "getOpenAPI":
        return _openapi(office, request, owner)
    found = _offered(office, client, owner, ("REST", "OPENAPI"), allowed=code == "allowedMethods")
    told = {"service": [_method(one) for one in found]}
    headers = [*request.headers, ("Content-Type", "application/json;charset=utf-8")]
    return Answer(200, "OK", headers, json.dumps(told, ensure_ascii=False).encode())


def _method(service: Service) -> dict[str, Any]:
    names = ("xroad_instance", "member_class", "member_code", "subsystem_code")
    return {
        "object_type": "SERVICE",
        "service_type": service.kind,
        **dict(zip(names, split(service.owner, 4), strict=True)),
        "service_code": service.code,
        "endpoint_list": [{"method": method, "path": path} for method, path in service.endpoints],
    }


def _openapi(office: Office, request: Request, owner: str) -> Answer:
    code = parse_qs(request.query.removeprefix("?")).get("serviceCode", [""])[0]
    if not code:
        raise Failure("invalid_request", "serviceCode is missing")
    try:
        service = office.services.find(owner, code)
        if service.kind != "OPENAPI":
            raise Failure("internal_error", f"{code} is not described by OpenAPI")
        told = json.loads(_fetched(service.description))
    except (Failure, ValueError) as fault:
        raise Failure("internal_error", str(fault)) from fault
    told["servers"] = [{"url": HIDDEN}]
    headers = [*request.headers, ("Content-Type", "application/json")]
    return Answer(200, "OK", headers, json.dumps(told, ensure_ascii=False).encode())


def _fetched(url: str) -> bytes:
    place = urlsplit(url)
    try:
        asked = Asked("GET", place.path, [("Host", place.netloc)], b"")
        answer = ask((place.hostname or "", place.port or 80), asked, seconds=FETCH_SECONDS)
    except (OSError, Broken) as fault:
        raise Failure("internal_error", f"{url}: {fault}") from fault
    if answer.status != 200:
        raise Failure("internal_error", f"{url} answers {answer.status}")
    return answer.body


def soap(office: Office, envelope: Envelope, client: str, owner: str) -> tuple[Part, list[Part]]:
    """`listMethods`, `allowedMethods`, `getWsdl` (§6.3), with the request's headers copied."""
    if envelope.code == "getOpenAPI":
        raise Failure("unknown_service", "getOpenAPI is spoken by REST")
    if envelope.code == "getWsdl":
        return _wsdl(office, envelope, owner)
    found = _offered(office, client, owner, ("SOAP",), allowed=envelope.code == "allowedMethods")
    items = []
    for one in found:
        values = [*split(one.owner, 4), one.code, *([one.version] if one.version else [])]
        inner = _elements(dict(zip(SERVICE_PARTS, values, strict=False)))
        items.append(f'<xroad:service id:objectType="SERVICE">{inner}</xroad:service>')
    return _answer(envelope, "".join(items)), []


def _answer(envelope: Envelope, inner: str) -> Part:
    root = read(envelope.data)
    body = root.find(f"{{{SOAP}}}Body")
    if body is None:
        raise Failure("missing_body", "no SOAP body")
    for child in list(body):
        body.remove(child)
    name = f"xroad:{envelope.code}Response"
    text = f'<{name} xmlns:xroad="{XRD}" xmlns:id="{ID}">{inner}</{name}>'
    body.append(read(text.encode()))
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return parts.part("text/xml; charset=UTF-8", bytes(data))


def _wsdl(office: Office, envelope: Envelope, owner: str) -> tuple[Part, list[Part]]:
    code = envelope.body.findtext(f"{{{XRD}}}serviceCode") or ""
    version = envelope.body.findtext(f"{{{XRD}}}serviceVersion") or ""
    service = office.services.find(owner, code.strip(), version.strip())
    if service.kind != "SOAP":
        raise Failure("service_type", f"{code} is no SOAP service")
    root = read(_fetched(service.description))
    for address in root.iter(f"{{{WSDL_SOAP}}}address"):
        address.set("location", HIDDEN)
    data = bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    return _answer(envelope, ""), [parts.part("text/xml", data)]
