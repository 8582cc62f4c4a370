"""The address of Django's database, for connections that are not Django's."""

from __future__ import annotations

from django.conf import settings
from psycopg.conninfo import make_conninfo

DJANGO_ONLY = frozenset({"server_side_binding", "prepare_threshold"})


def conninfo() -> str:
    """libpq's words for the default database."""
    made = settings.DATABASES["default"]
    named = {
        "dbname": made["NAME"],
        "user": made["USER"],
        "password": made["PASSWORD"],
        "host": made["HOST"],
        "port": made["PORT"],
        **{name: value for name, value in made["OPTIONS"].items() if name not in DJANGO_ONLY},
    }
    return make_conninfo(**{name: str(value) for name, value in named.items() if value})
