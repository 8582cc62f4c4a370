"""The door of search: `put`, `put_many`, `remove`, `find`."""

from __future__ import annotations

from tinhso.search.contracts import Entry, Hit
from tinhso.search.operations.entries import put, put_many, remove
from tinhso.search.queries import find

__all__ = ["Entry", "Hit", "find", "put", "put_many", "remove"]
