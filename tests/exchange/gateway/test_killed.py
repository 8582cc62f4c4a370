"""kill -9 of both gateways and the stamper, and the end of all database sessions, while messages pass.

`make faults` does the same over many rounds and kills the database itself (`tests/soak/exchange.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings as SettingsWrapper

from tests.exchange.gateway.apart import Killable
from tests.exchange.gateway.killing import Load, again, must, stand, wrong
from tests.exchange.gateway.world import AG1, QG1

pytestmark = pytest.mark.django_db(transaction=True)
BETWEEN = 15


@pytest.fixture
def killable(
    transactional_db: None, peer_database: str, tmp_path: Path, settings: SettingsWrapper
) -> Iterator[Killable]:
    settings.EXCHANGE = replace(settings.EXCHANGE, keys=tmp_path / "keys", key_password="mat-khau-thu")
    made = Killable(tmp_path)
    try:
        stand(made, (str(connection.settings_dict["NAME"]), peer_database))
        yield made
    finally:
        made.close()


def test_nothing_acknowledged_is_lost_nothing_is_doubled_and_all_is_stamped_at_last(
    killable: Killable,
) -> None:
    stampings: list[int] = []
    killable.stamping.asked = lambda: stampings.append(1)

    with Load(killable.ports[AG1]) as load:
        load.reach(BETWEEN)
        must(lambda: len(stampings) > 0, "a first question to the authority")
        for die in (
            lambda: again(killable, AG1),
            lambda: again(killable, f"stamper of {QG1}"),
            lambda: again(killable, QG1),
            killable.cut_databases,
        ):
            die()
            load.reach(BETWEEN)

    assert load.failed, "nobody noticed the deaths: they did not happen under load"
    assert not wrong(killable, load)
