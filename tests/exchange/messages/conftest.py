"""A gateway to send through, a server that has a name, and a client of two questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from tests.exchange.messages import gateway as playing
from tinhso.exchange.models import State


@pytest.fixture
def gateway(settings: Settings, transactional_db: None) -> Iterator[playing.Gateway]:
    """Our gateway, played: everything that reaches it is checked."""
    State.objects.update_or_create(id=1, defaults={"server": "VN-DEMO/GOV/H01/AG1"})
    with playing.running() as one:
        settings.EXCHANGE = replace(settings.EXCHANGE, host="127.0.0.1", port=one.port)
        yield one
