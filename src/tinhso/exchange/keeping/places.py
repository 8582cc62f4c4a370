"""Where the log keeps what stands in files; on a machine of several, a folder that all of them share."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def spool() -> Path:
    """Bodies too large for their row, by SHA-512."""
    return Path(settings.EXCHANGE.spool)


def archive() -> Path:
    """Finished archive files."""
    return Path(settings.HOME) / "exchange" / "archive"
