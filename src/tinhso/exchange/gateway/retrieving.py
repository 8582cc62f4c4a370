"""`/asic` and `/verificationconf` for information systems (§13.2), worked off by a thread of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from tinhso.exchange.gateway.answering import phrase
from tinhso.exchange.gateway.authentication import authenticate
from tinhso.exchange.gateway.database import QueryThread
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.node import Node
from tinhso.exchange.keeping import retrieval
from tinhso.exchange.protocol.faults import Fault


class Retrieving:
    """Gives evidence to those who took part. Django's queries stay in one thread: they are rare."""

    def __init__(self, node: Node, folder: Path) -> None:
        self._node = node
        self._folder = folder
        self._queries = QueryThread("evidence")

    async def asic(self, incoming: Incoming, *, at: datetime) -> None:
        """Containers of the messages with an id, to the client whose they are."""
        query = urlsplit(incoming.target).query
        known = self._is_known(incoming, query, at)
        await self._give(
            incoming,
            lambda: retrieval.asic(query, authenticated=known, at=at, folder=self._folder),
        )

    async def verification_conf(self, incoming: Incoming) -> None:
        """The certificates by which containers are verified."""
        await self._give(incoming, retrieval.verification_conf)

    async def close(self) -> None:
        """Let the thread and its connection go."""
        await self._queries.close()

    def _is_known(self, incoming: Incoming, query: str, at: datetime) -> bool:
        owner = retrieval.asked_for(query)
        client = self._node.follower.snapshot.clients.get(owner) if owner else None
        if client is None:
            return False
        try:
            authenticate(client, incoming, at=at)
        except Fault:
            return False
        return True

    async def _give(self, incoming: Incoming, made: Callable[[], retrieval.Answer]) -> None:
        answer = await self._queries.do(made)
        body = answer.body if isinstance(answer.body, bytes) else self._pieces(answer.body)
        await incoming.answer(answer.status, phrase(answer.status), answer.headers, body)

    async def _pieces(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        while (piece := await self._queries.do(lambda: next(pieces, None))) is not None:
            yield piece
