"""An agency's office, its supervisor, and signing by the sandbox."""

from __future__ import annotations

import pytest

from tests.support import people
from tests.support.office import Office, office
from tests.support.signing import can_sign, sandbox
from tinhso.foundation.refs import ActorRef

__all__ = ["can_sign", "sandbox"]


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def head(place: Office) -> ActorRef:
    return people.officer("supervisor", place.one_stop, name="Bùi Đức Long")
