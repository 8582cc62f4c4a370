"""Reads of merges: what waits, one of them, those of a person, and who might be meant."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.foundation import text
from tinhso.foundation.text import Unreadable
from tinhso.identity import personal
from tinhso.identity.contracts import PersonView
from tinhso.identity.merge_contracts import Ground, MergeState, MergeView, Moved, UnknownMerge
from tinhso.identity.merging import namings
from tinhso.identity.models import Merge, Person
from tinhso.identity.queries.people import persons

LIST = 50
MOST_FOUND = 10


def merges(*, waiting: bool, before: UUID | None = None) -> tuple[MergeView, ...]:
    """Proposals that wait, or those decided, newest first, fifty at most from `before` on. Two queries."""
    rows = Merge.objects.filter(state=MergeState.PROPOSED) if waiting else _decided()
    if before is not None:
        rows = rows.filter(id__lt=before)
    return _views(list(rows.select_related("proposed_by", "decided_by").order_by("-id")[:LIST]))


def _decided() -> QuerySet[Merge]:
    return Merge.objects.exclude(state=MergeState.PROPOSED)


def merge(merge_id: UUID) -> MergeView:
    """One, whoever asks. Raises UnknownMerge."""
    rows = Merge.objects.filter(id=merge_id).select_related("proposed_by", "decided_by")
    for view in _views(list(rows)):
        return view
    raise UnknownMerge(_("Không có đề nghị này."))


def merged_into(person_id: UUID) -> tuple[MergeView, ...]:
    """Accounts that became this person's, newest first."""
    rows = Merge.objects.filter(survivor_id=person_id, state=MergeState.APPROVED)
    return _views(list(rows.select_related("proposed_by", "decided_by").order_by("-decided_at")))


def _views(rows: Sequence[Merge]) -> tuple[MergeView, ...]:
    survivors = dict(
        Person.objects.filter(id__in={row.survivor_id for row in rows}).values_list("id", "full_name")
    )
    return tuple(
        MergeView(
            id=row.id,
            loser=row.loser_id,
            survivor=row.survivor_id,
            loser_name=row.loser_name,
            survivor_name=survivors[row.survivor_id],
            number=row.number,
            ground=Ground(row.ground),
            proof=row.proof,
            state=MergeState(row.state),
            proposed_by=row.proposed_by_id,
            proposed_by_name=row.proposed_by.full_name,
            proposed_at=row.proposed_at,
            decided_by_name=row.decided_by.full_name if row.decided_by else "",
            decided_at=row.decided_at,
            refused_because=row.refused_because,
            moved=moved_of(row.moved),
        )
        for row in rows
    )


def moved_of(moved: Mapping[str, Iterable[str]]) -> tuple[Moved, ...]:
    """How much of what went over, in words that the rooms gave."""
    counts: Counter[str] = Counter()
    for column, keys in moved.items():
        if column in namings and (what := namings.get(column).what):
            counts[_(what)] += len(list(keys))
    return tuple(Moved(what, count) for what, count in sorted(counts.items()))


def meant(typed: str) -> tuple[PersonView, ...]:
    """Who might be meant by a personal identifier, a phone number or a whole name; ten at most.

    Whoever was merged or erased is not. Whoever shows them records the look.
    """
    named = Q(sort=text.name_sort_key(typed))
    digits = "".join(letter for letter in typed if letter.isdigit())
    if digits:
        named = Q(phone_hash=personal.phone_hash(personal.phone_or_none(typed) or digits))
        with contextlib.suppress(Unreadable):
            named |= Q(personal_id_hash=personal.personal_id_hash(text.personal_id(typed)))
    rows = Person.objects.filter(named, merged_into=None, erased_at=None).order_by("-created_at")
    found = persons(rows.values_list("id", flat=True)[:MOST_FOUND])
    return tuple(sorted(found.values(), key=lambda one: one.id, reverse=True))
