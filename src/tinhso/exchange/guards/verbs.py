"""A request is judged by its verb and path; what would have a service take it for another is refused.

Rights, contracts and logs name the verb and the path that stand in the request's first line. Frameworks exist
that believe a header more than that line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tinhso.exchange.protocol.faults import Fault

OVERRIDES: Final = frozenset(
    (
        *("x-http-method-override", "x-http-method", "x-method-override"),
        *("x-original-url", "x-rewrite-url"),
    )
)
"""Headers that name another verb or path, in lower case; underscores are hyphens to many services."""
_LENGTHS: Final = frozenset(map(len, OVERRIDES))


def require_plain(headers: Iterable[tuple[str, str]]) -> None:
    """Return when nothing names another verb or path. Raises Fault `client.bad_request`."""
    for name, _value in headers:
        if len(name) in _LENGTHS and name.lower().replace("_", "-") in OVERRIDES:
            raise Fault("client.bad_request", f"{name} would change what the request is: leave it out")
