"""Typed clients: what rooms above declare that they ask of other systems, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from django.utils.functional import Promise

from tinhso.exchange.message_contracts import About
from tinhso.foundation import http, jobs
from tinhso.foundation.registry import Registry

Sent = TypeVar("Sent")
Given = TypeVar("Given")
WAITS = http.Timeouts(connect=2, read=15, total=20)
AGAIN = jobs.Retry(tries=10, first=timedelta(seconds=15), most=timedelta(hours=2))
BODIES = frozenset({"POST", "PUT", "PATCH"})
VERBS = frozenset({"GET", "DELETE"}) | BODIES
PLACE = re.compile(r"\{(\w+)\}")
SERVICE = re.compile(r"[^/]+(?:/[^/]+){3}")


@dataclass(frozen=True, slots=True)
class Client(Generic[Sent, Given]):
    """One thing that a room asks of another system.

    `service` is `class/member/subsystem/code`: the instance is this server's own (exchange protocol §1.1),
    each part as it is written in an address. `sends` and `gives` are the types of question and answer,
    written and read as JSON by msgspec. `{names}` in `path` are taken from the question, and what is left
    of it goes into the query of a GET or DELETE. Statuses in `also` are answers beside 2xx, told by their
    number alone.

    `about` says whose data a question carries, and then a reason is needed. `repeatable`: the receiver bears
    the same message twice (it sees its `X-Road-Id`), so a try that may have arrived is made again; a message
    that is sent must be. `retry` counts for messages; a question is tried `question_tries` times at once.
    The answer is kept for `keep`. Dead messages lie with `owner`, a role.
    """

    name: str
    title: str | Promise
    service: str
    sends: type[Sent]
    gives: type[Given]
    verb: str = "POST"
    path: str = ""
    also: frozenset[int] = frozenset()
    about: Callable[[Sent], About] | None = None
    repeatable: bool = True
    timeouts: http.Timeouts = WAITS
    retry: jobs.Retry = AGAIN
    question_tries: int = 2
    keep: timedelta = timedelta(days=7)
    owner: str = "administrator"
    most_bytes: int = http.MAX_BYTES
    headers: Mapping[str, str] = field(default_factory=dict)

    def written(self, question: Sent) -> tuple[str, bytes]:
        """Path with query, after the service's code, and body. The same question gives the same bytes."""
        if not self.path and self.verb in BODIES:
            return "", msgspec.json.encode(question, order="deterministic")
        fields: dict[str, Any] = msgspec.to_builtins(question)
        taken = set(PLACE.findall(self.path))
        path = PLACE.sub(lambda found: quote(_plain(fields[found[1]]), safe=""), self.path)
        left = {name: value for name, value in fields.items() if name not in taken and value is not None}
        if self.verb in BODIES:
            return path, msgspec.json.encode(left, order="deterministic")
        query = urlencode(
            [(name, _plain(each)) for name, value in left.items() for each in _several(value)],
            quote_via=quote,
        )
        return f"{path}?{query}" if query else path, b""

    def read(self, status: int, body: bytes) -> Given | None:
        """The answer; None when it has no body or a status of `also`. Raises msgspec.DecodeError for one that
        is not as declared."""
        return msgspec.json.decode(body, type=self.gives) if body and status not in self.also else None


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


clients: Registry[Client[Any, Any]] = Registry("exchange client")


def declare(client: Client[Sent, Given]) -> Client[Sent, Given]:
    """Make a client known, while Django starts; the client. Raises ValueError for one that cannot work."""
    if not SERVICE.fullmatch(client.service):
        raise ValueError(f"{client.name}: the service is class/member/subsystem/code")
    if client.verb not in VERBS:
        raise ValueError(f"{client.name}: {client.verb} is no verb of a client")
    if client.path and not client.path.startswith("/"):
        raise ValueError(f"{client.name}: a path begins with /")
    clients.add(client.name, client)
    return client
