"""Asking the database to refuse."""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction


def refused(constraint: str, change: Callable[[], object]) -> None:
    """Expect the database to refuse a change, naming this constraint, at the latest at commit."""
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        change()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cause = broken.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert constraint == cause.diag.constraint_name or re.search(constraint, str(cause))
