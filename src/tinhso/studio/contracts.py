"""What crosses the door of the studio: drafts, their parts, what is wrong with them, errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise

from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures

Body = dict[str, Any]
"""A part as JSON values; its shape is said in the module of the part."""


class PartName(StrEnum):
    """The parts of a procedure in the order in which they are made."""

    DESCRIPTION = "description"
    FORM = "form"
    PAPERS = "papers"
    FEES = "fees"
    PROCESS = "process"
    TEMPLATES = "templates"
    EXAMPLES = "examples"


class DraftState(StrEnum):
    """Where a draft stands."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a draft, in words. `where` is an anchor on the page of the part.

    One that `blocks` keeps the draft from being published; another is a warning to think about.
    """

    part: PartName
    where: str
    sentence: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class PartView:
    """One part as it stands. `revision` counts its changes from 1; 0 is a part nobody has touched."""

    name: PartName
    body: Body
    revision: int
    changed_by: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Closing:
    """Who ended a draft, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with all its parts. `base` is the version it was started from, `authors` are account ids.

    `closed` says who published or discarded it.
    """

    id: UUID
    code: str
    title: str
    state: DraftState
    base: UUID | None
    version: UUID | None
    authors: frozenset[UUID]
    started_by: str
    started_at: datetime
    parts: Mapping[PartName, PartView]
    closed: Closing | None = None

    def body(self, name: PartName) -> Body:
        """The body of a part."""
        return self.parts[name].body

    @property
    def stands(self) -> str:
        """Which saving of each part this is: what a reader of the whole has seen."""
        return ".".join(str(self.parts[name].revision) for name in PartName)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list."""

    id: UUID
    code: str
    title: str
    state: DraftState
    started_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Making:
    """A draft becoming a version: who publishes it and when, and the code it is published under."""

    code: str
    by: ActorRef
    at: datetime


class PartKind(Protocol):
    """What the studio knows of one part; a module-level instance per part, listed in `parts.KINDS`."""

    name: PartName
    label: str | Promise
    keys: Mapping[str, str]
    """How members of a list are known when two people's changes meet: name of the list → their key."""

    def empty(self) -> Body:
        """The part of a procedure that begins from nothing."""
        ...

    def of_version(self, version: procedures.VersionView) -> Body:
        """The part as a published version has it, for versions that were not made here."""
        ...

    def say(self, body: Body) -> str:
        """What there is, in one line, for the overview; empty when there is nothing yet."""
        ...

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        """What is wrong with this part, seen with the others."""
        ...

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        """The content with this part in it; publishes what the part consists of elsewhere."""
        ...


class UnknownDraft(NotFound):
    """No such draft."""

    code = "unknown-draft"


class Closed(Conflict):
    """The draft was published or discarded."""

    code = "draft-closed"


class Clash(Conflict):
    """Two people changed the same place. What was sent is kept as revision `kept`; nothing is lost."""

    code = "draft-clash"

    def __init__(self, message: str, *, places: tuple[str, ...], kept: UUID, current: int) -> None:
        super().__init__(message, places=list(places), kept=str(kept), current=current)
        self.places = places
        self.kept = kept
        self.current = current


class Unread(Conflict):
    """The draft was changed after the one who publishes had read it."""

    code = "draft-unread"


class NotSound(Invalid):
    """The draft cannot be published yet; `problems` say why."""

    code = "draft-not-sound"

    def __init__(self, message: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(message, faults={f"{one.part}#{one.where}": one.sentence for one in problems})
        self.problems = problems


@dataclass(frozen=True, slots=True)
class BlockView:
    """A version of a reusable block: a named section of questions. `name` is the section's name by itself."""

    id: UUID
    code: str
    number: int
    title: str
    name: str
    fields: list[dict[str, Any]]
    published_by: str
    published_at: datetime


class UnknownBlock(NotFound):
    """No such block."""

    code = "unknown-block"


class BlockFaulty(Invalid):
    """The questions of a block cannot be asked; the faults say why."""

    code = "block-faulty"
