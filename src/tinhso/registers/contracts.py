"""What crosses the door of registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    """What became of a question. `unanswered`: no answer in time, or none expected after several failures."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    WRONG_PERSON = "wrong-person"


class NotAnswered(Exception):
    """A register gave nothing that can be used; `why` is for the log and holds no personal data."""

    def __init__(self, outcome: Outcome, why: str) -> None:
        super().__init__(f"{outcome}: {why}")
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class About:
    """About whom a question is: a person by number, name and birth; an organisation by its tax code.

    `parent` and `guardian` are the numbers of who must stand as such in the answer, where somebody files for
    a child or a ward. `id` is the person's or the organisation's own.
    """

    kind: str
    id: UUID
    number: str
    name: str
    birth_date: date | None = None
    parent: str = ""
    guardian: str = ""
