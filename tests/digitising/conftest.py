"""An office with a dossier whose paper lies on the counter."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.digitising.counter import Counter, counter


@pytest.fixture
def here() -> Counter:
    return counter()


@pytest.fixture
def folder(here: Counter, settings: LazySettings, tmp_path: Path) -> Path:
    """The folder of the office's scanner."""
    settings.SCANS = str(tmp_path / "scans")
    made = tmp_path / "scans" / here.code
    made.mkdir(parents=True)
    return made
