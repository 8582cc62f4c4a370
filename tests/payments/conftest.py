"""Who most tests of money need: an agency that takes it, two who decide, the played national side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from national import serve
from tests.payments.laid import Collecting, collecting
from tests.support import people
from tinhso.config import settings as configured_settings
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    """The sandbox, started once for the tests of a file."""
    keys = Path(configured_settings.HOME) / "national-keys"
    keys.mkdir(parents=True, exist_ok=True)
    with serve.start_in_thread(tmp_path_factory.mktemp("national"), keys=keys, redirect_uris=()) as one:
        yield one


@pytest.fixture
def place() -> Collecting:
    return collecting()


@pytest.fixture
def first(place: Collecting) -> ActorRef:
    """An accountant of the agency."""
    return people.officer(identity.Role.ACCOUNTANT, place.unit, name="Quách Thu Cúc")


@pytest.fixture
def second(place: Collecting) -> ActorRef:
    """A leader, who decides what the accountant prepared."""
    return people.officer(identity.Role.LEADER, place.unit, name="Lãnh Đạo Một")
