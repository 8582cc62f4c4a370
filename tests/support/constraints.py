"""Asking the database to refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction


def refused(constraint: str, change: Callable[[], object]) -> None:
    """Expect the database to refuse a change, naming this constraint, at the latest at commit."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
