"""Where carriers tell what became of a message."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.notify.operations import receipts

MOST_BYTES = 8192


@csrf_exempt
@access.anyone(reason="carriers of messages tell what became of them; each receipt is signed")
@require_POST
def sms(request: HttpRequest, provider: str) -> JsonResponse:
    """A receipt of an SMS provider. A repeat gets the same 200, so that it stops repeating."""
    return _answered(
        request,
        lambda body: receipts.of_sms(
            provider=provider,
            body=body,
            timestamp=request.headers.get("X-Timestamp", ""),
            signature=request.headers.get("X-Signature", ""),
            at=moments.now(),
        ),
    )


@csrf_exempt
@access.anyone(reason="Zalo tells that a message reached its reader; each event is signed")
@require_POST
def zalo(request: HttpRequest) -> JsonResponse:
    """An event of Zalo."""
    return _answered(
        request,
        lambda body: receipts.of_zalo(
            body=body, signature=request.headers.get("X-ZEvent-Signature", ""), at=moments.now()
        ),
    )


def _answered(request: HttpRequest, take: Callable[[bytes], str]) -> JsonResponse:
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"error": "too-large"}, status=413)
    try:
        effect = take(request.body)
    except Unable as refused:
        return JsonResponse({"error": refused.code}, status=refused.status)
    return JsonResponse({"effect": effect}, status=404 if effect == "unknown" else 200)
