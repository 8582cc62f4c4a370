"""The tracker interface of our own register, reached through the gateway only (exchange lessons §5.1)."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from tinhso.exchange import inward
from tinhso.exchange.persons import number
from tinhso.exchange.usage import answering, noting
from tinhso.foundation import access, moments

PLACE = "/trong-truc/nhat-ky-du-lieu"
"""Where the interface stands on this site: its address, as it is registered with the exchange."""
ONLY_BY_GATEWAY = "only the gateway knows the mark it must show"
LONGEST_CODE = 40
FROM_THE_START = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _refused(request: HttpRequest) -> HttpResponse | None:
    if not inward.came_by_gateway(request.headers):
        return JsonResponse({"error": "ask through the exchange"}, status=403)
    return None


def _bad(words: str) -> HttpResponse:
    return JsonResponse({"error": words}, status=400)


@access.anyone(reason=ONLY_BY_GATEWAY)
@require_safe
def find_usage(request: HttpRequest) -> HttpResponse:
    """`GET /v2/findUsage`: who was told of one person, newest first."""
    if refused := _refused(request):
        return refused
    at = moments.now()
    asker, code = request.headers.get("X-Road-UserId", ""), request.GET.get("userCode", "")
    if not asker or not 0 < len(code) <= LONGEST_CODE:
        return _bad("X-Road-UserId and userCode are needed")
    try:
        since = _moment(request.GET.get("periodStart")) or FROM_THE_START
        until = _moment(request.GET.get("periodEnd")) or at
        offset = _whole(request.GET.get("offset", "0"), answering.DEEPEST)
        limit = _whole(request.GET.get("limit", str(answering.LARGEST)), answering.LARGEST)
    except ValueError as fault:
        return _bad(str(fault))
    if number(asker) != number(code):
        action = gettext_noop("Người đại diện xem ai đã dùng dữ liệu")
        receiver = noting.Receiver(request.headers.get("X-Road-Client", "?"))
        noting.note([code], action=action, to=receiver, at=at)
    return JsonResponse(
        answering.find(code, since=since, until=until, at=at, offset=offset, limit=limit),
        json_dumps_params={"ensure_ascii": False},
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text.replace(" ", "+"))
    if found.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return found


def _whole(text: str, most: int) -> int:
    if not text.isdecimal() or len(text) > 6:
        raise ValueError("offset and limit are whole numbers")
    return min(int(text), most)


@access.anyone(reason=ONLY_BY_GATEWAY)
@require_safe
def usage_period(request: HttpRequest) -> HttpResponse:
    """`GET /v2/usagePeriod`: since when usages are kept."""
    return _refused(request) or JsonResponse(answering.period(at=moments.now()))


@access.anyone(reason=ONLY_BY_GATEWAY)
@require_safe
def heartbeat(request: HttpRequest) -> HttpResponse:
    """`GET /v2/heartbeat`: whether the register of usages can be read."""
    if refused := _refused(request):
        return refused
    answering.period(at=moments.now())
    return JsonResponse({"status": "OK"})


urlpatterns = [
    path(f"{PLACE[1:]}/v2/findUsage", find_usage, name="find-usage"),
    path(f"{PLACE[1:]}/v2/usagePeriod", usage_period, name="usage-period"),
    path(f"{PLACE[1:]}/v2/heartbeat", heartbeat, name="tracker-heartbeat"),
]
