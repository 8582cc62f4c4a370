"""Which columns name persons: rooms declare them in their `ports`, and a merge moves them all.

    identity.names_person(Dossier, "owner_id", what=_("hồ sơ"))

A declared column also carries the trigger `follows_merge` (made in the room's migration by
`identity_follow_merge`): whatever names a merged person from then on names the survivor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value

from tinhso.foundation.registry import Registry
from tinhso.identity.merge_contracts import Merging

Settle = Callable[[Merging], None]


@dataclass(frozen=True, slots=True)
class Naming:
    """A column that names persons, or a list of them. `what` is its word when people are told; empty: untold.

    `settle` makes room before anything moves, where the survivor has what may stand there only once; it
    raises MergeStopped when the two cannot be one.
    """

    model: type[models.Model]
    column: str
    what: str
    settle: Settle | None

    def move(self, merging: Merging) -> list[str]:
        """Let each row name the survivor; the keys of those rows."""
        several = isinstance(self.model._meta.get_field(self.column), ArrayField)
        everybody = self.model._default_manager
        if several:
            rows = everybody.filter(**{f"{self.column}__contains": [merging.loser]})
        else:
            rows = everybody.filter(**{self.column: merging.loser})
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        rows.update(**{self.column: self._instead(merging) if several else merging.survivor})
        return keys

    def _instead(self, merging: Merging) -> Func:
        gone, stays = (Value(id, output_field=models.UUIDField()) for id in (merging.loser, merging.survivor))
        return Func(F(self.column), gone, stays, function="array_replace")


namings: Registry[Naming] = Registry("column that names persons")


def names_person(
    model: type[models.Model], column: str, *, what: str = "", settle: Settle | None = None
) -> None:
    """Declare that rows of a table name persons by this column."""
    namings.add(f"{model._meta.label}.{column}", Naming(model, column, what, settle))
