"""Small documents that the gateway asks of others in the background: configuration, OCSP answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from tinhso.exchange.gateway.client import Client
from tinhso.exchange.gateway.flowing import Cut
from tinhso.foundation.ocsp import CONTENT_TYPE

MOST_BYTES = 16 * 1024 * 1024
SECONDS = 30.0


class Unfetched(Exception):
    """Another system gave no usable answer; the message says what came instead."""


class Fetching:
    """Asks by the gateway's own client, with a limit in time and size."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def get(self, url: str) -> bytes:
        """A document. Raises Unfetched."""
        return await self._ask("GET", url, [], b"")

    async def ocsp(self, url: str, question: bytes) -> bytes:
        """A responder's answer. Raises Unfetched."""
        return await self._ask("POST", url, [("Content-Type", CONTENT_TYPE)], question)

    async def _ask(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        origin = f"{parts.scheme}://{parts.netloc}"
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._client.send(origin, verb, target, list(headers), body)
                got = await answer.read(MOST_BYTES)
        except TimeoutError as error:
            raise Unfetched(f"no answer within {SECONDS:.0f} s") from error
        except (Cut, ValueError) as error:
            raise Unfetched(f"{type(error).__name__}: {error}") from error
        if answer.status != 200:
            raise Unfetched(f"status {answer.status}")
        return got
