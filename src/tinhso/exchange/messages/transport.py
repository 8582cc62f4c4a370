"""One try: an HTTP call to our own gateway, and what its answer means.

The gateway's port for information systems speaks REST r1 (exchange protocol §1.2, §3.1). The reason, and the
name of the asking system, travel beside it in headers of ours, percent-encoded UTF-8, as Estonia's tracker
has them in SOAP (PR-PDU).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.exchange.message_contracts import Outcome
from tinhso.exchange.models import State, Subsystem
from tinhso.exchange.protocol.faults import ERROR_HEADER, Fault, read_fault
from tinhso.exchange.protocol.identifiers import ClientId, encode, parse_server
from tinhso.foundation import http

SERVICE = "exchange"
SUBSYSTEM = "TINHSO"
NOT_CONNECTED = "not-connected"
"""Our own fault code: this server has no name or no port yet."""
ONCE = http.Tries(count=1)
LATER = frozenset({408, 425, 429})
REQUEST_ID = "x-road-request-id"
LONGEST_DETAIL = 500
FOR_GOOD = frozenset(
    {
        "accessdenied", "badrequest", "invalidbody", "invalidclientidentifier", "invalidcontenttype",
        "invalidhttpmethod", "invalidmessage", "invalidrequest", "invalidrest", "invalidsecurityserver",
        "servicetype", "unknownservice",
    }
)  # fmt: skip
"""Last words of faults that no further try mends, without `_` (§5.4, §5.5)."""


@dataclass(frozen=True, slots=True)
class Outward:
    """A message as it goes out; `target` is path and query after the service's code."""

    id: UUID
    service: str
    verb: str
    target: str
    body: bytes
    headers: Mapping[str, str]
    user_id: str = ""
    issue: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try came to. `again`: another try may mend it, if `arrived` is no hindrance: the receiver may
    have acted. `detail` is for people who look after messages and holds nothing of the message."""

    outcome: Outcome
    status: int | None = None
    body: bytes = b""
    fault_code: str = ""
    detail: str = ""
    request_id: str = ""
    again: bool = False
    arrived: bool = True
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Our own subsystem on the exchange, and its name as people read it."""

    client: ClientId
    system: str


def carry(
    message: Outward,
    *,
    also: frozenset[int],
    timeouts: http.Timeouts,
    most_bytes: int = http.MAX_BYTES,
    by: Sender | None = None,
) -> Tried:
    """Try once; `by` is looked up unless given. Raises http.TransactionOpen; other trouble is an outcome."""
    own = by or sender()
    if own is None or not settings.EXCHANGE.port:
        return Tried(
            Outcome.UNREACHED,
            fault_code=NOT_CONNECTED,
            detail=_("Máy chủ trục chưa được đặt tên hoặc chưa mở cổng cho hệ thống trong tỉnh."),
            again=True,
            arrived=False,
        )
    gateway = f"http://{settings.EXCHANGE.host}:{settings.EXCHANGE.port}"
    address = f"{gateway}/r1/{encode(own.client.instance)}/{message.service}"
    try:
        answer = http.call(
            message.verb,
            f"{address}{message.target}",
            service=SERVICE,
            headers=_headers(message, own),
            content=message.body or None,
            timeouts=timeouts,
            tries=ONCE,
            max_bytes=most_bytes,
        )
    except http.TimedOut as late:
        return Tried(
            Outcome.TIMED_OUT, detail=late.message, again=True, arrived=bool(late.facts.get("reached", True))
        )
    except http.Refused as refused:
        reached = bool(refused.facts.get("reached"))
        return Tried(
            Outcome.LOST if reached else Outcome.UNREACHED,
            detail=refused.message,
            again=not refused.facts.get("final"),
            arrived=reached,
        )
    except http.BadAnswer as bad:
        return Tried(Outcome.LOST, detail=bad.message, again=True)
    return _meaning(answer, also)


def _meaning(answer: http.Answer, also: frozenset[int]) -> Tried:
    request_id = answer.headers.get(REQUEST_ID, "")[:LONGEST_DETAIL]
    after = answer.headers.get("retry-after", "")
    wait = int(after) if after.isdecimal() and len(after) < 7 else None
    if ERROR_HEADER.lower() in answer.headers:
        code = answer.headers[ERROR_HEADER.lower()][:LONGEST_DETAIL]
        said = _fault(answer)
        return Tried(
            Outcome.FAULTED,
            status=answer.status,
            fault_code=said.code[:LONGEST_DETAIL] if said else code,
            detail=said.message[:LONGEST_DETAIL] if said else "",
            request_id=request_id,
            again=not for_good(code),
            retry_after=wait,
        )
    if answer.ok or answer.status in also:
        return Tried(Outcome.ANSWERED, status=answer.status, body=answer.body, request_id=request_id)
    return Tried(
        Outcome.DECLINED,
        status=answer.status,
        detail=_("Hệ thống nhận trả lời mã %(status)s.") % {"status": answer.status},
        request_id=request_id,
        again=answer.status >= 500 or answer.status in LATER,
        retry_after=wait,
    )


def _fault(answer: http.Answer) -> Fault | None:
    return read_fault(answer.headers.get("content-type", ""), answer.body)


def for_good(code: str) -> bool:
    """Whether a fault stays whatever is tried: the caller's own, or one of `FOR_GOOD` in either spelling."""
    plain = code.lower().replace("_", "")
    return plain.startswith("client.") or plain.rpartition(".")[2] in FOR_GOOD


def own_client() -> ClientId | None:
    """Our own subsystem, of the member that owns this server; None before the server is named."""
    named = State.objects.filter(id=1).values_list("server", flat=True).first()
    if not named:
        return None
    owner = parse_server(named).owner
    return ClientId(owner.instance, owner.member_class, owner.member_code, SUBSYSTEM)


def sender() -> Sender | None:
    """Our own subsystem with its name. Two queries."""
    client = own_client()
    if client is None:
        return None
    name = Subsystem.objects.filter(identifier=str(client)).values_list("name", flat=True).first()
    return Sender(client, name or "Tỉnh Số")


def _headers(message: Outward, own: Sender) -> dict[str, str]:
    headers = {
        "X-Road-Client": str(own.client),
        "X-Road-Id": str(message.id),
        "Accept": "application/json",
        **message.headers,
    }
    if message.body:
        headers["Content-Type"] = "application/json"
    if message.user_id:
        headers["X-Road-UserId"] = encode(message.user_id)
    if message.issue:
        headers["X-Road-Issue"] = quote(message.issue, safe="-._~/ ")
    if message.reason:
        headers["Tinhso-Reason"] = quote(message.reason)
        headers["Tinhso-System"] = quote(own.system)
    return headers
