"""Records of operational monitoring as the protocol gives them, and how services fare (protocol §15).

Nothing here is indexed but time, since records are written with every exchange and read rarely: what is asked
of a short while is found by its rows' ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, QuerySet

from tinhso.exchange.keeping.observed import COLUMNS, MOST_TEXT
from tinhso.exchange.keeping.records import least_id
from tinhso.exchange.models import Monitored, MonitoredHour
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId, parse_client
from tinhso.exchange.protocol.monitoring import Criteria, Health, Spread

MOST_RECORDS = 10_000
HEALTH_PERIOD = timedelta(seconds=600)
TYPES = {"client": "Client", "service": "Producer"}
PLAIN = {
    "requestInTs": "request_in",
    "requestOutTs": "request_out",
    "responseInTs": "response_in",
    "responseOutTs": "response_out",
    "serviceCode": "service_code",
    "serviceVersion": "service_version",
    "restMethod": "rest_method",
    "restPath": "rest_path",
    "xRoadVersion": "software",
    "representedPartyClass": "party_class",
    "representedPartyCode": "party_code",
    "messageId": "message_id",
    "messageUserId": "user_id",
    "messageIssue": "issue",
    "messageProtocolVersion": "protocol_version",
    "clientSecurityServerAddress": "client_address",
    "serviceSecurityServerAddress": "provider_address",
    "requestSize": "request_size",
    "requestMimeSize": "request_mime_size",
    "requestAttachmentCount": "request_attachments",
    "responseSize": "response_size",
    "responseMimeSize": "response_mime_size",
    "responseAttachmentCount": "response_attachments",
    "succeeded": "succeeded",
    "faultCode": "fault_code",
    "faultString": "fault_string",
    "statusCode": "status",
    "serviceType": "service_type",
    "xRequestId": "request_id",
}
PARTS = {
    f"{whose}{part}": (column, number)
    for whose, column in (("client", "client"), ("service", "provider"))
    for number, part in enumerate(("XRoadInstance", "MemberClass", "MemberCode", "SubsystemCode"))
}
INTERNAL = "securityServerInternalIp"

HEALTH = """
SELECT provider, service_code, service_version, max(service_type),
       max(response_out) FILTER (WHERE succeeded), max(response_out) FILTER (WHERE NOT succeeded),
       count(*) FILTER (WHERE succeeded), count(*) FILTER (WHERE NOT succeeded),
       min(took) FILTER (WHERE succeeded), avg(took) FILTER (WHERE succeeded),
       max(took) FILTER (WHERE succeeded), stddev_pop(took) FILTER (WHERE succeeded),
       min(request_size) FILTER (WHERE succeeded), avg(request_size) FILTER (WHERE succeeded),
       max(request_size) FILTER (WHERE succeeded), stddev_pop(request_size) FILTER (WHERE succeeded),
       min(response_size) FILTER (WHERE succeeded), avg(response_size) FILTER (WHERE succeeded),
       max(response_size) FILTER (WHERE succeeded), stddev_pop(response_size) FILTER (WHERE succeeded)
FROM (SELECT *, response_out - request_in AS took FROM exchange_monitored WHERE id >= %(since)s) AS seen
WHERE side = 'service' AND service_type <> '' AND (%(party)s = '' OR %(party)s IN (client, provider))
  AND (%(provider)s = '' OR provider = %(provider)s)
GROUP BY provider, service_code, service_version ORDER BY provider, service_code, service_version
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """Records by the protocol's names, oldest first; the next question begins at `following`, None at the
    end."""

    records: list[dict[str, Any]]
    following: int | None


def records(
    criteria: Criteria, *, party: ClientId | None, available: datetime, most: int = MOST_RECORDS
) -> Answered:
    """What was seen from a second to another; nothing from `available` on is told yet.

    Only exchanges in which `party` took part, and nothing of our network; None sees everything. At most
    `most` records, and the others of the last one's second: the next question begins behind it. At most
    three queries.
    """
    last, following = criteria.ends, None
    if last >= int(available.timestamp()):
        following = int(available.timestamp())
        last = following - 1
    rows = Monitored.objects.all()
    if party is not None:
        rows = rows.filter(Q(client=str(party)) | Q(provider=str(party)))
    if criteria.provider is not None:
        rows = rows.filter(provider=str(criteria.provider))
    found = list(_between(rows, criteria.begins, last + 1)[: most + 1])
    if len(found) > most:
        cut = _second(found[most - 1]["id"])
        same = _between(rows, cut, cut + 1).filter(id__gt=found[most - 1]["id"])
        found = found[:most] + list(same)
        if _between(rows, cut + 1, last + 1).exists():
            following = cut + 1
    return Answered([_record(one, criteria.fields, whole=party is None) for one in found], following)


