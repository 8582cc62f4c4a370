"""The port by which a developer tries a service against its mock or the sandbox, never the real one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from tinhso.foundation.registry import Port


@dataclass(frozen=True, slots=True)
class Tried:
    """What the mock answered; `body` is text, cut to what a page can show."""

    status: int
    content_type: str
    body: str


class Sandbox(Protocol):
    """Answers in the place of a service."""

    def answer(self, service_id: UUID, *, method: str, target: str, body: str) -> Tried:
        """One call; `target` is the path with its query. Raises Unable without an example to answer from."""
        ...


sandbox: Port[Sandbox] = Port("exchange sandbox")
