"""Time-stamping authorities over HTTP, and what the global configuration says of them."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.exchange import configuration
from tinhso.exchange.evidence import stamps
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.keeping.stamping import NotStamped, Token
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
    held = configuration.held()
    if held.document is None:
        return Stampers((), LEAST_SECONDS)
    trusted = held.trust
    named = tuple(HttpAuthority(one.name, one.url, trusted) for one in held.document.stamping)
    return Stampers(named, min(max(held.document.stamping_interval, LEAST_SECONDS), MOST_SECONDS))
