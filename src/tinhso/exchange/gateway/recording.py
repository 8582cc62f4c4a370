"""A REST message as the log takes it, on either side (§11.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tinhso.exchange.contracts import AgreementFacts, BodyLog
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.transport import Body
from tinhso.exchange.keeping.records import Record
from tinhso.exchange.protocol import rest


def rest_record(
    side: Literal["client", "service"],
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
    )
