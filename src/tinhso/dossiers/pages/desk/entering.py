"""How the counter's sheet is taken in: a port by which a room above brings a piece and a way of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.http import HttpRequest
from django.utils.safestring import SafeString

from tinhso.dossiers.operations import counter
from tinhso.dossiers.operations.counter import Taken
from tinhso.dossiers.operations.submission import Submission
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.registry import Port


class CounterEntry(Protocol):
    """What a room above brings to the sheet."""

    def piece(self, request: HttpRequest, faults: Mapping[str, str], *, at: datetime) -> SafeString:
        """Its part of the form, with the faults of its own boxes."""
        ...

    def take_in(self, request: HttpRequest, given: Submission, *, by: ActorRef, at: datetime) -> Taken:
        """Take in what the sheet says. Raises Invalid with faults by the names of boxes."""
        ...


counter_entry: Port[CounterEntry] = Port("counter_entry")


def piece(request: HttpRequest, faults: Mapping[str, str], *, at: datetime) -> SafeString:
    """The part of the form that a room above brings; nothing without one."""
    return counter_entry().piece(request, faults, at=at) if counter_entry.answered else SafeString("")


def take_in(request: HttpRequest, given: Submission, *, by: ActorRef, at: datetime) -> Taken:
    """Take in what the sheet says. Raises as `counter.take_in`."""
    if counter_entry.answered:
        return counter_entry().take_in(request, given, by=by, at=at)
    return counter.take_in(given, by=by, at=at)
