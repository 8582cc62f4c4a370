"""What the operator sets from outside, read once, with one sentence when it cannot be used."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class BadEnvironment(SystemExit):
    """An environment variable that cannot be used; the message says what to do."""


def flag(name: str, *, default: bool) -> bool:
    """A yes/no variable: 1, true, yes or on; 0, false, no or off."""
    raw = os.environ.get(name, "").strip().lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise BadEnvironment(f"{name}={raw!r}: đặt 1 hoặc 0.")


def number(name: str, *, default: int) -> int:
    """A whole-number variable."""
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise BadEnvironment(f"{name}={raw!r}: đặt một số nguyên.") from None


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings that scripts may rely on."""

    production: bool
    home: Path
    port: int
    database_url: str

    @property
    def origin(self) -> str:
        """Where people reach the site."""
        return os.environ.get("TINHSO_ORIGIN", f"http://localhost:{self.port}").rstrip("/")

    @property
    def hosts(self) -> list[str]:
        """The names the site answers to: TINHSO_HOSTS, else the origin's in production, else all."""
        named = [name.strip() for name in os.environ.get("TINHSO_HOSTS", "").split(",") if name.strip()]
        if named or not self.production:
            return named or ["*"]
        own = urlsplit(self.origin).hostname
        return [own] if own else []


def read() -> Environment:
    """The environment of this process. Paths are absolute."""
    return Environment(
        production=flag("TINHSO_PRODUCTION", default=False),
        home=Path(os.environ.get("TINHSO_HOME", ".data")).expanduser().resolve(),
        port=number("TINHSO_PORT", default=8000),
        database_url=os.environ.get("DATABASE_URL", "").strip(),
    )
