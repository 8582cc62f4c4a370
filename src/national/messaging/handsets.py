"""What arrived on the sandbox's phones, newest last; kept in memory, forgotten at the end."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime

MOST_PER_PHONE = 200


@dataclass(kw_only=True)
class Arrived:
    """One message as the phone shows it. `status` is what its carrier last told of it."""

    id: str
    service: str
    phone: str
    sender: str
    title: str
    text: str
    at: datetime
    link: str = ""
    status: str = "sent"


class Handsets:
    """All phones by their number; a push subscription without one stands under its owner's name."""

    def __init__(self) -> None:
        self._kept: dict[str, deque[Arrived]] = defaultdict(lambda: deque(maxlen=MOST_PER_PHONE))

    def arrive(self, message: Arrived) -> None:
        """Show a message."""
        self._kept[message.phone].append(message)

    def of(self, phone: str) -> list[Arrived]:
        """Messages of one phone, newest first."""
        return list(reversed(self._kept[phone])) if phone in self._kept else []

    def counts(self) -> dict[str, int]:
        """How many messages each phone holds."""
        return {phone: len(messages) for phone, messages in self._kept.items()}
