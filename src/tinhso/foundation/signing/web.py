"""How signing reaches time-stamp authorities, issuers and signing services: one injected callable.

`foundation.http` gives it with time limits, allow-lists and tracing; tests give their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx

SECONDS = 10.0
LARGEST_ANSWER = 16 * 1024 * 1024


class Unreachable(Exception):
    """Nobody answered, or not in time, or far too much."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes


class Web(Protocol):
    """Makes one HTTP request. Raises Unreachable; statuses are the caller's to judge."""

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer: ...


class PlainWeb:
    """The web over a kept `httpx.Client`."""

    def __init__(self, client: httpx.Client | None = None) -> None:
        self._client = client or httpx.Client(timeout=SECONDS, follow_redirects=False)

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Make the request. Raises Unreachable."""
        try:
            with self._client.stream(method, url, headers=dict(headers or {}), content=body) as response:
                parts: list[bytes] = []
                size = 0
                for part in response.iter_bytes():
                    size += len(part)
                    if size > LARGEST_ANSWER:
                        raise Unreachable(f"{url} answers with more than {LARGEST_ANSWER} bytes")
                    parts.append(part)
                return Answer(response.status_code, b"".join(parts))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"{url}: {type(error).__name__}") from error

    def close(self) -> None:
        """Let go of kept connections."""
        self._client.close()
