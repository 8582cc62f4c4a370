"""Where programs of developers call the sandbox; the path below is the gateway's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tinhso.exchange.operations import sandbox
from tinhso.exchange.operations.trying_out import METHODS
from tinhso.exchange.protocol import rest
from tinhso.exchange.protocol.faults import ERROR_HEADER, Fault, render
from tinhso.foundation import access

HOME = "/thu-nghiem"
BEARER = "Bearer "


@csrf_exempt
@never_cache
@access.anyone(reason="programs of developers show their application's key")
@require_http_methods(METHODS)
def call(request: HttpRequest, path: str) -> HttpResponse:
    """One call, answered from the service's examples."""
    shown = request.headers.get("Authorization", "")
    headers = [(name, value) for name, value in request.headers.items() if name != "Authorization"]
    try:
        made, body = sandbox.answer(
            shown.removeprefix(BEARER),
            verb=request.method or "",
            target=request.get_full_path().removeprefix(HOME),
            headers=headers,
            body=request.body,
        )
    except Fault as fault:
        said = fault.within(sandbox.SIDE)
        kind, content = render(said, request.headers.get("Accept"))
        return HttpResponse(content, status=said.status, content_type=kind, headers={ERROR_HEADER: said.code})
    answer = HttpResponse(body, status=made.code)
    for name, value in rest.client_headers(made):
        answer[name] = value
    return answer
