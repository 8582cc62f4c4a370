"""What a server tells of the exchanges it carried: two SOAP services of its owner (§15, PR-OPMON 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tinhso.exchange.protocol import metadata, soap, xml
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId

OPERATIONAL: Final = "getSecurityServerOperationalData"
HEALTH: Final = "getSecurityServerHealthData"
CODES: Final = frozenset((OPERATIONAL, HEALTH))
NAMESPACE: Final = "http://x-road.eu/xsd/op-monitoring.xsd"
ATTACHMENT: Final = "operational-monitoring-data.json.gz"
GZIP: Final = "application/gzip"

FIELDS: Final = (
    *("monitoringDataTs", "securityServerInternalIp", "securityServerType"),
    *("requestInTs", "requestOutTs", "responseInTs", "responseOutTs"),
    *("clientXRoadInstance", "clientMemberClass", "clientMemberCode", "clientSubsystemCode"),
    *("serviceXRoadInstance", "serviceMemberClass", "serviceMemberCode", "serviceSubsystemCode"),
    *("serviceCode", "serviceVersion", "restMethod", "restPath", "xRoadVersion"),
    *("representedPartyClass", "representedPartyCode"),
    *("messageId", "messageUserId", "messageIssue", "messageProtocolVersion"),
    *("clientSecurityServerAddress", "serviceSecurityServerAddress"),
    *("requestSize", "requestMimeSize", "requestAttachmentCount"),
    *("responseSize", "responseMimeSize", "responseAttachmentCount"),
    *("succeeded", "faultCode", "faultString", "statusCode", "serviceType", "xRequestId"),
)
"""What a record may hold and `outputSpec` may ask for."""

MOST_SECONDS: Final = (1 << 47) // 1000
"""The latest moment that is understood, in seconds since 1970 (some 4,400 years)."""

_MOST_FIELDS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked: records from a second to a second (both included, since 1970), of one provider or of
    all, with these fields or with all."""

    begins: int
    ends: int
    provider: ClientId | None = None
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, average, greatest and standard deviation of something that was measured."""

    least: int
    average: float
    most: int
    deviation: float


@dataclass(frozen=True, slots=True)
class Health:
    """How a service fared: when it last answered and failed (ms since 1970), and the last period's numbers.

    Spreads are of answered requests, None without any: durations in ms, sizes in bytes.
    """

    service: ServiceId
    kind: str
    succeeded_at: int | None
    failed_at: int | None
    succeeded: int
    failed: int
    duration: Spread | None
    request_size: Spread | None
    response_size: Spread | None


def read_criteria(envelope: bytes, charset: str) -> Criteria:
    """What `getSecurityServerOperationalData` asks for. Raises Fault `client.invalid_request`."""
    body = _read(envelope, charset)
    begins, ends = (_seconds(body, name) for name in ("recordsFrom", "recordsTo"))
    if ends < begins:
        raise _bad("recordsTo is earlier than recordsFrom")
    unknown = body.fields - set(FIELDS)
    if unknown:
        raise _bad(f"Unknown output field: {sorted(unknown)[0][:100]}")
    return Criteria(begins, ends, body.client, frozenset(body.fields))


def read_filter(envelope: bytes, charset: str) -> ClientId | None:
    """The provider whose services `getSecurityServerHealthData` asks for; None for all. Raises Fault."""
    return _read(envelope, charset).client


def operational(request: bytes, content_type: str, *, count: int, following: int | None) -> bytes:
    """The envelope that goes before the records; `following` is where the next question begins."""
    items = f"<om:recordsCount>{count}</om:recordsCount><om:records>cid:{ATTACHMENT}</om:records>"
    if following is not None:
        items += f"<om:nextRecordsFrom>{following}</om:nextRecordsFrom>"
    return _answer(request, content_type, items)


def health(
    request: bytes, content_type: str, *, since: int, seconds: int, services: Iterable[Health]
) -> bytes:
    """The answer about services; monitoring runs since `since` (ms), the last period is of `seconds`."""
    return _answer(
        request,
        content_type,
        f"<om:monitoringStartupTimestamp>{since}</om:monitoringStartupTimestamp>"
        f"<om:statisticsPeriodSeconds>{seconds}</om:statisticsPeriodSeconds>"
        f"<om:servicesEvents>{''.join(map(_events, services))}</om:servicesEvents>",
    )


def _answer(request: bytes, content_type: str, items: str) -> bytes:
    envelope = soap.read_envelope(request, content_type)
    return metadata.soap_answer(request, envelope, items, prefix="om", namespace=NAMESPACE)


def _events(one: Health) -> str:
    client = one.service.owner
    identifier = metadata.id_elements(client, one.service.code, one.service.version)
    made = f'<om:service id:objectType="SERVICE">{identifier}</om:service>'
    for name, value in (
        ("lastSuccessfulRequestTimestamp", one.succeeded_at),
        ("lastUnsuccessfulRequestTimestamp", one.failed_at),
        ("serviceType", xml.escaped(one.kind) or None),
    ):
        if value is not None:
            made += f"<om:{name}>{value}</om:{name}>"
    made += (
        f"<om:lastPeriodStatistics><om:successfulRequestCount>{one.succeeded}</om:successfulRequestCount>"
        f"<om:unsuccessfulRequestCount>{one.failed}</om:unsuccessfulRequestCount>"
        f"{_spread(one.duration, 'request', 'Duration')}{_spread(one.request_size, 'request', 'Size')}"
        f"{_spread(one.response_size, 'response', 'Size')}</om:lastPeriodStatistics>"
    )
    return f"<om:serviceEvents>{made}</om:serviceEvents>"


def _spread(one: Spread | None, what: str, of: str) -> str:
    if one is None:
        return ""
    return (
        f"<om:{what}Min{of}>{one.least}</om:{what}Min{of}>"
        f"<om:{what}Average{of}>{one.average:.3f}</om:{what}Average{of}>"
        f"<om:{what}Max{of}>{one.most}</om:{what}Max{of}>"
        f"<om:{what}{of}StdDev>{one.deviation:.3f}</om:{what}{of}StdDev>"
    )


@dataclass(slots=True)
class _Body:
    texts: dict[str, str] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    client: ClientId | None = None


def _read(envelope: bytes, charset: str) -> _Body:
    """The body's criteria, whatever element they lie in; the header's elements are of other namespaces."""
    body, parts = _Body(), dict[str, str]()
    path: list[str] = []
    said: list[str] = []

    def begin(raw: str, _attributes: Mapping[str, Any]) -> None:
        if len(path) >= xml.MOST_DEPTH:
            raise Fault("client.invalid_request", "Elements lie too deep in each other")
        path.append(xml.name_of(raw))
        said.clear()

    def end(_raw: str) -> None:
        name, text = path.pop(), "".join(said).strip()
        said.clear()
        local = name.rpartition("}")[2]
        if name == f"{{{NAMESPACE}}}outputField" and len(body.fields) < _MOST_FIELDS:
            body.fields.add(text)
        elif name.startswith(f"{{{NAMESPACE}}}"):
            body.texts[local] = text
        elif name.startswith(f"{{{soap.IDENTIFIERS}}}") and f"{{{NAMESPACE}}}client" in path:
            parts[local] = text

    reader = xml.parser(charset)
    reader.StartElementHandler = begin
    reader.EndElementHandler = end
    reader.CharacterDataHandler = said.append
    try:
        xml.run(reader, envelope)
    except xml.NotAllowed as why:
        raise _bad(str(why)) from why
    if parts:
        named = [parts.get(name, "") for name in soap.SERVICE_PARTS[:4]]
        if not all(named[:3]):
            raise _bad("The client has no instance, member class or member code")
        body.client = ClientId(*named)
    return body


def _seconds(body: _Body, name: str) -> int:
    said = body.texts.get(name, "")
    if not said.removeprefix("-").isdecimal() or not said.isascii() or len(said) > 20:
        raise _bad(f"{name} must be seconds since 1970")
    if not 0 <= int(said) <= MOST_SECONDS:
        raise _bad(f"{name} is a moment that cannot be")
    return int(said)


def _bad(why: str) -> Fault:
    return Fault("client.invalid_request", why)
