"""What other rooms offer on a procedure's page beside filing, such as an appointment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tinhso.foundation.registry import Registry


@dataclass(frozen=True, slots=True)
class Way:
    """A link on the page of a procedure, in the reader's language."""

    text: str
    href: str


ways: Registry[Callable[[str, datetime], Way | None]] = Registry("way on a procedure's page")
"""Asked with the procedure's code; None where there is nothing to offer."""


def of_procedure(code: str, *, at: datetime) -> tuple[Way, ...]:
    """What every room offers for a procedure."""
    found = (offer(code, at) for _name, offer in ways)
    return tuple(way for way in found if way)
