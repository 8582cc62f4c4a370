"""What stands left on the desk: rooms bring their views, the shell shows them on every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django.http import HttpRequest

from tinhso.foundation.registry import Registry


@dataclass(frozen=True, slots=True)
class Entry:
    """One view: its words, address, how much lies there (None: not counted), and the key that opens it.

    `many` stands in the place of a count that was not counted to its end.
    """

    text: str
    href: str
    count: int | None = None
    key: str = ""
    current: bool = False
    many: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Views under one heading; `order` puts the groups in their order, smallest first."""

    title: str
    views: Sequence[Entry] = field(default=())
    order: int = 50


Provider = Callable[[HttpRequest], Sequence[Group]]
providers: Registry[Provider] = Registry("desk navigation")


def groups(request: HttpRequest) -> list[Group]:
    """The groups that the visitor sees, those without a view left out; those of one title are one group."""
    found = [group for _name, provide in providers for group in provide(request) if group.views]
    named: dict[str, Group] = {}
    for group in sorted(found, key=lambda group: group.order):
        first = named.get(group.title, Group(group.title, order=group.order))
        named[group.title] = replace(first, views=(*first.views, *group.views))
    return list(named.values())
