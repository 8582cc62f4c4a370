"""Putting things into the index and taking them out. Callers are inside their own act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from tinhso.search.contracts import Entry
from tinhso.search.known import KNOWN
from tinhso.search.models import SearchEntry, SearchWord
from tinhso.search.words import LONGEST, tokens

FIELDS = ["title", "url", "units", "weight", "folded_title", "folded_words", "folded_text"]
BATCH = 500


def put(entry: Entry) -> None:
    """Make or replace one entry."""
    put_many([entry])


def put_many(entries: Sequence[Entry]) -> None:
    """Make or replace entries; (kind, id) is the key and stands once in `entries`."""
    SearchEntry.objects.bulk_create(
        [_row(entry) for entry in entries],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["kind", "id"],
        update_fields=FIELDS,
    )
    KNOWN.changed()
    _learn(word for entry in entries for word in tokens(" ".join((entry.title, *entry.words, entry.text))))


def remove(*, kind: str, ids: Iterable[UUID]) -> None:
    """Take entries out; quiet when they are not there."""
    SearchEntry.objects.filter(kind=kind, id__in=list(ids)).delete()
    KNOWN.changed()


def _row(entry: Entry) -> SearchEntry:
    return SearchEntry(
        kind=entry.kind,
        id=entry.id,
        title=entry.title,
        url=entry.url,
        units=list(entry.units),
        weight=entry.weight,
        folded_title=" ".join(tokens(entry.title)),
        folded_words=" ; ".join(" ".join(tokens(phrase)) for phrase in entry.words),
        folded_text=" ".join(tokens(entry.text)),
    )


def _learn(words: Iterable[str]) -> None:
    wanted = {word for word in words if 2 <= len(word) <= LONGEST and word.isalpha()}
    known = set(SearchWord.objects.filter(word__in=wanted).values_list("word", flat=True))
    fresh = [SearchWord(word=word) for word in sorted(wanted - known)]
    SearchWord.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