def health(*, provider: ClientId | None, party: ClientId | None, at: datetime) -> list[Health]:
    """How each service here fared in the last period.

    Who sees everything (`party` is None) reads of services without a request in it too, and when each last
    answered and failed. Two queries at most.
    """
    wanted: dict[str, UUID | str] = {
        "since": least_id(at - HEALTH_PERIOD),
        "party": str(party or ""),
        "provider": str(provider or ""),
    }
    with connection.cursor() as cursor:
        cursor.execute(HEALTH, wanted)
        found = {tuple(row[:3]): _health(row) for row in cursor.fetchall()}
    if party is None:
        for row in _earlier(provider):
            key = row["provider"], row["service_code"], row["service_version"]
            found[key] = _with(found.get(key), key, row)
    return [found[key] for key in sorted(found)]


def _earlier(provider: ClientId | None) -> QuerySet[MonitoredHour, dict[str, Any]]:
    hours = MonitoredHour.objects.filter(side="service")
    if provider is not None:
        hours = hours.filter(provider=str(provider))
    return hours.values("provider", "service_code", "service_version").annotate(
        kind=Max("service_type"), good=Max("succeeded_at"), bad=Max("failed_at")
    )


def _with(seen: Health | None, key: tuple[str, ...], row: Mapping[str, Any]) -> Health:
    if seen is None:
        return Health(_service(*key), row["kind"], row["good"], row["bad"], 0, 0, None, None, None)
    return Health(
        seen.service,
        seen.kind or row["kind"],
        seen.succeeded_at or row["good"],
        seen.failed_at or row["bad"],
        seen.succeeded,
        seen.failed,
        seen.duration,
        seen.request_size,
        seen.response_size,
    )


def _health(row: Sequence[Any]) -> Health:
    kind, good, bad, succeeded, failed = row[3:8]
    spreads = [_spread(row[begin : begin + 4]) for begin in (8, 12, 16)]
    return Health(_service(*row[:3]), kind, good, bad, succeeded, failed, *spreads)


def _spread(row: Sequence[Any]) -> Spread | None:
    return None if row[0] is None else Spread(int(row[0]), float(row[1]), int(row[2]), float(row[3]))


def _service(provider: str, code: str, version: str) -> ServiceId:
    return ServiceId(parse_client(provider), code, version)


def _between(rows: QuerySet[Monitored], begins: int, ends: int) -> QuerySet[Monitored, dict[str, Any]]:
    """Rows of these seconds, the last one excluded, in order."""
    low, high = (least_id(datetime.fromtimestamp(each, UTC)) for each in (begins, ends))
    found: QuerySet[Monitored, dict[str, Any]] = rows.filter(id__gte=low, id__lt=high).values("id", *COLUMNS)
    return found.order_by("id")


def _second(id: UUID) -> int:
    """The second in which the row with this identifier was written, since 1970."""
    return (id.int >> 80) // 1000


def _parts(identifier: str) -> tuple[str, ...]:
    """The parts of an identifier; none of one that nobody has, as a refused request may have named it."""
    try:
        return parse_client(identifier).parts if identifier else ()
    except Fault:
        return ()


def _record(row: Mapping[str, Any], fields: frozenset[str], *, whole: bool) -> dict[str, Any]:
    """One row by the protocol's names; what is empty is left out."""
    made: dict[str, Any] = {
        "monitoringDataTs": _second(row["id"]),
        "securityServerType": TYPES[row["side"]],
        **{name: row[column] for name, column in PLAIN.items()},
    }
    if whole:
        made[INTERNAL] = row["own_address"]
    for column in ("client", "provider"):
        parts = _parts(row[column])
        for name, (of, number) in PARTS.items():
            if of == column and number < len(parts):
                made[name] = parts[number][:MOST_TEXT]
    return {
        name: value
        for name, value in made.items()
        if value not in (None, "") and (not fields or name in fields)
    }
