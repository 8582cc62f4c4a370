"""Fixed statements, made once, for the few acts whose speed matters; several in one round trip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any, Generic, TypeVar

import orjson
from django.db import connection, models
from psycopg.types.json import Jsonb

Statement = tuple[str, Sequence[Any]]
Found = list[tuple[Any, ...]]
Row = TypeVar("Row", bound=models.Model)


def together(statements: Sequence[Statement]) -> list[Found]:
    """Run the statements in order, not waiting for each other's answer; in the running transaction if there
    is one.

    Returns the rows of each, none for a statement that gives none. Raises what the first that failed
    would raise alone.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        with connection.connection.pipeline() if len(statements) > 1 else nullcontext():
            cursors = [connection.connection.execute(text, values) for text, values in statements]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


def as_one(statements: Sequence[Statement]) -> Statement:
    """One statement that does what all of them do, none seeing what another wrote and none changing a row
    that another changes; its answer is that of the last. Cheaper than `together`, for the hottest acts."""
    *others, (last, _values) = statements
    parts = ", ".join(f"part{place} AS ({text})" for place, (text, _given) in enumerate(others))
    return f"WITH {parts} {last}" if others else last, [one for _text, given in statements for one in given]


def jsonb(value: object) -> Jsonb:
    """A JSON value as a parameter."""
    return Jsonb(value, dumps=orjson.dumps)


class Rows(Generic[Row]):
    """Whole rows of a table by a fixed condition, as the model's objects.

    What the ORM would compile anew each time is made once; `after` is what follows FROM and its table.
    """

    def __init__(self, model: type[Row], after: str) -> None:
        self._model = model
        self._after = after

    @cached_property
    def text(self) -> str:
        """The statement, for `together`; `made` reads its answer."""
        columns = ", ".join(f'"{field.column}"' for field in self._fields)
        return f'SELECT {columns} FROM "{self._model._meta.db_table}" {self._after}'  # noqa: S608 - our own

    def __call__(self, *values: Any) -> list[Row]:
        """The rows. One query."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, values)
            return self.made(cursor.fetchall())

    def first(self, *values: Any) -> Row | None:
        """The first row, None when there is none. One query."""
        return next(iter(self(*values)), None)

    def made(self, found: Sequence[tuple[Any, ...]]) -> list[Row]:
        """Objects of the rows that `text` gave."""
        return [self._model.from_db(connection.alias, self._names, self._read(row)) for row in found]

    @cached_property
    def _fields(self) -> tuple[Any, ...]:
        return tuple(self._model._meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _readers(self) -> tuple[tuple[int, Callable[..., Any], Any], ...]:
        """The fields whose values the database gives in another shape, with what turns them into ours."""
        return tuple(
            (place, read, field.get_col(self._model._meta.db_table))
            for place, field in enumerate(self._fields)
            for read in field.get_db_converters(connection)
        )

    def _read(self, row: tuple[Any, ...]) -> Sequence[Any]:
        if not self._readers:
            return row
        values = list(row)
        for place, read, column in self._readers:
            values[place] = read(values[place], column, connection)
        return values
