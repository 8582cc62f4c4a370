"""Parcels of the first demo office: delivered, come back, waiting for the postman; more results wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity
from tinhso.parcels import hearing, placing
from tinhso.parcels.carrier import NotTaken
from tinhso.parcels.contracts import Station, Told
from tinhso.parcels.models import Parcel
from tinhso.parcels.operations import handing, sending

AGENCY, LOGIN = "ubnd-30742", "rachgia.tiepnhan"
STEP = timedelta(minutes=20)
STORIES = (
    (Told.ACCEPTED, Told.IN_TRANSIT, Told.OUT_FOR_DELIVERY, Told.DELIVERED),
    (Told.ACCEPTED, Told.OUT_FOR_DELIVERY, Told.MISSED, Told.RETURNING, Told.RETURNED),
)
MADE = 4


def load(*, at: datetime) -> None:
    """Nothing before there are results: see `finish`."""


def finish(*, at: datetime) -> None:
    """Four parcels ordered at the played carrier, two of them at their end. Safe to repeat."""
    agency = directory.agency(AGENCY, today(at))
    units = [unit.id for unit in directory.units_of(agency.id, today(at), directory.UnitKind.ONE_STOP)]
    waiting = dossiers.to_be_sent(units, limit=MADE)
    if len(waiting) < MADE or Parcel.objects.filter(unit_id__in=units).exists():
        return
    known = identity.by_login(LOGIN, at)
    by = replace(SYSTEM, id=known.id, name=known.full_name) if known else SYSTEM
    ids = sending.prepare(dossier_ids=waiting, by=by, at=at)
    for id in ids:
        try:
            placing.place(id, at=at)
        except NotTaken:
            return
    placed = [Parcel.objects.get(id=id) for id in ids]
    listed = handing.make(keys=[one.key for one in placed[:2]], by=by, at=at)
    handing.hand(manifest_id=listed, postman="Nguyễn Văn Tài", by=by, at=at)
    for parcel, story in zip(placed, STORIES, strict=False):
        start = at - STEP * len(story)
        told = [
            Station(
                key=f"demo-{number}",
                told=one,
                at=start + STEP * number,
                place="Bưu cục Rạch Giá" if number < 2 else "",
                receiver="Trần Thị Bông" if one is Told.DELIVERED else "",
            )
            for number, one in enumerate(story, start=1)
        ]
        hearing.hear(parcel.key, told, at=at)
