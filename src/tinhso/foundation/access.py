"""Who may open a route: declared on every view, enforced by identity's middleware, deny by default.

A view without a declaration is refused, and a test names it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Door(StrEnum):
    """The kinds of visitors a route lets in."""

    ANYONE = "anyone"
    PERSON = "person"
    OFFICER = "officer"
    MACHINE = "machine"
    DEVELOPMENT = "development"


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of its visitor.

    `act` is the act (foundation.acts) that the visitor's roles must hold somewhere; whether it holds
    for this very subject is asked again where the subject is read or changed. `reason` says why a
    route is open to anyone.
    """

    door: Door
    act: str = ""
    reason: str = ""


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # views are functions: they take attributes
        return view

    return mark


def anyone(*, reason: str) -> Callable[[View], View]:
    """Open to everybody; `reason` says why."""
    return _declare(Access(Door.ANYONE, reason=reason))


def person() -> Callable[[View], View]:
    """For a signed-in person (citizen or organisation); others are sent to sign in."""
    return _declare(Access(Door.PERSON))


def officer(act: str = "") -> Callable[[View], View]:
    """For a signed-in officer with two factors, holding a role that may do `act` somewhere."""
    return _declare(Access(Door.OFFICER, act=act))


def machine(act: str = "") -> Callable[[View], View]:
    """For a machine with a token that may do `act`."""
    return _declare(Access(Door.MACHINE, act=act))


def development() -> Callable[[View], View]:
    """Only outside production, such as the gallery of components."""
    return _declare(Access(Door.DEVELOPMENT))


def declared(view: object, method: str = "GET") -> Access | None:
    """The declaration of a view, looking through decorators, partials, class-based views, and the
    REST paths of django-ninja, whose one view serves an operation per method."""
    for operation in operations(view):
        if method in operation.methods and (found := declared(operation.view_func)):
            return found
    for holder in (
        view,
        getattr(view, "view_class", None),
        getattr(view, "__wrapped__", None),
        getattr(view, "func", None),
    ):
        found = getattr(holder, "access", None)
        if isinstance(found, Access):
            return found
    return None


def operations(view: object) -> tuple[Any, ...]:
    """The REST operations behind a view of django-ninja, each with `methods` and `view_func`."""
    for cell in getattr(view, "__closure__", None) or ():
        found = getattr(cell.cell_contents, "operations", None)
        if isinstance(found, list):
            return tuple(found)
    return ()
