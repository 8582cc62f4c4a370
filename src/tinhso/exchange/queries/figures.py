"""The port by which pages ask how much an agreement was used; whoever keeps the message log answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tinhso.foundation.registry import Port


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of Hà Nội: calls answered, calls refused or failed, and bytes of answers."""

    day: date
    calls: int
    failed: int
    bytes: int


class Figures(Protocol):
    """Counts what went through under an agreement."""

    def of_agreement(self, agreement_id: UUID, *, days: int, at: datetime) -> Sequence[DayFigures]:
        """The last so many days, newest first; days without a call may be left out."""
        ...


figures: Port[Figures] = Port("exchange usage figures")


def of_agreement(agreement_id: UUID, *, days: int, at: datetime) -> Sequence[DayFigures] | None:
    """As `Figures`; None when nobody counts in this installation."""
    return figures().of_agreement(agreement_id, days=days, at=at) if figures.answered else None
