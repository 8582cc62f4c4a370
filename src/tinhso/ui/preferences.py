"""How an officer likes the desk: theme, size of letters, single keys, what opens after an act.

Kept per person by the room that answers `store`; a cookie serves pages before anybody is signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse

from tinhso.foundation.registry import Port

COOKIE = "desk"
YEAR_SECONDS = 365 * 24 * 3600
DESK = "/can-bo/"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`theme` light or dark; `size` s, m or l; `keys` whether single keys act; `next_opens` whether the
    next dossier opens after an act."""

    theme: str = "light"
    size: str = "m"
    keys: bool = True
    next_opens: bool = True


class Store(Protocol):
    """Keeps the words of a signed-in officer's preferences."""

    def read(self, request: HttpRequest) -> str | None:
        """The words kept for who is signed in; None when nobody is, or nothing was kept."""
        ...

    def write(self, request: HttpRequest, words: str) -> None:
        """Keep them for who is signed in."""
        ...


store: Port[Store] = Port("desk preferences")


def of(request: HttpRequest) -> Preferences:
    """The officer's preferences, else this browser's; whatever cannot be read is as it was made."""
    kept = store().read(request) if store.answered else None
    parts = set((request.COOKIES.get(COOKIE, "") if kept is None else kept).split("-"))
    return Preferences(
        theme="dark" if "dark" in parts else "light",
        size=next((size for size in ("s", "l") if size in parts), "m"),
        keys="nokeys" not in parts,
        next_opens="stay" not in parts,
    )


def keep(request: HttpRequest, answer: HttpResponse, chosen: Preferences) -> None:
    """Keep preferences for the officer, and in the browser for a year."""
    parts = [chosen.theme, chosen.size]
    parts += [] if chosen.keys else ["nokeys"]
    parts += [] if chosen.next_opens else ["stay"]
    if store.answered:
        store().write(request, "-".join(parts))
    answer.set_cookie(COOKIE, "-".join(parts), max_age=YEAR_SECONDS, samesite="Lax", httponly=True)


def shown(request: HttpRequest) -> dict[str, Any]:
    """Context of every page of the desk: `theme`, `size`, `keys_off`."""
    if not request.path.startswith(DESK):
        return {}
    chosen = of(request)
    return {"theme": chosen.theme, "size": chosen.size, "keys_off": not chosen.keys}
