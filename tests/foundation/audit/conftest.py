from __future__ import annotations

import pytest

from tests.foundation.audit.support import empty


@pytest.fixture(autouse=True)
def _nothing_written_yet(_django_db_helper: None) -> None:
    empty()
