"""How tests ask: as an information system would, with every byte of the request in hand."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.exchange.gateway.world import TINHSO, Side
from tests.support.waiting import WITHIN_SECONDS

Header = tuple[str, str]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: list[Header]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    @property
    def error(self) -> str | None:
        return self.header("X-Road-Error")

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    side: Side,
    target: str,
    *,
    verb: str = "GET",
    headers: Sequence[Header] = (),
    client: str | None = TINHSO,
    body: bytes | Iterable[bytes] | None = None,
    timeout: float = WITHIN_SECONDS,
    port: int | None = None,
) -> Answer:
    """One request, to the information systems' port without another; an iterable body goes in chunks."""
    connection = http.client.HTTPConnection("127.0.0.1", port or side.port, timeout=timeout)
    try:
        connection.putrequest(verb, target, skip_accept_encoding=True)
        if client is not None:
            connection.putheader("X-Road-Client", client)
        for name, value in headers:
            connection.putheader(name, value)
        chunked = body is not None and not isinstance(body, bytes)
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        elif body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body, encode_chunked=chunked)
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()
