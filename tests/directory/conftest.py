from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tinhso.directory import demo

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def province(db: None) -> datetime:
    """The demo province's territories and bodies; the moment at which they were loaded."""
    demo.load(at=AT)
    return AT
