"""Acts: everything anyone can do, declared by the rooms, judged in one place (identity).

Foundation knows the names; `authority` is the port by which identity answers whether it is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.registry import Port, Registry


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done. `name` is `room.verb`; `label` is what people read."""

    name: str
    label: str
    subject: str = ""


class Authority(Protocol):
    """Answers whether an act is allowed: roles, units, periods, delegation, ownership."""

    def require(self, *, by: ActorRef, act: str, on: SubjectRef | None, at: datetime) -> None:
        """Return when allowed. Raises NotAllowed."""
        ...


acts: Registry[Act] = Registry("act")
authority: Port[Authority] = Port("authority")


def declare(name: str, label: str, *, subject: str = "") -> str:
    """Declare an act and return its name."""
    acts.add(name, Act(name=name, label=label, subject=subject))
    return name
