"""Who may ask the platform: client credentials for a bearer token of short life (RFC 6749 §4.4)."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from national.faults import Faults
from national.settings import Settings

SERVICE = "lgsp"
LIFE = timedelta(minutes=10)
NEVER_STORED = {"cache-control": "no-store", "pragma": "no-cache"}


class Clients:
    """The tokens given out, with the moment each ends."""

    def __init__(self, settings: Settings, faults: Faults) -> None:
        self.settings = settings
        self.faults = faults
        self._given: dict[str, datetime] = {}

    def now(self) -> datetime:
        """The platform's own clock."""
        return self.faults.now(SERVICE)

    def give(self) -> str:
        """A new token."""
        token = secrets.token_urlsafe(24)
        self._given[token] = self.now() + LIFE
        return token

    def knows(self, http: Request) -> bool:
        """Whether the request bears a token that still holds."""
        word, _space, token = http.headers.get("authorization", "").partition(" ")
        ends = self._given.get(token)
        return word == "Bearer" and ends is not None and ends > self.now()

    def is_client(self, http: Request) -> bool:
        """Whether the request names the client and its secret (HTTP Basic)."""
        word, _space, encoded = http.headers.get("authorization", "").partition(" ")
        right = f"{self.settings.lgsp_client_id}:{self.settings.lgsp_client_secret}".encode()
        try:
            given = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return False
        return word == "Basic" and hmac.compare_digest(given, right)


def clients_of(http: Request) -> Clients:
    """The platform's clients."""
    found = http.app.state.lgsp
    if not isinstance(found, Clients):
        raise TypeError("the application has no platform")
    return found


async def token(http: Request) -> Response:
    """`grant_type=client_credentials` with HTTP Basic: a bearer token."""
    clients = clients_of(http)
    if not clients.is_client(http):
        return JSONResponse({"error": "invalid_client"}, 401, headers={"www-authenticate": "Basic"})
    given = (await http.form()).multi_items()
    if given != [("grant_type", "client_credentials")]:
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    told = {
        "access_token": clients.give(),
        "token_type": "Bearer",
        "expires_in": int(LIFE.total_seconds()),
    }
    return JSONResponse(told, headers=NEVER_STORED)
