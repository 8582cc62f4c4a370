"""The database's address in its two forms: a URL, as operators write it, and Django's entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

OURS = {"server_side_binding": True, "prepare_threshold": 1}


def entry(url: str) -> dict[str, Any]:
    """Django's entry for `postgresql://user:password@host:port/name?option=…`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "tinhso.config.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {**query, **OURS},
    }


def url(made: Mapping[str, Any]) -> str:
    """The URL of Django's entry, for processes started beside this one."""
    who = quote(made["USER"], safe="")
    secret = f":{quote(made['PASSWORD'], safe='')}" if made["PASSWORD"] else ""
    query = {name: value for name, value in made["OPTIONS"].items() if name not in OURS}
    query |= {name.lower(): made[name] for name in ("HOST", "PORT") if made[name]}
    return f"postgresql://{who}{secret}@/{quote(made['NAME'], safe='')}?{urlencode(query)}"
