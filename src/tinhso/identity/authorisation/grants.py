"""The table of grants: act by act, who may do it. Rooms fill it while Django starts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tinhso.foundation.registry import Registry
from tinhso.identity.contracts import Grant, Role, Scope

_table: dict[str, list[Grant]] = defaultdict(list)
delegable: Registry[str] = Registry("act that is delegated apart")
"""Acts that a head may hand on one by one; a deputy for some of them reads and lists as the role does."""


def grant(
    act: str,
    *,
    roles: Iterable[Role | str] = (),
    scope: Scope | str = Scope.UNIT,
    owner: bool = False,
    filer: bool = False,
    handler: bool = False,
    person: bool = False,
    itself: bool = False,
    classifications: Iterable[str] = (),
) -> Grant:
    """Add a line to the table; several lines for one act add up.

    `roles` may do it as far as `scope` reaches ("unit", "agency", "province"); with `handler` only the one
    who holds the subject, when somebody holds it. `owner`: the person whose subject it is, or who leads or
    files for the organisation whose it is; `filer`: who stands for them by a relation. `person`: any
    signed-in person (acts without a subject). `itself`: whose own account the subject is. Raises ValueError
    for a line that allows nobody or a role that is unknown.
    """
    line = Grant(
        act=act,
        roles=frozenset(Role(role) for role in roles),
        scope=Scope(scope),
        owner=owner,
        filer=filer,
        handler=handler,
        person=person,
        itself=itself,
        classifications=frozenset(classifications),
    )
    if not (line.roles or line.owner or line.filer or line.person or line.itself):
        raise ValueError(f"the grant of {act!r} allows nobody")
    if line not in _table[act]:
        _table[act].append(line)
    return line


def lines(act: str) -> tuple[Grant, ...]:
    """The lines of one act; none means that nobody may do it."""
    return tuple(_table.get(act, ()))


def grants() -> Mapping[str, tuple[Grant, ...]]:
    """The whole table, for documentation and tests."""
    return {act: tuple(found) for act, found in sorted(_table.items())}
