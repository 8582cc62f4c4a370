"""Events: how a lower room tells higher rooms, inside the emitter's transaction.

An event is a frozen dataclass in the emitter's `contracts.py`. A receiver registers in its
`subscriptions.py`; what must happen outside the transaction, the subscriber queues as a job.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
_subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Register the decorated function for events of exactly this kind."""

    def register(function: Callable[[Event], None]) -> Callable[[Event], None]:
        if function not in _subscribers[kind]:
            _subscribers[kind].append(function)
        return function

    return register


def deliver(event: object) -> None:
    """Hand the event to its subscribers, in order of registration, in the running transaction.

    A subscriber's error ends the act: the change and its consequences stand or fall together.
    """
    for function in _subscribers[type(event)]:
        function(event)
