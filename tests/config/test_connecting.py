"""The database's address says the same as a URL and as Django's entry."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict

from tinhso.config import connecting


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://postgres:@/postgres?host=/var/run/x",
        "postgresql://tinh:m%40t%2Fkh%E1%BA%A9u@db.example.vn:5433/tinh-so?sslmode=require",
        "postgresql://tinh@db.example.vn/tinh",
    ],
)
def test_an_address_keeps_its_meaning_both_ways(url: str) -> None:
    made = connecting.entry(url)
    asked = {name: value for name, value in conninfo_to_dict(url).items() if value}

    assert conninfo_to_dict(connecting.url(made)) == asked
    assert connecting.entry(connecting.url(made)) == made
