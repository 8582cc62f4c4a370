"""Opaque references by which lower rooms name what only higher rooms understand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """Who acts."""

    PERSON = "person"
    OFFICER = "officer"
    MACHINE = "machine"
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Who does an act, with the display name of that time.

    `unit` is the unit an officer acts for; `on_behalf_of` the officer whose delegate acts.
    """

    kind: ActorKind
    id: UUID | None
    name: str
    unit: UUID | None = None
    on_behalf_of: UUID | None = None
    address: str = ""


SYSTEM = ActorRef(kind=ActorKind.SYSTEM, id=None, name="Hệ thống")
NOBODY = ActorRef(kind=ActorKind.NOBODY, id=None, name="")


@dataclass(frozen=True, slots=True)
class OwnerRef:
    """The person or organisation something belongs to. `kind` is `person` or `organisation`."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """What an act is done to.

    `units` are the units on its path, `owner` whose it is, `handlers` the officers who hold it now,
    `classification` how sensitive it is. `under` is the relation by which somebody filed it for the owner,
    `joint` are persons whose it is beside the owner.
    """

    kind: str
    id: UUID
    units: tuple[UUID, ...] = ()
    owner: OwnerRef | None = None
    handlers: tuple[UUID, ...] = ()
    classification: str = "ordinary"
    under: UUID | None = None
    joint: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarRef:
    """A working calendar by its code, e.g. `an-giang`."""

    code: str
