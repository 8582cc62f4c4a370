"""The exchange for machines: the feed of events, and their description."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tinhso.exchange.publishing import asyncapi, feed
from tinhso.foundation import access, moments
from tinhso.identity import api as identity

router = Router(tags=["exchange"])
JSON = "application/json"


@router.get("/exchange/events", response=dict[str, Any], summary="Sự kiện của tỉnh, theo thứ tự")
@access.machine("exchange.read_events")
def read_events(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, lt=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=feed.LARGEST)] = 100,
) -> HttpResponse:
    """Events placed after `after`, oldest first; go on from `next`. `If-None-Match` spares a page again."""
    page = feed.after(after, token_id=identity.actor_of(request).id, limit=limit, at=moments.now())
    if request.headers.get("If-None-Match") == page.etag:
        return HttpResponse(status=304, headers={"ETag": page.etag})
    return HttpResponse(page.body, content_type=JSON, headers={"ETag": page.etag, "Cache-Control": "private"})


@router.get("/exchange/asyncapi.json", response=dict[str, Any], summary="Mô tả sự kiện (AsyncAPI 3.0)")
@access.anyone(reason="the description of events holds no data")
def describe_events(request: HttpRequest) -> HttpResponse:
    """All topics with the schemas of their data."""
    return HttpResponse(orjson.dumps(asyncapi.document()), content_type=JSON)
