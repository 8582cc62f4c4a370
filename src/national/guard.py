"""The secret that guards what only the demo's own keeper may do."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(endpoint: Endpoint) -> Endpoint:
    """Ask for `Authorization: Bearer <secret>`."""

    @functools.wraps(endpoint)
    async def asked(http: Request) -> Response:
        right = f"Bearer {http.app.state.settings.secret}"
        given = http.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), right.encode()):
            return JSONResponse({"error": "secret required"}, 401, headers={"www-authenticate": "Bearer"})
        return await endpoint(http)

    return asked
