"""Two SMS providers with a brandname, alike but for their names: `/sms-a`, `/sms-b`.

A request carries its own id: the same again gets the first answer, the same id with other words is refused.
"""

from __future__ import annotations

import hmac
import math
import re
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.faults import Mode
from national.messaging.carrier import Carrier, carrier_of, local_number
from national.messaging.handsets import Arrived
from national.messaging.receipts import sms_receipt
from national.wire import Bad, Fields

NUMBER = re.compile(r"84[35789]\d{8}")
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
MOST_PARTS = 4
BRANDNAMES = ("ANGIANG-DVC",)


@dataclass(kw_only=True)
class Taken:
    """A message the provider has taken."""

    message_id: str
    request_id: str
    to: str
    text: str
    parts: int
    arrived: Arrived

    def answer(self) -> dict[str, object]:
        """What the client is told."""
        return {"message_id": self.message_id, "request_id": self.request_id, "parts": self.parts}


def parts_of(text: str) -> int:
    """How many parts an SMS takes: 160 plain letters or 70 others in one, 153 or 67 in each of several."""
    one, several = (160, 153) if text.isascii() else (70, 67)
    return 1 if len(text) <= one else math.ceil(len(text) / several)


def _service(http: Request) -> str:
    return http.url.path.split("/")[1]


def _taken(http: Request) -> dict[tuple[str, str], Taken]:
    kept: dict[tuple[str, str], Taken] = http.app.state.sms_taken
    return kept


def _knows(http: Request, carrier: Carrier) -> bool:
    right = f"Bearer {carrier.settings.sms_token}-{_service(http)}"
    return hmac.compare_digest(http.headers.get("authorization", "").encode(), right.encode())


async def send(http: Request) -> Response:
    """Take one message: 202 the first time, 200 with the first answer after that."""
    carrier, service = carrier_of(http), _service(http)
    if not _knows(http, carrier):
        return JSONResponse({"error": "token required"}, 401)
    try:
        fields = Fields(await http.body())
        request_id, brandname = fields.text("request_id"), fields.text("brandname")
        to, text = fields.text("to"), fields.text("text")
        fields.nothing_else()
        _check(request_id, brandname, to, text)
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 400)
    known = _taken(http).get((service, request_id))
    if known:
        same = (known.to, known.text) == (to, text)
        return JSONResponse(known.answer()) if same else JSONResponse({"error": "request_id was used"}, 409)
    return JSONResponse(_take(http, carrier, request_id, brandname, to, text).answer(), 202)


def _check(request_id: str, brandname: str, to: str, text: str) -> None:
    if not REQUEST_ID.fullmatch(request_id):
        raise Bad("request_id is 8 to 64 letters, digits and hyphens")
    if brandname not in BRANDNAMES:
        raise Bad("the brandname is not registered")
    if not NUMBER.fullmatch(to):
        raise Bad("to is a mobile number in the form 84…")
    if parts_of(text) > MOST_PARTS:
        raise Bad(f"text takes more than {MOST_PARTS} parts")
    if any(ord(letter) < 32 and letter != "\n" for letter in text):
        raise Bad("text has control letters")


def _take(http: Request, carrier: Carrier, request_id: str, brandname: str, to: str, text: str) -> Taken:
    service = _service(http)
    now = carrier.now(service)
    failed = carrier.faults.take(service=service, mode=Mode.RECEIPT_FAILED)
    forged = carrier.faults.take(service=service, mode=Mode.RECEIPT_FORGED) is not None
    last = "failed" if failed else "delivered"
    made = Taken(
        message_id=secrets.token_hex(8),
        request_id=request_id,
        to=to,
        text=text,
        parts=parts_of(text),
        arrived=Arrived(
            id=request_id,
            service=service,
            phone=local_number(to),
            sender=brandname,
            title="",
            text=text,
            at=now,
            status=last,
        ),
    )
    _taken(http)[(service, request_id)] = made
    if not failed:
        carrier.handsets.arrive(made.arrived)
    carrier.receipts.follow(
        service=service,
        steps=[
            sms_receipt(
                secret=f"{carrier.settings.sms_secret}-{service}".encode(),
                request_id=request_id,
                message_id=made.message_id,
                status=status,
                reason="subscriber absent" if status == "failed" else "",
                at=now,
                forged=forged,
            )
            for status in ("sent", last)
        ],
    )
    return made


async def told(http: Request) -> Response:
    """What became of a message."""
    if not _knows(http, carrier_of(http)):
        return JSONResponse({"error": "token required"}, 401)
    known = _taken(http).get((_service(http), http.path_params["request_id"]))
    if known is None:
        return JSONResponse({"error": "unknown request_id"}, 404)
    return JSONResponse(known.answer() | {"status": known.arrived.status})


routes = [
    Route("/v1/messages", send, methods=["POST"]),
    Route("/v1/messages/{request_id}", told),
]
