"""What other rooms know of who files: each registers its facts under a word, forms ask for those they need."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.forms import queries
from tinhso.forms.contracts import Prefilled, PrefillSource
from tinhso.forms.engine import pages
from tinhso.foundation.refs import OwnerRef

_SOURCES: dict[str, PrefillSource] = {}


def fill_from(word: str, source: PrefillSource) -> None:
    """Facts whose names begin with `word` come from this source; once per word, when Django starts."""
    if word in _SOURCES:
        raise ValueError(f"{word} is filled already")
    _SOURCES[word] = source


def prefill(
    version_id: UUID, facts: dict[str, Any], *, owner: OwnerRef | None = None, at: datetime | None = None
) -> Prefilled:
    """Answers that facts already give, each path with the mark of its origin. Raises VersionUnknown.

    With `owner` and `at` also what other rooms know of the owner, as far as the form asks for it.
    """
    form = queries.form(version_id)
    if owner is None or at is None:
        return pages.prefilled(form, facts)
    asked: dict[str, list[str]] = {}
    for leaf in form.top:
        word, _dot, name = leaf.field.prefill.partition(".")
        if word in _SOURCES and name:
            asked.setdefault(word, []).append(name)
    known = {
        f"{word}.{name}": value
        for word, names in asked.items()
        for name, value in _SOURCES[word].facts(owner, names, at=at).items()
    }
    return pages.prefilled(form, {**known, **facts})
