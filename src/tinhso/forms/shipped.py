"""The form definitions that a release carries, as JSON files beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parent / "definitions"


@cache
def _read() -> dict[str, bytes]:
    return {file.stem: file.read_bytes() for file in sorted(FOLDER.glob("*.json"))}


def shipped() -> dict[str, dict[str, Any]]:
    """Definitions by the code of their form; each call gives fresh copies."""
    return {code: orjson.loads(content) for code, content in _read().items()}
