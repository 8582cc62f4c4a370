"""Several statements in one round trip, for the few acts whose speed matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection
from psycopg.types.json import Jsonb

Statement = tuple[str, Sequence[Any]]


def together(statements: Sequence[Statement]) -> None:
    """Run the statements in order in the running transaction, without waiting for each other's answer.

    Nothing is read back. Raises what the first that failed would raise alone.
    """
    with connection.wrap_database_errors, connection.connection.pipeline():
        for statement, values in statements:
            connection.connection.execute(statement, values)


def jsonb(value: object) -> Jsonb:
    """A JSON value as a parameter."""
    return Jsonb(value, dumps=orjson.dumps)
