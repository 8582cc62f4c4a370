from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.support.parity import Twin, twin
from tinhso.forms import api
from tinhso.foundation.refs import SYSTEM

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

Publish = Callable[..., UUID]


@pytest.fixture
def publish(db: None) -> Publish:
    """Publishes a definition and gives its version."""

    def do(definition: dict[str, Any], code: str = "thu") -> UUID:
        return api.publish(code=code, definition=definition, by=SYSTEM, at=AT)

    return do


@pytest.fixture(scope="session")
def browser_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """The browser's evaluator."""
    with twin(tmp_path_factory.mktemp("rules")) as evaluator:
        yield evaluator
