"""How many queries a page costs."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def cost(browser: Client, address: str) -> int:
    """The fewest queries of three openings: what the desk remembers is read again now and then."""

    def once() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        return len(asked)

    return min(once() for _n in range(3))
