"""What crosses the door about two accounts of one person becoming one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import Conflict, NotFound


class Ground(StrEnum):
    """By what it is known that two accounts are one person's."""

    SAME_EID = "same_eid"
    OLD_NUMBER = "old_number"
    MISTYPED_NUMBER = "mistyped_number"
    WITHOUT_NUMBER = "without_number"

    @property
    def label(self) -> str:
        """What officers choose."""
        return str(_GROUND_LABELS[self])


_GROUND_LABELS = {
    Ground.SAME_EID: _("Định danh điện tử cho thấy cùng một số định danh"),
    Ground.OLD_NUMBER: _("Một tài khoản lập theo số cũ (CMND), nay có căn cước"),
    Ground.MISTYPED_NUMBER: _("Một tài khoản lập khi gõ nhầm số căn cước"),
    Ground.WITHOUT_NUMBER: _("Một tài khoản lập tại quầy, chỉ có tên và số điện thoại"),
}


class MergeState(StrEnum):
    """Where a proposal stands. `lapsed`: one of its accounts was merged by another proposal meanwhile."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Merging:
    """Two accounts becoming one, inside the transaction: everything of `loser` goes to `survivor`.

    `relations` leads from each relation that gave way to its twin (None: to no other), for rooms that name
    relations.
    """

    loser: UUID
    survivor: UUID
    at: datetime
    relations: dict[UUID, UUID | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """How much of what went over: "3 hồ sơ"."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class MergeView:
    """A proposal, or what came of it. `number` is the masked number of the account that ends."""

    id: UUID
    loser: UUID
    survivor: UUID
    loser_name: str
    survivor_name: str
    number: str
    ground: Ground
    proof: str
    state: MergeState
    proposed_by: UUID
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    refused_because: str
    moved: tuple[Moved, ...]


class MergeStopped(Conflict):
    """Something stands against the two being one person; the message says what to settle first."""

    code = "merge-stopped"


class UnknownMerge(NotFound):
    """No such proposal, or it is decided already."""

    code = "unknown-merge"
