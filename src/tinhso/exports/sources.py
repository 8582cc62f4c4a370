"""The lists that can be taken out, declared by the rooms that have them."""

from __future__ import annotations

from tinhso.exports.contracts import Source
from tinhso.foundation.registry import Registry

sources: Registry[Source] = Registry("list to take out")


def declare(source: Source) -> Source:
    """Make a list known. Raises ValueError when another has the name."""
    sources.add(source.name, source)
    return source
