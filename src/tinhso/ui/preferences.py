"""How an officer likes the desk: theme, size of letters, single keys; kept in a cookie of the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

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


def of(request: HttpRequest) -> Preferences:
    """The preferences of this browser; whatever cannot be read is as it was made."""
    parts = set(request.COOKIES.get(COOKIE, "").split("-"))
    return Preferences(
        theme="dark" if "dark" in parts else "light",
        size=next((size for size in ("s", "l") if size in parts), "m"),
        keys="nokeys" not in parts,
        next_opens="stay" not in parts,
    )


def keep(answer: HttpResponse, chosen: Preferences) -> None:
    """Put preferences into the browser for a year."""
    parts = [chosen.theme, chosen.size]
    parts += [] if chosen.keys else ["nokeys"]
    parts += [] if chosen.next_opens else ["stay"]
    answer.set_cookie(COOKIE, "-".join(parts), max_age=YEAR_SECONDS, samesite="Lax", httponly=True)


def shown(request: HttpRequest) -> dict[str, Any]:
    """Context of every page of the desk: `theme`, `size`, `keys_off`."""
    if not request.path.startswith(DESK):
        return {}
    chosen = of(request)
    return {"theme": chosen.theme, "size": chosen.size, "keys_off": not chosen.keys}
