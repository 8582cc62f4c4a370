"""Events that systems of others may be told of, as their developers read them."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.exchange.publishing.topics import topics
from tinhso.foundation import access

POLL = "GET /api/v1/exchange/events?after=0\nAuthorization: Bearer …"


@never_cache
@access.officer("exchange.see_catalogue")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Each topic with an example, and how its events are received. No query of its own."""
    facts = {
        "title": _("Sự kiện của tỉnh"),
        "poll": POLL,
        "rows": [
            (topic, msgspec.json.format(msgspec.json.encode(topic.example), indent=2).decode())
            for _name, topic in topics
        ],
    }
    return render(request, "exchange/developers/events.html", facts)
