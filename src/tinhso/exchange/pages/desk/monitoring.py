"""Monitoring for those who run the exchange: what each service did in each hour, on both sides."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.exchange.pages.desk import log
from tinhso.exchange.queries import hours
from tinhso.exchange.queries.hours import Hour, Place
from tinhso.foundation import access, moments

HOME = "/can-bo/truc/giam-sat/"
LONGEST = 1_000
SLOW_MS = 1_000
MANY_FAIL = 0.05


@never_cache
@access.officer("exchange.see_monitoring")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Figures by service and hour, newest hours first. Three queries whatever their number."""
    side = request.GET.get("ben", "")
    side = side if side in ("client", "service") else ""
    service = request.GET.get("dich-vu", "").strip().strip("/")[:LONGEST]
    found, following = hours.page(side=side, service=service, after=_place(request.GET.get("sau", "")))
    given = {name: value for name, value in (("ben", side), ("dich-vu", service)) if value}
    facts = {
        "title": _("Giám sát trục"),
        "home": HOME,
        "rows": [_row(one) for one in found],
        "lately": hours.lately(at=moments.now()),
        "service": service,
        "given": given,
        "sides": [
            {"value": value, "text": text, "selected": side == value}
            for value, text in (
                ("", _("Cả hai bên")),
                ("client", _("Bên hỏi")),
                ("service", _("Bên trả lời")),
            )
        ],
        "next": f"?{urlencode({**given, 'sau': _token(following)})}" if following else "",
    }
    return render(request, "exchange/desk/monitoring.html", facts)


def _row(one: Hour) -> dict[str, Any]:
    begins, ends = (moments.local(each) for each in (one.place.hour, one.ends))
    asked = {"dich-vu": one.service, "ben": one.place.side}
    asked |= {"tu": f"{begins:%Y-%m-%dT%H:%M}", "den": f"{ends:%Y-%m-%dT%H:%M}"}
    return {
        "one": one,
        "parts": one.service.split("/"),
        "ends": ends - timedelta(minutes=1),
        "side": _("Hỏi") if one.place.side == "client" else _("Trả lời"),
        "colour": "blue" if one.place.side == "client" else "grey",
        "bad": one.failures > MANY_FAIL * one.requests,
        "slow": one.p95 > SLOW_MS,
        "log": f"{log.HOME}?{urlencode(asked)}",
    }


def _token(place: Place) -> str:
    hour, *key = astuple(place)
    return msgspec.json.encode([hour.isoformat(), *key]).decode()


def _place(token: str) -> Place | None:
    """Where a page begins; nothing for what is no such place."""
    try:
        hour, *key = msgspec.json.decode(token[: 4 * LONGEST], type=tuple[datetime, str, str, str, str])
    except (msgspec.MsgspecError, ValueError):
        return None
    return None if hour.tzinfo is None or any("\x00" in each for each in key) else Place(hour, *key)
