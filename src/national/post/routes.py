"""The carrier's interface for senders (`/post/v1/orders`), strict about what it gets, and its own page."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from national.csc.phone import VIETNAM
from national.faults import Mode
from national.messaging.carrier import Carrier, carrier_of
from national.messaging.receipts import signed
from national.pages import page
from national.post.parcels import NEXT, SERVICE, STATIONS, Event, Parcel, Parcels
from national.wire import Bad, Fields

KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
PHONE = re.compile(r"0\d{9,10}")
MOST_FEE = 1_000_000
PLACES = {
    "accepted": "Bưu cục Rạch Giá",
    "in_transit": "Trung tâm khai thác An Giang",
    "returned": "Bưu cục Rạch Giá",
}


def _parcels(http: Request) -> Parcels:
    kept = http.app.state.parcels
    if not isinstance(kept, Parcels):
        raise TypeError("the application has no parcels")
    return kept


def _knows(http: Request) -> bool:
    right = f"Bearer {carrier_of(http).settings.post_token}"
    return hmac.compare_digest(http.headers.get("authorization", "").encode(), right.encode())


async def order(http: Request) -> Response:
    """Take an order: 201 the first time, 200 with the same number after that, 409 for other words."""
    if not _knows(http):
        return JSONResponse({"error": "token required"}, 401)
    try:
        given = _read(await http.body())
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 400)
    parcels, key = _parcels(http), str(given["key"])
    if key in parcels.dropped:
        return JSONResponse({"error": "cancelled"}, 409)
    known = parcels.known.get(key)
    if known:
        same = known.order == given
        return JSONResponse(_told(known)) if same else JSONResponse({"error": "key was used"}, 409)
    return JSONResponse(_told(parcels.take(given)), 201)


def _read(body: bytes) -> dict[str, object]:
    fields = Fields(body)
    given: dict[str, object] = {
        name: fields.text(name)
        for name in ("key", "sender", "pick_up", "name", "phone", "address", "contents")
    }
    given["fee"] = fields.whole("fee")
    fields.nothing_else()
    if not KEY.fullmatch(str(given["key"])):
        raise Bad("key is eight to sixty four letters digits and hyphens")
    if not PHONE.fullmatch(str(given["phone"])):
        raise Bad("phone is a number of ten or eleven digits")
    if not 0 <= int(str(given["fee"])) <= MOST_FEE:
        raise Bad("fee is out of range")
    return given


def _told(parcel: Parcel) -> dict[str, object]:
    return {
        "key": parcel.key,
        "number": parcel.number,
        "status": parcel.status,
        "events": [event.told() for event in parcel.events],
    }


async def cancel(http: Request) -> Response:
    """Cancel an order, also one that never came; 409 once it was picked up."""
    if not _knows(http):
        return JSONResponse({"error": "token required"}, 401)
    parcels, key = _parcels(http), http.path_params["key"]
    known = parcels.known.get(key)
    if known and known.status not in ("ordered", "cancelled"):
        return JSONResponse({"error": "picked up"}, 409)
    parcels.dropped.add(key)
    if known is None:
        return JSONResponse({"error": "unknown order"}, 404)
    known.status = "cancelled"
    return JSONResponse(_told(known))


async def track(http: Request) -> Response:
    """What is known of a parcel."""
    if not _knows(http):
        return JSONResponse({"error": "token required"}, 401)
    known = _parcels(http).known.get(http.path_params["key"])
    return JSONResponse(_told(known)) if known else JSONResponse({"error": "unknown order"}, 404)


async def counter(http: Request) -> Response:
    """The carrier's own page: every parcel, and the buttons that move it on."""
    rows = [
        {
            "parcel": parcel,
            "fee": f"{parcel.order['fee']:,}".replace(",", "."),
            "status": STATIONS.get(parcel.status, "Chờ lấy" if parcel.status == "ordered" else "Đã huỷ"),
            "moves": [(status, STATIONS[status]) for status in NEXT[parcel.status]],
            "events": [
                (STATIONS[event.status], event.place, f"{event.at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}")
                for event in parcel.events
            ],
        }
        for parcel in reversed(_parcels(http).known.values())
    ]
    return page("post.html", rows=rows)


async def move(http: Request) -> Response:
    """Move a parcel on, as a press on the page does, and tell its sender."""
    form = await http.form()
    known = _parcels(http).known.get(str(form.get("key", "")))
    status = str(form.get("status", ""))
    if known is None or status not in NEXT[known.status]:
        return page("stop.html", status=409, sentence="Bưu gửi không chuyển sang bước này được.")
    receiver = str(form.get("receiver", "")).strip() or str(known.order["name"])
    step(carrier_of(http), known, status, receiver=receiver)
    return RedirectResponse("/post", 303)


def step(carrier: Carrier, parcel: Parcel, status: str, *, receiver: str = "") -> None:
    """One station: kept, and told to the sender as the switches say."""
    now = carrier.now(SERVICE)
    event = Event(
        event_id=secrets.token_hex(8),
        status=status,
        at=now,
        place=PLACES.get(status, ""),
        receiver=receiver if status == "delivered" else "",
    )
    parcel.status = status
    parcel.events.append(event)
    forged = carrier.faults.take(service=SERVICE, mode=Mode.RECEIPT_FORGED) is not None
    steps: list[tuple[Mapping[str, Any], Mapping[str, str]]] = [
        notice(carrier, parcel, one, at=now, forged=forged) for one in _due(carrier, parcel, event)
    ]
    if steps:
        carrier.receipts.follow(service=SERVICE, steps=steps)


def _due(carrier: Carrier, parcel: Parcel, event: Event) -> list[Event]:
    """What is told now. A swapped notice waits, and goes out after the one that follows it."""
    if carrier.faults.take(service=SERVICE, mode=Mode.RECEIPT_SWAPPED):
        parcel.held.append(event)
        return []
    due, parcel.held = [event, *parcel.held], []
    return due


def notice(
    carrier: Carrier, parcel: Parcel, event: Event, *, at: datetime, forged: bool
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """A signed notice of one event."""
    body: dict[str, object] = {"order_key": parcel.key, "number": parcel.number, **event.told()}
    return body, signed(body, secret=carrier.settings.post_secret.encode(), at=at, forged=forged)


routes = [
    Route("/", counter),
    Route("/move", move, methods=["POST"]),
    Route("/v1/orders", order, methods=["POST"]),
    Route("/v1/orders/{key}", track),
    Route("/v1/orders/{key}/cancel", cancel, methods=["POST"]),
]
