"""Any sequence of bills, payments, differences, tills and lists keeps the ledger balanced and the view true.

`make faults` walks long (`WALKS`); the walks here are always the same.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.payments.laid import collecting
from tests.payments.receipted import series
from tests.payments.walks.around import Staff
from tests.payments.walks.back import WholeWalk
from tests.support import people
from tinhso.directory import api as directory

pytestmark = pytest.mark.django_db
WALKS = int(os.environ.get("WALKS", "0"))
FEW, STEPS = 6, 60
OFTEN = {"bill settled", "booked paid", "booked held"}
EVERYTHING = {
    *("bill open", "bill settled", "bill cancelled", "receipt issued", "receipt voided"),
    *("attempt under_way", "attempt paid", "attempt failed", "attempt expired"),
    *("trouble partial", "trouble over", "trouble double", "trouble late", "trouble orphan"),
    *("trouble missing", "trouble differs", "decided partial", "decided over", "decided double"),
    *("booked charged", "booked cancelled", "booked paid", "booked held", "booked assigned"),
    *("booked arrived", "booked deposited", "booked counted", "receipt replaced"),
    *("booked waived", "booked refund_owed", "booked refund_paid"),
    *("session handed", "session deposited", "a day closed"),
}


def test_no_walk_upsets_the_books() -> None:
    place = collecting()
    office = people.unit(place.agency, directory.UnitKind.SPECIALIST)
    cashier, accountant = "cashier", "accountant"
    series(place)
    WholeWalk.staff = Staff(
        place=place,
        cashiers=(people.officer(cashier, place.unit), people.officer(cashier, place.unit)),
        accountants=(people.officer(accountant, office), people.officer(accountant, office)),
    )
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # Hypothesis leaves it so
        WholeWalk,
        settings=settings(
            max_examples=WALKS or FEW,
            stateful_step_count=STEPS,
            derandomize=not WALKS,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert WholeWalk.reached.keys() >= (EVERYTHING if WALKS else OFTEN)
