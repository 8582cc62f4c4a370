"""Searching stored text: words by `simple` vectors over folded text, slips of the finger by trigrams.

Store `search_text(…)` in a column; index it with `to_tsvector('simple', column)` (GIN) and, for typos, with
`gin_trgm_ops`. `tinhso_fold(text)` does in SQL what `fold` does for Vietnamese letters, and may stand in an
index or a generated column.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector, TrigramWordSimilarity
from django.db.models import Func, TextField

from tinhso.foundation.text.letters import search_text, words


class Fold(Func):
    """`tinhso_fold(expression)`: lower case without diacritics, inside the database."""

    function = "tinhso_fold"
    output_field = TextField()


def prefix_query(typed: str) -> str:
    """What was typed as a raw tsquery: every word, the last one as a beginning; empty for no words.

    "Làm khai s" → "'lam' & 'khai' & 's':*". Safe for any input.
    """
    found = [f"'{word}'" for word in words(typed)]
    return " & ".join(found) + ":*" if found else ""


def search_query(typed: str) -> SearchQuery:
    """The query expression of what was typed, for a vector of folded text."""
    return SearchQuery(prefix_query(typed), config="simple", search_type="raw")


def search_vector(column: str, *, weight: Any = None) -> SearchVector:
    """The vector expression of a column that holds `search_text`; weight A to D."""
    return SearchVector(column, config="simple", weight=weight)


def similarity(typed: str, column: str) -> TrigramWordSimilarity:
    """How much of what was typed is found in the column, 0 to 1, forgiving slips."""
    return TrigramWordSimilarity(search_text(typed), column)
