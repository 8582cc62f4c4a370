"""Finding: words mended, matched by beginnings, ranked by how much of the question an entry answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from tinhso.search.contracts import Hit
from tinhso.search.models import SearchWord
from tinhso.search.words import Vocabulary, asked, tokens

_kept: tuple[int, Vocabulary] = (0, Vocabulary(()))

SQL = """
WITH asked AS (
  SELECT to_tsquery('simple', term) AS term FROM unnest(%(terms)s::text[]) AS term
), candidates AS MATERIALIZED (
  SELECT kind, id, title, url, weight, vector, folded_title, folded_words
  FROM search_searchentry
  WHERE kind = ANY(%(kinds)s::text[])
    AND (units = '{{}}' OR units && %(units)s::uuid[])
    AND (vector @@ to_tsquery('simple', %(any)s)
         OR folded_words %%> %(folded)s OR folded_title %%> %(folded)s)
), ranked AS (
  SELECT kind, id, title, url,
    weight * (
      (SELECT count(*) FILTER (WHERE vector @@ term) FROM asked)::float8 * 2 / %(count)s
      + ts_rank('{{0.05, 0.1, 0.8, 1}}', vector, to_tsquery('simple', %(any)s), 1)
      + greatest(word_similarity(%(folded)s, folded_title), 1.2 * word_similarity(%(folded)s, folded_words))
      + CASE WHEN vector @@ to_tsquery('simple', %(phrase)s) THEN 0.6 ELSE 0 END
      + CASE WHEN %(folded)s = ANY(string_to_array(folded_words, ' ; ')) THEN 1.5 ELSE 0 END
    ) AS score
  FROM candidates
)
SELECT kind, id, title, url, score FROM ranked
ORDER BY score DESC, length(title), id
LIMIT %(limit)s
""".replace("{{", "{").replace("}}", "}")


def vocabulary() -> Vocabulary:
    """The known words, read again only when new ones came."""
    global _kept
    last = SearchWord.objects.aggregate(last=Max("id"))["last"] or 0
    if _kept[0] != last:
        _kept = (last, Vocabulary(SearchWord.objects.values_list("word", flat=True)))
    return _kept[1]


def _terms(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """One text-search term per word, and the words as most likely meant."""
    known = vocabulary()
    terms: list[str] = []
    meant: list[str] = []
    for place, word in enumerate(words):
        last = place == len(words) - 1
        mended = known.mended(word, unfinished=last)
        halves = known.halves(word) if mended == (word,) else None
        for part in halves or (None,):
            if part is not None:
                terms.append(part)
                meant.append(part)
            else:
                terms.append(" | ".join(f"{one}:*" if last else one for one in mended[:8]))
                meant.append(mended[0] if len(mended) == 1 else word)
    return terms, meant


def find(q: str, *, kinds: Sequence[str], limit: int = 20, units: Sequence[UUID] = ()) -> tuple[Hit, ...]:
    """What answers `q` best, best first, among `kinds`; entries bound to units only for `units`."""
    words = asked(q)
    if not words:
        return ()
    terms, meant = _terms(words)
    values: dict[str, Any] = {
        "terms": terms,
        "any": " | ".join(f"({term})" for term in terms),
        "phrase": " <-> ".join(f"({term})" for term in terms),
        "folded": " ".join(meant) if meant != list(words) else " ".join(tokens(q[:400])),
        "count": len(terms),
        "kinds": list(kinds),
        "units": list(units),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, values)
        rows = cursor.fetchall()
    return tuple(
        Hit(kind=kind, id=id_, title=title, url=url, score=float(score))
        for kind, id_, title, url, score in rows
    )
