"""Vietnamese text: one form for storage, folded text for finding, keys for order, and what people type.

Whatever comes in from outside goes through `normal` once (NFC, no control characters, single spaces) and is
shown as written. Comparison ignores tone placement with `tone_neutral`; finding uses `fold` and
`search_text`; order uses a stored `sort_key`, never a collation of the database.
"""

from tinhso.foundation.text.days import LooseDate, loose_date, typed_date
from tinhso.foundation.text.identifiers import (
    PersonalId,
    mask,
    personal_id,
    phone,
    read_personal_id,
    tax_code,
)
from tinhso.foundation.text.letters import decomposed, fold, normal, search_text, tone_neutral, words
from tinhso.foundation.text.money import amount_in_words, format_money, number_in_words, typed_money
from tinhso.foundation.text.names import PersonName, masked_name, name_sort_key, split_name
from tinhso.foundation.text.ordering import sort_key
from tinhso.foundation.text.searching import Fold, prefix_query, search_query, search_vector, similarity
from tinhso.foundation.text.unreadable import Unreadable

__all__ = [
    "Fold",
    "LooseDate",
    "PersonName",
    "PersonalId",
    "Unreadable",
    "amount_in_words",
    "decomposed",
    "fold",
    "format_money",
    "loose_date",
    "mask",
    "masked_name",
    "name_sort_key",
    "normal",
    "number_in_words",
    "personal_id",
    "phone",
    "prefix_query",
    "read_personal_id",
    "search_query",
    "search_text",
    "search_vector",
    "similarity",
    "sort_key",
    "split_name",
    "tax_code",
    "tone_neutral",
    "typed_date",
    "typed_money",
    "words",
]
