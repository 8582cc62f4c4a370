"""Zalo's notification service: registered templates, one message to the phone number of a Zalo account.

Error numbers follow Zalo's published list; a faulty request is answered 200 with a number, as there.
"""

from __future__ import annotations

import json
import re
import secrets
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national import people
from national.faults import Mode
from national.messaging.carrier import Carrier, carrier_of, local_number
from national.messaging.handsets import Arrived
from national.messaging.receipts import zalo_event
from national.messaging.sms import NUMBER
from national.wire import Bad, Fields

LONGEST_VALUE = 100
LONGEST_TRACKING = 48
MARK = re.compile(r"<(\w+)>")
BAD_NUMBER, UNKNOWN_TEMPLATE, BAD_DATA, NO_ACCOUNT, BAD_TOKEN, BAD_REQUEST = (
    -108,
    -109,
    -112,
    -118,
    -124,
    -100,
)
WITHOUT_ZALO = frozenset({"TD-0003"})
"""Demo people who have a phone and no Zalo."""


class Wrong(Exception):
    """Answered with a number and a sentence."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number


def templates() -> dict[str, dict[str, str]]:
    """Registered templates by number: title and text with `<marks>`."""
    text = files("national").joinpath("messaging/zalo.json").read_text(encoding="utf-8")
    read: dict[str, dict[str, str]] = json.loads(text)
    return read


async def send(http: Request) -> Response:
    """Send one message after a template; a tracking id that was used gives the first answer."""
    carrier = carrier_of(http)
    kept: dict[str, dict[str, Any]] = http.app.state.zalo_sent
    try:
        if http.headers.get("access_token", "") != carrier.settings.zalo_token:
            raise Wrong(BAD_TOKEN, "Access token invalid")
        phone, template_id, data, tracking = _read(await http.body())
        if tracking in kept:
            return JSONResponse(kept[tracking])
        text = _filled(template_id, data)
        if any(who.phone == local_number(phone) and who.tech_id in WITHOUT_ZALO for who in people.everyone()):
            raise Wrong(NO_ACCOUNT, "Zalo account not existed")
    except Wrong as wrong:
        return JSONResponse({"error": wrong.number, "message": str(wrong)})
    kept[tracking] = _deliver(carrier, phone=phone, template_id=template_id, text=text, tracking=tracking)
    return JSONResponse(kept[tracking])


def _read(body: bytes) -> tuple[str, str, dict[str, str], str]:
    try:
        fields = Fields(body)
        phone, template_id = fields.text("phone"), fields.text("template_id")
        data, tracking = fields.texts_by_name("template_data"), fields.text("tracking_id")
        fields.nothing_else()
    except Bad as fault:
        raise Wrong(BAD_REQUEST, str(fault)) from fault
    if not NUMBER.fullmatch(phone):
        raise Wrong(BAD_NUMBER, "Phone number is invalid")
    if len(tracking) > LONGEST_TRACKING:
        raise Wrong(BAD_REQUEST, "tracking_id is too long")
    return phone, template_id, data, tracking


def _filled(template_id: str, data: dict[str, str]) -> str:
    template = templates().get(template_id)
    if template is None:
        raise Wrong(UNKNOWN_TEMPLATE, "Template ID invalid")
    asked = set(MARK.findall(template["text"]))
    if asked != set(data):
        raise Wrong(BAD_DATA, "Template data does not match the template")
    if any(not value or len(value) > LONGEST_VALUE for value in data.values()):
        raise Wrong(BAD_DATA, "Template data is empty or too long")
    return MARK.sub(lambda mark: data[mark.group(1)], template["text"])


def _deliver(carrier: Carrier, *, phone: str, template_id: str, text: str, tracking: str) -> dict[str, Any]:
    now, message_id = carrier.now("zalo"), secrets.token_hex(10)
    carrier.handsets.arrive(
        Arrived(
            id=tracking,
            service="zalo",
            phone=local_number(phone),
            sender="Dịch vụ công An Giang",
            title=templates()[template_id]["title"],
            text=text,
            at=now,
            status="delivered",
        )
    )
    event = zalo_event(
        app_id=carrier.settings.zalo_app_id,
        secret=carrier.settings.zalo_secret,
        message_id=message_id,
        tracking_id=tracking,
        at=now,
        forged=carrier.faults.take(service="zalo", mode=Mode.RECEIPT_FORGED) is not None,
    )
    carrier.receipts.follow(service="zalo", steps=[event])
    return {
        "error": 0,
        "message": "Success",
        "data": {"msg_id": message_id, "sent_time": str(int(now.timestamp() * 1000))},
    }


routes = [Route("/message/template", send, methods=["POST"])]
