"""Any sequence of bills, payments, differences, tills and lists keeps the ledger balanced and the view true.

`make faults` walks long (`WALKS`); the walks here are always the same.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.payments.laid import collecting
from tests.payments.walks.acts import Staff, Walk
from tests.support import people
from tinhso.directory import api as directory

pytestmark = pytest.mark.django_db
WALKS = int(os.environ.get("WALKS", "0"))
FEW, STEPS = 6, 60


def test_no_walk_upsets_the_books() -> None:
    place = collecting()
    office = people.unit(place.agency, directory.UnitKind.SPECIALIST)
    cashier, accountant = "cashier", "accountant"
    Walk.staff = Staff(
        place=place,
        cashiers=(people.officer(cashier, place.unit), people.officer(cashier, place.unit)),
        accountants=(people.officer(accountant, office), people.officer(accountant, office)),
    )
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # Hypothesis leaves it so
        Walk,
        settings=settings(
            max_examples=WALKS or FEW,
            stateful_step_count=STEPS,
            derandomize=not WALKS,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
