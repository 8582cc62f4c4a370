"""Time-stamping authorities over HTTP, and what the global configuration says of them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tinhso.exchange.evidence import stamps
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.keeping.stamping import NotStamped, Token
from tinhso.exchange.models import State
from tinhso.foundation import http

LEAST_SECONDS, MOST_SECONDS = 60, 86_400
TIMEOUTS = http.Timeouts(connect=20.0, read=60.0, total=90.0)
"""Of the protocol (§12)."""


@dataclass(frozen=True, slots=True)
class HttpAuthority:
    """An authority at a URL; its answers count when signed by a certificate that is named (RFC 3161)."""

    name: str
    url: str
    trusted: Trust

    def stamp(self, content: bytes) -> Token:
        """A verified token over these bytes. Raises NotStamped."""
        question = stamps.ask(content)
        try:
            answer = http.call(
                "POST",
                self.url,
                service=self.name,
                headers={"content-type": "application/timestamp-query"},
                content=question.der,
                timeouts=TIMEOUTS,
                tries=http.Tries(count=1),
            )
        except http.TimedOut as error:
            raise self._not("timestamp_request_timed_out", "did not answer in time") from error
        except http.Refused as error:
            code = (
                "malformed_timestamp_server_url"
                if error.facts.get("final")
                else "timestamp_provider_connection_failed"
            )
            raise self._not(code, str(error.facts.get("why") or error.message)) from error
        except http.Unanswered as error:
            raise self._not("timestamping_non_ok_response", error.message) from error
        if not answer.ok:
            raise self._not("timestamping_non_ok_response", f"HTTP {answer.status}")
        try:
            found = stamps.answered(question, answer.body, self.trusted)
        except BadEvidence as error:
            raise self._not(error.code, error.message) from error
        return Token(found.token, found.at)

    def _not(self, code: str, why: str) -> NotStamped:
        return NotStamped(f"mlog.{code}", f"{self.name} ({self.url}): {why}")


@dataclass(frozen=True, slots=True)
class Stampers:
    """Who stamps, in order, and how often."""

    authorities: tuple[HttpAuthority, ...]
    interval_seconds: int


def configured() -> Stampers:
    """What the newest accepted global configuration says; nobody, when there is none yet."""
    document = State.objects.values_list("global_configuration", flat=True).first() or ""
    content = payload(document)
    trusted = trust(content)
    named = tuple(
        HttpAuthority(str(one["name"]), str(one["url"]), trusted) for one in content.get("stamping", ())
    )
    interval = int(content.get("stamping_interval", LEAST_SECONDS))
    return Stampers(named, min(max(interval, LEAST_SECONDS), MOST_SECONDS))


def trust(content: Mapping[str, Any]) -> Trust:
    """Whose certificates count by a global configuration."""
    return Trust.of(_certificates(content, "authorities"), _certificates(content, "stamping"))


def payload(document: str) -> dict[str, Any]:
    """What an accepted configuration says (compact JWS); it was verified when it was accepted.

    Empty when there is none. Raises ValueError for what is no such document.
    """
    if not document:
        return {}
    try:
        _head, body, _signature = document.split(".")
        read = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("not a signed document") from error
    if not isinstance(read, dict):
        raise ValueError("not a configuration")
    return read


def _certificates(content: Mapping[str, Any], part: str) -> Iterable[bytes]:
    return [base64.b64decode(one["certificate"]) for one in content.get(part, ()) if one.get("certificate")]
