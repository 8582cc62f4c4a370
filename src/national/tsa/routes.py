"""The time-stamp authority over HTTP (RFC 3161 §3.4)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from national.tsa.stamps import Stamper

MOST_BYTES = 20_000


async def stamp(http: Request) -> Response:
    """POST a TimeStampReq, get a TimeStampResp."""
    if http.headers.get("content-type", "") != "application/timestamp-query":
        return Response("application/timestamp-query expected", 415)
    body = await http.body()
    if len(body) > MOST_BYTES:
        return Response("too large", 413)
    stamper = http.app.state.stamper
    if not isinstance(stamper, Stamper):
        raise TypeError("the application has no time-stamp authority")
    return Response(stamper.answer(body), media_type="application/timestamp-reply")


routes = [Route("/", stamp, methods=["POST"])]
