"""Facts of the documents somebody holds, by which forms are filled: `vault.<kind>.<fact>`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from tinhso.foundation.moments import today
from tinhso.foundation.refs import OwnerRef
from tinhso.vault.contracts import DocumentView, Source, State
from tinhso.vault.queries.documents import documents

FACTS = ("number", "issuer", "issued_on", "valid_to", "title")


class Held:
    """The newest document of each kind that holds today; none that only its owner has looked at."""

    def facts(self, owner: OwnerRef, names: Collection[str], *, at: datetime) -> dict[str, Any]:
        """Facts by `giay-khai-sinh.number`, `….issuer`, `….issued_on`, `….valid_to`, `….title`. One query."""
        kinds = {kind for kind, _dot, fact in (name.rpartition(".") for name in names) if fact in FACTS}
        if not kinds:
            return {}
        newest: dict[str, DocumentView] = {}
        for one in documents(owner, kinds=kinds, state=State.VALID, on=today(at)):
            if one.source is not Source.UPLOADED:
                newest.setdefault(one.kind, one)
        return {
            f"{kind}.{fact}": value
            for kind, one in newest.items()
            for fact in FACTS
            if f"{kind}.{fact}" in names and (value := getattr(one, fact))
        }
