"""Registers that a person's page asks are named by those who run the exchange."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import people
from tests.support.people import AT
from tinhso.exchange.models import Tracker
from tinhso.exchange.usage import asking, trackers
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db
SERVICE = "GOV/BTP/HOTICH/theo-doi"


def test_a_register_is_named_once_and_comes_back_under_its_new_name() -> None:
    first = trackers.add(service=SERVICE, name="Hộ tịch", by=SYSTEM, at=AT)
    Tracker.objects.update(ended_at=AT + timedelta(days=1))
    assert asking.registers() == []

    again = trackers.add(service=SERVICE, name="Hộ tịch điện tử", by=SYSTEM, at=AT + timedelta(days=2))

    assert again == first
    assert [(one.service, one.name) for one in asking.registers()] == [(SERVICE, "Hộ tịch điện tử")]


def test_a_person_names_no_register() -> None:
    with pytest.raises(NotAllowed):
        trackers.add(service=SERVICE, name="x", by=people.person(), at=AT)

    assert asking.registers() == []
