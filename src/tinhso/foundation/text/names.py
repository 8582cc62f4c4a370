"""Names of people: họ (family), chữ đệm (middle), tên (given, the last word and the one lists go by)."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.foundation.text.letters import fold, normal
from tinhso.foundation.text.ordering import sort_key

# Family names of two words, folded: royal lines and Chinese double surnames found in Viet Nam.
_DOUBLE = frozenset(
    {"ton that", "ton nu", "cong tang", "cong huyen", "au duong", "tu ma", "gia cat", "thuong quan", "ha hau"}
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its three parts; a name of one word has only `given`."""

    family: str
    middle: str
    given: str

    @property
    def full(self) -> str:
        """The name in the order it is said."""
        return " ".join(part for part in (self.family, self.middle, self.given) if part)


def split_name(full_name: str) -> PersonName:
    """Split by custom: first word(s) family, last word given, the rest middle."""
    parts = normal(full_name).split()
    if len(parts) < 2:
        return PersonName(family="", middle="", given="".join(parts))
    size = 2 if len(parts) > 2 and fold(" ".join(parts[:2])) in _DOUBLE else 1
    return PersonName(family=" ".join(parts[:size]), middle=" ".join(parts[size:-1]), given=parts[-1])


def name_sort_key(full_name: str) -> str:
    """The key by which lists of people go: given name, then family, then middle name."""
    name = split_name(full_name)
    return sort_key(name.given) + sort_key(name.family) + sort_key(name.middle)


def masked_name(name: str) -> str:
    """A name of which only the first letters show: "N*** V*** B***"."""
    return " ".join(f"{word[:1]}***" for word in name.split())
