"""Where the carrier tells what became of a parcel."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.parcels import hearing, wire

MOST_BYTES = 8192


@csrf_exempt
@access.anyone(reason="the postal carrier tells what became of a parcel; each notice is signed")
@require_POST
def notice(request: HttpRequest) -> JsonResponse:
    """One notice. A repeat gets the same 200, so that it stops repeating."""
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"error": "too-large"}, status=413)
    at = moments.now()
    try:
        key, station = wire.notice(
            body=request.body,
            timestamp=request.headers.get("X-Timestamp", ""),
            signature=request.headers.get("X-Signature", ""),
            at=at,
        )
        (effect,) = hearing.hear(key, [station], at=at)
    except Unable as refused:
        return JsonResponse({"error": refused.code}, status=refused.status)
    return JsonResponse({"effect": effect.value})
