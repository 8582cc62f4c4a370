"""How a question travels: through the province's exchange platform (LGSP), with client credentials.

`carry` is the only way out of this room.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from tinhso.foundation import http
from tinhso.foundation.breaker import Breaker, Patience
from tinhso.registers.contracts import NotAnswered, Outcome

SERVICE = "lgsp"
TIMEOUTS = http.Timeouts(connect=1.5, read=3, total=4)
ONCE = http.Tries(count=1)
MOST_BYTES = 256 * 1024
EARLY = timedelta(seconds=30)
LONGEST_TOKEN = 4096
PATIENCE = Patience(failures=3, successes=1, first_seconds=30, most_seconds=30)

_breakers: dict[str, Breaker] = {}
_tokens: dict[tuple[str, str], tuple[str, datetime]] = {}


def forget() -> None:
    """Begin anew: no token, every service trusted."""
    _breakers.clear()
    _tokens.clear()


def connected() -> bool:
    """Whether a platform is named at all."""
    return bool(settings.LGSP.url)


def carry(
    path: str, *, json: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None, at: datetime
) -> http.Answer:
    """Ask one service of the platform once: POST with `json`, else GET; any answer of the service itself.

    Raises NotAnswered (`unanswered`, `refused`); http.TransactionOpen.
    """
    breaker = _breakers.setdefault(path, Breaker(PATIENCE))
    if not breaker.allows(at):
        raise NotAnswered(Outcome.UNANSWERED, "left alone after failures")
    address = f"{settings.LGSP.url}{path}{f'?{urlencode(query)}' if query else ''}"
    try:
        answer = _asked(address, json, token=_token(at))
        if answer.status == 401:
            _tokens.clear()
            answer = _asked(address, json, token=_token(at))
    except http.Unanswered as fault:
        breaker.failed(at)
        raise NotAnswered(Outcome.UNANSWERED, fault.code) from None
    if answer.status >= 500 or answer.status == 429:
        breaker.failed(at)
        raise NotAnswered(Outcome.UNANSWERED, f"status {answer.status}")
    breaker.worked()
    if answer.status in (401, 403):
        raise NotAnswered(Outcome.REFUSED, f"status {answer.status}")
    return answer


def _asked(address: str, json: Mapping[str, Any] | None, *, token: str) -> http.Answer:
    return http.call(
        "GET" if json is None else "POST",
        address,
        service=SERVICE,
        headers={"authorization": f"Bearer {token}"},
        json=json,
        timeouts=TIMEOUTS,
        tries=ONCE,
        max_bytes=MOST_BYTES,
    )


def _token(at: datetime) -> str:
    """The platform's token, asked anew shortly before it ends (RFC 6749 §4.4)."""
    key = (settings.LGSP.url, settings.LGSP.client_id)
    kept = _tokens.get(key)
    if kept and at < kept[1]:
        return kept[0]
    name, secret = (quote(each, safe="") for each in (settings.LGSP.client_id, settings.LGSP.client_secret))
    answer = http.call(
        "POST",
        f"{settings.LGSP.url}/token",
        service=SERVICE,
        headers={"authorization": f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"},
        form={"grant_type": "client_credentials"},
        timeouts=TIMEOUTS,
        tries=ONCE,
        max_bytes=MOST_BYTES,
    )
    if answer.status in (400, 401, 403):
        raise NotAnswered(Outcome.REFUSED, f"token {answer.status}")
    told = answer.ensure().json()
    token = told.get("access_token") if isinstance(told, dict) else None
    lives = told.get("expires_in") if isinstance(told, dict) else None
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN or not token.isascii():
        raise NotAnswered(Outcome.UNREADABLE, "no token")
    if not token.isprintable() or " " in token:
        raise NotAnswered(Outcome.UNREADABLE, "no token")
    seconds = lives if isinstance(lives, int) and not isinstance(lives, bool) and 0 < lives <= 86_400 else 60
    _tokens[key] = (token, at + timedelta(seconds=seconds) - EARLY)
    return token
