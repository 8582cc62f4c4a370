"""What other rooms and registers know of who files, as answers: each is asked only what the form names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.forms import queries
from tinhso.forms.contracts import Filling, Prefilled
from tinhso.forms.engine import pages
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.sources import REGISTERS, SOURCES, given
from tinhso.foundation.refs import OwnerRef


def prefill(
    version_id: UUID, facts: dict[str, Any], *, owner: OwnerRef | None = None, at: datetime | None = None
) -> Prefilled:
    """Answers that facts already give, each path with the mark of its origin. Raises VersionUnknown.

    With `owner` and `at` also what other rooms know of the owner, as far as the form asks for it.
    """
    form = queries.form(version_id)
    if owner is None or at is None:
        return pages.prefilled(form, facts)
    known = {
        f"{word}.{name}": value
        for word, names in _named(form.top).items()
        if word in SOURCES
        for name, value in SOURCES[word].facts(owner, names, at=at).items()
    }
    return pages.prefilled(form, {**known, **facts})


def ask_registers(version_id: UUID, *, about: Filling, at: datetime) -> Prefilled:
    """Answers that registers outside give, each asked once for what the form names of it.

    It may take seconds: no transaction may be open. A register that does not answer gives nothing, and says
    so itself (`Register.facts`). Raises VersionUnknown.
    """
    form = queries.form(version_id)
    known = {
        f"{word}.{name}": value
        for word, names in _named(form.top).items()
        if word in REGISTERS and (asked := [name for name in names if given(f"{word}.{name}")])
        for name, value in REGISTERS.get(word).facts(asked, about=about, at=at).items()
    }
    return pages.prefilled(form, known)


def registers_named(version_id: UUID, page: str | None = None) -> frozenset[str]:
    """The words of the registers that a form, or one of its pages, is filled from. Raises VersionUnknown."""
    form = queries.form(version_id)
    leaves = form.top if page is None else form.of_page(page)
    return frozenset(word for word in _named(leaves) if word in REGISTERS)


def _named(leaves: Iterable[Leaf]) -> dict[str, list[str]]:
    """The facts that questions name, by the word of their source."""
    named: dict[str, list[str]] = {}
    for leaf in leaves:
        word, _dot, name = leaf.field.prefill.partition(".")
        if name and name not in named.setdefault(word, []):
            named[word].append(name)
    return {word: names for word, names in named.items() if names}
