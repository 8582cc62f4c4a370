"""The phones of the sandbox, for people: choose one, read what arrived."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national import people
from national.csc.phone import VIETNAM
from national.guard import guarded
from national.messaging.carrier import carrier_of
from national.messaging.handsets import Arrived
from national.pages import page

CHANNELS = {
    "sms-a": "SMS (nhà cung cấp A)",
    "sms-b": "SMS (nhà cung cấp B)",
    "zalo": "Zalo",
    "push": "Thông báo đẩy",
}


def _owners() -> dict[str, str]:
    return {who.phone: who.full_name for who in people.everyone()}


async def handsets(http: Request) -> Response:
    """Every phone: those of demo people, and any other number that was written to."""
    counts, owners = carrier_of(http).handsets.counts(), _owners()
    rows = [
        {"phone": phone, "owner": owners.get(phone, "Số khác"), "count": counts.get(phone, 0)}
        for phone in [*owners, *sorted(set(counts) - set(owners))]
    ]
    return page("handsets.html", rows=rows)


async def handset(http: Request) -> Response:
    """What one phone shows, newest first."""
    phone = http.path_params["phone"]
    messages = carrier_of(http).handsets.of(phone)
    if phone not in _owners() and not messages:
        return page("stop.html", status=404, sentence="Không có điện thoại nào mang số này.")
    return page(
        "handset.html",
        phone=phone,
        owner=_owners().get(phone, "Số khác"),
        rows=[_row(message) for message in messages],
    )


def _row(message: Arrived) -> dict[str, str]:
    return {
        "channel": CHANNELS[message.service],
        "sender": message.sender,
        "title": message.title,
        "text": message.text,
        "link": message.link,
        "at": message.at.astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y"),
    }


@guarded
async def listed(http: Request) -> Response:
    """The same as JSON; behind the sandbox's secret, for tests."""
    messages = carrier_of(http).handsets.of(http.path_params["phone"])
    return JSONResponse([asdict(message) | {"at": message.at.isoformat()} for message in messages])


routes = [
    Route("/", handsets),
    Route("/{phone}", handset),
    Route("/{phone}/all", listed),
]
