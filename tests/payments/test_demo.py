"""The demo's money: a counted session, bills that wait, a day of the bank with six kinds of trouble."""

from __future__ import annotations

import pytest

from national import serve
from tests.payments.laid import Collecting
from tests.payments.test_asking import national, place
from tests.support import people
from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.foundation.moments import today
from tinhso.identity.models import Account
from tinhso.payments import demo
from tinhso.payments.models import Bill, Drawer, Problem, ReconciledDay

__all__ = ["national", "place"]
pytestmark = pytest.mark.django_db
SIX = {"late", "double", "partial", "over", "wrong_code", "orphan"}


def test_the_demo_is_laid_once_and_has_work_for_everybody(
    place: Collecting, national: serve.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = moments.now()
    cashier = people.officer("cashier", place.unit)
    monkeypatch.setattr(demo, "AGENCY", directory.agency(place.agency, today(at)).code)
    monkeypatch.setattr(demo, "CASHIER", Account.objects.get(id=cashier.id).login)
    for _time in range(2):
        demo.fill(at=at, say=lambda _words: None)
        demo.finish(at=at)
    drawer = Drawer.objects.get()
    assert (drawer.expected, drawer.counted) == (548_000, 544_000)
    assert Bill.objects.count() == 14
    day = ReconciledDay.objects.get()
    assert (day.matched, day.complete) == (9, True)
    assert set(Problem.objects.values_list("kind", flat=True)) == SIX
