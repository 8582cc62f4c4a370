"""Tries to break every constraint of parcels, and of what a dossier says about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import models

from tests.parcels.test_hearing import out, stations
from tests.support.constraints import refused
from tests.support.office import Office
from tests.support.posting import post_office
from tinhso.dossiers.models import Delivery, PostArrival
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.parcels import hearing
from tinhso.parcels.contracts import Told
from tinhso.parcels.models import Manifest, Parcel, Station
from tinhso.parcels.operations import handing

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return post_office(at=moments.now())


def twice(row: models.Model, **change: object) -> Callable[[], object]:
    """The same row again under another id."""
    row.pk = new_id() if isinstance(row._meta.pk, models.UUIDField) else None
    for name, value in change.items():
        setattr(row, name, value)
    return lambda: row.save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("parcel_known_state", {"state": "eaten"}),
        ("parcel_made_by_somebody", {"made_by": ""}),
        ("parcel_made_by_somebody", {"key": ""}),
        ("parcel_number_when_ordered", {"number": "", "state": "prepared"}),
        ("parcel_on_its_way_has_a_number", {"number": "", "ordered_at": None}),
        ("parcel_in_trouble_says_why", {"state": "lost"}),
        ("parcel_settled_by_somebody", {"settled_by": "Hoa"}),
        ("parcel_settled_by_somebody", {"settled_by": "Hoa", "settled": "x", "settled_at": moments.now()}),
        ("parcel_ended_when_final", {"state": "delivered"}),
        ("parcel_ended_when_final", {"ended_at": moments.now()}),
    ],
)
def test_a_parcel_that_cannot_be(place: Office, constraint: str, change: dict[str, object]) -> None:
    out(place, at=moments.now())
    refused(constraint, lambda: Parcel.objects.update(**change))


def test_one_open_parcel_of_a_dossier_and_one_of_each_number_and_key(place: Office) -> None:
    first, second = out(place, at=moments.now()), out(place, at=moments.now())
    refused("parcel_one_open_of_a_dossier", twice(Parcel.objects.get(id=first.id), key="k", number="N12345"))
    refused("parcel_number_once", lambda: Parcel.objects.filter(id=first.id).update(number=second.number))
    refused("parcels_parcel_key", lambda: Parcel.objects.filter(id=first.id).update(key=second.key))


def test_a_station_that_cannot_be(place: Office) -> None:
    at = moments.now()
    parcel = out(place, at=at)
    hearing.hear(parcel.key, stations([Told.ACCEPTED], at=at), at=at)
    rows = Station.objects.all()
    refused("station_of_a_known_kind", lambda: rows.update(told="eaten"))
    refused("station_heard_after_it_happened", lambda: rows.update(happened_at=at + timedelta(hours=1)))
    refused("station_receiver_of_a_delivery", lambda: rows.update(receiver="Ai đó"))
    refused("station_told_once", twice(rows[0]))


def test_a_list_that_cannot_be(place: Office) -> None:
    at = moments.now()
    handing.make(keys=[out(place, at=at).key], by=place.intake, at=at)
    rows = Manifest.objects.all()
    refused("manifest_made_by_somebody", lambda: rows.update(made_by=""))
    refused("manifest_handed_to_somebody", lambda: rows.update(postman="Tài"))
    refused("manifest_handed_to_somebody", lambda: rows.update(handed_at=at))
    refused("manifest_number_once", twice(rows[0]))


def test_a_delivery_and_an_arrival_that_cannot_be(place: Office) -> None:
    parcel = out(place, at=moments.now())
    refused("delivery_chosen_by_somebody", lambda: Delivery.objects.update(chosen_by=""))
    refused("delivery_number_of_a_parcel", lambda: Delivery.objects.update(sent_at=None))
    refused(
        "post_arrival_number",
        lambda: PostArrival.objects.create(dossier_id=parcel.dossier_id, number="thư tay"),
    )
