"""Two gateways, and settings by which our own is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django.fixtures import Settings

from tests.exchange.gateway.conftest import nation, peer_database, province, second_database, world
from tests.exchange.gateway.world import Side, World

__all__ = ["nation", "peer_database", "province", "second_database", "world"]


@pytest.fixture
def joined(world: World, province: Side, nation: Side, settings: Settings) -> World:
    """An exchange of two, of which the province is ours."""
    settings.EXCHANGE = replace(
        settings.EXCHANGE, port=province.port, operators_port=province.gateway.operators_port
    )
    return world
