"""Finding: words mended, matched by beginnings, ranked by how much of the question an entry answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.search.contracts import Hit
from tinhso.search.known import KNOWN
from tinhso.search.models import SearchWord
from tinhso.search.words import Vocabulary, asked, tokens

_kept: tuple[int, Vocabulary] = (0, Vocabulary(()))

LAST = "SELECT coalesce(max(id), 0) FROM search_searchword"
BEST = 40
HALF = 0.5

SQL = """
WITH asked AS (
  SELECT term::tsquery AS term, share
  FROM unnest(%(terms)s::text[], %(shares)s::float8[]) AS t(term, share)
), matched AS (
  SELECT found.places, found.lifts, share / ln(2 + cardinality(found.places)) AS points
  FROM asked CROSS JOIN LATERAL (
    SELECT array_agg(ctid) AS places, array_agg(weight - octet_length(folded_title) / 1e5) AS lifts
    FROM search_searchentry
    WHERE main @@ asked.term AND kind = ANY(%(kinds)s::text[])
      AND (units = '{}' OR units && %(units)s::uuid[])
  ) AS found WHERE found.places IS NOT NULL
), best AS (
  SELECT place, sum(points) / (SELECT sum(points) FROM matched) * max(lift) AS covered
  FROM matched CROSS JOIN unnest(places, lifts) AS one(place, lift) GROUP BY place
  UNION ALL
  SELECT ctid, 0.6 FROM search_searchentry
  WHERE rest @@ %(every)s::tsquery AND kind = ANY(%(kinds)s::text[])
    AND (units = '{}' OR units && %(units)s::uuid[])
  ORDER BY covered DESC LIMIT %(best)s
), candidates AS (
  SELECT place, max(covered) AS covered FROM best GROUP BY place
)
SELECT kind, id, title, url, weight * (
    2 * covered
    + ts_rank('{0.05, 0.1, 0.8, 1}', main, %(any)s::tsquery, 1)
    + 1.2 * word_similarity(%(folded)s, folded_words)
    + CASE WHEN main @@ %(phrase)s::tsquery THEN 0.6 ELSE 0 END
    + CASE WHEN %(folded)s = ANY(string_to_array(folded_words, ' ; ')) THEN 1.5 ELSE 0 END
  ) AS score
FROM candidates JOIN search_searchentry AS entry ON entry.ctid = candidates.place
ORDER BY score DESC, length(title), id
LIMIT %(limit)s
"""

ALIKE = """
SELECT kind, id, title, url, weight * word_similarity(%(folded)s, folded_words) AS score
FROM search_searchentry
WHERE folded_words %%> %(folded)s AND kind = ANY(%(kinds)s::text[])
  AND (units = '{}' OR units && %(units)s::uuid[])
ORDER BY score DESC, length(title), id
LIMIT %(limit)s
"""


def vocabulary() -> Vocabulary:
    """The known words, read again only when new ones came."""
    global _kept
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        last = int(cursor.fetchone()[0])
    if _kept[0] != last:
        _kept = (last, Vocabulary(SearchWord.objects.values_list("word", flat=True)))
    return _kept[1]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question made ready: one text-search term per word with its share, and the words as meant."""

    terms: list[str]
    shares: list[float]
    phrase: list[str]
    meant: list[str]


def _ready(words: Sequence[str]) -> _Asked:
    """The words mended; the last may be unfinished, so its beginning counts, half where it is a word too."""
    known = vocabulary()
    ready = _Asked([], [], [], [])
    for place, word in enumerate(words):
        last = place == len(words) - 1
        mended = known.mended(word, unfinished=last)
        halves = known.halves(word) if mended == (word,) else None
        for part in halves or mended[:1]:
            ready.meant.append(part if halves or len(mended) == 1 else word)
        exact = list(halves) if halves else [" | ".join(mended[:8])]
        begun = f"{word}:*" if last and not halves and mended == (word,) else ""
        if begun and word not in known.words:
            exact = [begun]
        ready.terms.extend(exact)
        ready.shares.extend(1.0 for _term in exact)
        ready.phrase.extend([*exact[:-1], begun or exact[-1]])
        if begun and exact != [begun]:
            ready.terms.append(begun)
            ready.shares.append(HALF)
    return ready


def find(q: str, *, kinds: Sequence[str], limit: int = 20, units: Sequence[UUID] = ()) -> tuple[Hit, ...]:
    """What answers `q` best, best first, among `kinds`; entries bound to units only for `units`.

    The same question within seconds is answered from memory, unless the index changed.
    """
    plain = " ".join(tokens(q[:400]))
    return _answers(plain, tuple(kinds), limit, tuple(units)) if plain else ()


@KNOWN.of
def _answers(plain: str, kinds: tuple[str, ...], limit: int, units: tuple[UUID, ...]) -> tuple[Hit, ...]:
    words = asked(plain)
    if not words:
        return ()
    ready = _ready(words)
    values: dict[str, Any] = {
        "terms": ready.terms,
        "shares": ready.shares,
        "any": " | ".join(f"({term})" for term in ready.terms),
        "every": " & ".join(f"({term})" for term in ready.phrase),
        "phrase": " <-> ".join(f"({term})" for term in ready.phrase),
        "folded": " ".join(ready.meant) if ready.meant != list(words) else plain,
        "best": max(BEST, limit),
        "kinds": list(kinds),
        "units": list(units),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, values)
        rows = cursor.fetchall()
        if not rows:
            cursor.execute(ALIKE, values)
            rows = cursor.fetchall()
    return tuple(
        Hit(kind=kind, id=id_, title=title, url=url, score=float(score))
        for kind, id_, title, url, score in rows
    )
