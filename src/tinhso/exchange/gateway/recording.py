"""A message as the log takes it, of REST or SOAP, on either side (§11.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tinhso.exchange.contracts import AgreementFacts, BodyLog
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.soap_messages import SoapMessage
from tinhso.exchange.gateway.transport import Body
from tinhso.exchange.keeping.marks import Mark
from tinhso.exchange.keeping.records import Record
from tinhso.exchange.protocol import rest, soap
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId

Side = Literal["client", "service"]


def rest_record(
    side: Side,
    request: rest.Request,
    response: rest.Response | None,
    *,
    head: bytes,
    body: Body,
    body_digest: bytes | None,
    signed: Signed,
    at: datetime,
    mode: BodyLog = BodyLog.FULL,
    agreement: AgreementFacts | None = None,
    mark: Mark | None = None,
) -> Record:
    """The request, or its response; `head` and `body` as they are to be kept."""
    return Record(
        side=side,
        response=response is not None,
        message_id=request.message_id,
        request_id=request.request_id,
        at=at,
        client=str(request.client),
        service=str(request.service),
        head=head,
        body=body,
        signed=signed,
        mode=mode,
        agreement_id=agreement.id if agreement else None,
        agreement_revision=agreement.revision if agreement else None,
        user_id=request.user_id,
        issue=request.issue,
        status=response.code if response else None,
        size=transport.size_of(body),
        body_digest=body_digest,
        mark=mark,
    )


def soap_record(
    side: Side,
    message: SoapMessage,
    signed: Signed,
    *,
    asked: soap.Envelope,
    client: ClientId,
    service: ServiceId,
    request_id: str,
    response: bool,
    at: datetime,
    mode: BodyLog = BodyLog.FULL,
    agreement: AgreementFacts | None = None,
    head: bytes = b"",
    mark: Mark | None = None,
) -> Record:
    """The request, whose envelope is `asked`, or its response; `head` is kept instead of its own."""
    first = message.attachments[0] if message.attachments else None
    return Record(
        side=side,
        response=response,
        message_id=asked.id,
        request_id=request_id,
        at=at,
        client=str(client),
        service=str(service),
        head=head or message.envelope,
        body=first.kept if first else None,
        signed=signed,
        mode=mode,
        agreement_id=agreement.id if agreement else None,
        agreement_revision=agreement.revision if agreement else None,
        user_id=asked.user_id,
        issue=asked.issue,
        status=200 if response else None,
        size=message.size,
        body_digest=first.digest if first else None,
        more=tuple(one.kept for one in message.attachments[1:]),
        mark=mark,
    )
