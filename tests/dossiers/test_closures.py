"""An office closed for a flood day: what is promised counts it, and people read it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.between import code
from tests.support.office import SENT, Office, filed, office
from tinhso.directory import api as directory
from tinhso.dossiers.models import Closure, Dossier
from tinhso.dossiers.operations import closures, intake, recounts
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorRef

pytestmark = pytest.mark.django_db
FLOOD = date(2026, 3, 4)


@pytest.fixture
def place() -> Office:
    return office()


def administrator(place: Office) -> ActorRef:
    return people.officer("administrator", people.unit(place.agency, directory.UnitKind.OFFICE))


def closed(
    place: Office, first: date = FLOOD, last: date = FLOOD, *, at: datetime = SENT
) -> tuple[date, ...]:
    done = closures.close(
        agency_id=place.agency, first=first, last=last, reason="Ngập sâu", by=administrator(place), at=at
    )
    assert (done.recount is not None) is bool(done.days)
    return done.days


def promised(place: Office) -> str:
    due = intake.accept(dossier_id=filed(place).id, by=place.intake, at=SENT + timedelta(hours=1))
    return local(due).strftime("%d/%m %H:%M")


def test_a_closed_day_moves_what_the_office_promises_and_no_other(place: Office) -> None:
    other = office()
    assert promised(place) == "09/03 17:30"

    assert closed(place) == (FLOOD,)

    assert promised(place) == "10/03 17:30"
    assert promised(other) == "09/03 17:30"


def test_an_office_that_opens_after_all_promises_as_before(place: Office) -> None:
    closed(place)

    closures.lift(agency_id=place.agency, day=FLOOD, by=administrator(place), at=SENT)

    assert promised(place) == "09/03 17:30"
    with pytest.raises(Invalid):
        closures.lift(agency_id=place.agency, day=FLOOD, by=administrator(place), at=SENT)


def test_what_was_promised_already_is_counted_anew(place: Office) -> None:
    dossier = filed(place).id
    intake.accept(dossier_id=dossier, by=place.intake, at=SENT + timedelta(hours=1))
    done = closures.close(
        agency_id=place.agency, first=FLOOD, last=FLOOD, reason="Ngập sâu", by=administrator(place), at=SENT
    )
    assert done.recount is not None
    recounts.run(done.recount, at=SENT + timedelta(hours=2))
    assert stands(dossier) == "10/03 17:30"

    again = closures.lift(agency_id=place.agency, day=FLOOD, by=administrator(place), at=SENT)
    recounts.run(again, at=SENT + timedelta(hours=3))
    assert stands(dossier) == "09/03 17:30"


def stands(dossier: UUID) -> str:
    due = Dossier.objects.get(id=dossier).due_at
    assert due is not None
    return local(due).strftime("%d/%m %H:%M")


def test_days_off_are_not_closed_twice(place: Office) -> None:
    assert closed(place, date(2026, 3, 6), date(2026, 3, 9)) == (date(2026, 3, 6), date(2026, 3, 9))
    assert closed(place, date(2026, 3, 9), date(2026, 3, 9)) == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"reason": " "}, "reason"),
        ({"first": date(2026, 3, 1)}, "first"),
        ({"last": date(2026, 3, 3)}, "last"),
        ({"last": date(2026, 5, 3)}, "last"),
    ],
)
def test_a_closure_that_cannot_be(place: Office, change: dict[str, Any], fault: str) -> None:
    given: dict[str, Any] = {"first": FLOOD, "last": FLOOD, "reason": "Ngập", **change}

    with pytest.raises(Invalid) as refused:
        closures.close(agency_id=place.agency, by=administrator(place), at=SENT, **given)

    assert set(refused.value.faults) == {fault}


def test_only_the_offices_own_administrator_closes_it(place: Office) -> None:
    for stranger in (place.leader, administrator(office())):
        with pytest.raises(NotAllowed):
            closures.close(agency_id=place.agency, first=FLOOD, last=FLOOD, reason="x", by=stranger, at=SENT)
    client = people.client(administrator(place))
    assert client.get("/can-bo/dong-cua/").status_code == 200
    assert people.client(place.leader).get("/can-bo/dong-cua/").status_code == 403
    assert people.client(place.citizen).get("/can-bo/dong-cua/").status_code in (302, 403)


def test_the_page_of_the_office_says_so(place: Office) -> None:
    soon = moments.today(moments.now()) + timedelta(days=1)
    while soon.weekday() > 4:
        soon += timedelta(days=1)
    client = people.client(administrator(place))
    boxes = {"first-day": f"{soon.day}", "first-month": f"{soon.month}", "first-year": f"{soon.year}"}

    assert client.post("/can-bo/dong-cua/", {**boxes, "reason": ""}).status_code == 422
    assert client.post("/can-bo/dong-cua/", {**boxes, "reason": "Triều cường"}).status_code == 302

    page = people.client(place.citizen).get(f"/co-quan/{code(place.agency)}/").content.decode()
    assert "Triều cường" in page
    assert client.post("/can-bo/dong-cua/", {"mo-lai": soon.isoformat()}).status_code == 302
    page = people.client(place.citizen).get(f"/co-quan/{code(place.agency)}/").content.decode()
    assert "Triều cường" not in page


def test_closures_that_the_database_refuses(place: Office) -> None:
    closed(place)

    def refused(constraint: str, **change: Any) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Closure.objects.update(**change)

    refused("closure_says_why", reason="")
    refused("closure_lifted_after_closed", lifted_at=SENT - timedelta(days=1))
    again = Closure.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError, match="closure_once_a_day"), transaction.atomic():
        again.save(force_insert=True)
